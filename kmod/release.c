// SPDX-License-Identifier: GPL-2.0-only
/*
 * release.c - release: which functions of which claims are meant, and may they go back
 */
#include <linux/mutex.h>
#include <linux/slab.h>

#include "await.h"
#include "machine.h"
#include "request.h"
#include "compat/extack.h"

/**
 * struct hvc_targets - the functions that a release means
 * @fns: the functions; each with a reference to its claim
 * @n: how many
 * @size: how many @fns has room for
 */
struct hvc_targets {
	struct hvc_claim_fn **fns;
	unsigned int n;
	unsigned int size;
};

static int hvc_targets_add(struct hvc_targets *t, struct hvc_claim_fn *fn)
{
	struct hvc_claim_fn **fns;
	unsigned int size;

	if (!hvc_fn_present(fn) && !hvc_awaited(fn))
		return 0;
	if (t->n == t->size) {
		size = t->size ? t->size * 2 : 64;
		fns = kvmalloc_array(size, sizeof(*fns), GFP_KERNEL);
		if (!fns)
			return -ENOMEM;
		if (t->n)
			memcpy(fns, t->fns, t->n * sizeof(*fns));
		kvfree(t->fns);
		t->fns = fns;
		t->size = size;
	}
	kref_get(&fn->claim->ref);
	t->fns[t->n++] = fn;
	return 0;
}

static void hvc_targets_free(struct hvc_targets *t)
{
	while (t->n)
		hvc_claim_put(t->fns[--t->n]->claim);
	kvfree(t->fns);
}

static int hvc_targets_claim(struct hvc_targets *t, struct hvc_claim *claim)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < claim->n && !err; i++)
		err = hvc_targets_add(t, &claim->fns[i]);
	return err;
}

/* Every claim, or every one of an owner's */
static int hvc_targets_owner(struct hvc_targets *t, const char *owner)
{
	struct hvc_claim *claim;
	int err = 0;

	for (claim = hvc_claim_next(1); claim && !err; claim = hvc_claim_next(claim->id + 1))
		if (!owner || !strcmp(claim->owner, owner))
			err = hvc_targets_claim(t, claim);
	return err;
}

/* A function that no claim has is given back already; one that does not exist is a mistake */
static int hvc_targets_functions(struct hvc_request *req, struct hvc_targets *t)
{
	struct hvc_claim_fn *fn;
	struct hvc_dev *dev;
	unsigned int i;
	int err;

	for (i = 0; i < req->n_fns; i++) {
		fn = hvc_claim_on(req->fns[i].addr) ?: hvc_await_find(req->fns[i].addr);
		if (fn) {
			err = hvc_targets_add(t, fn);
			if (err)
				return err;
			continue;
		}
		dev = hvc_dev_find(req->fns[i].addr);
		if (!dev) {
			NL_SET_ERR_MSG_ATTR_FMT(req->extack, req->fns[i].attr, "no function at " HVC_ADDR_FMT,
						HVC_ADDR_ARGS(req->fns[i].addr));
			return -ENODEV;
		}
		hvc_dev_put(dev);
	}
	return 0;
}

static int hvc_targets_find(struct hvc_request *req, struct hvc_targets *t)
{
	struct hvc_claim *claim;

	if (!!req->id + !!req->n_fns + req->all > 1) {
		NL_SET_ERR_MSG(req->extack, "name functions, a claim, an owner, or all: one of these");
		return -EINVAL;
	}
	if (req->n_fns)
		return hvc_targets_functions(req, t);
	if (req->all)
		return hvc_targets_owner(t, NULL);
	if (!req->id && *req->owner)
		return hvc_targets_owner(t, req->owner);
	if (!req->id) {
		NL_SET_ERR_ATTR_MISS(req->extack, NULL, HVCLAIM_A_CLAIM_FUNCTION);
		NL_SET_ERR_MSG(req->extack, "name functions, a claim, an owner, or all");
		return -EINVAL;
	}
	claim = hvc_claim_find(req->id);
	if (!claim) {
		NL_SET_ERR_MSG_ATTR_FMT(req->extack, req->attrs[HVCLAIM_A_CLAIM_ID], "no claim %u", req->id);
		return -ENOENT;
	}
	return hvc_claim_ended(claim) ? 0 : hvc_targets_claim(t, claim);
}

/*
 * No guest has had what is being taken; and what is being given back was judged before, while now its host
 * driver's probe has the group as a guest would.
 */
static bool hvc_fn_settled(const struct hvc_claim_fn *fn)
{
	const struct hvc_claim *claim = fn->claim;
	enum hvclaim_claim_state state = claim->state;

	/* what has vanished is in nobody's use */
	if (!hvc_fn_present(fn))
		return false;
	if (state == HVCLAIM_CLAIM_STATE_STUCK)
		state = claim->phase;
	if (state == HVCLAIM_CLAIM_STATE_RELEASING)
		return !fn->release &&
		       (fn->state == HVCLAIM_FN_STATE_HELD || fn->state == HVCLAIM_FN_STATE_FAILED);
	return hvc_claim_idle(claim);
}

/* The settled functions first: a finding about a group is told of the first one; their number */
static unsigned int hvc_targets_devs(struct hvc_targets *t, struct hvc_dev **devs)
{
	unsigned int i, n = 0, settled;

	for (i = 0; i < t->n; i++)
		if (hvc_fn_settled(t->fns[i]))
			devs[n++] = t->fns[i]->dev;
	settled = n;
	for (i = 0; i < t->n; i++)
		if (!hvc_fn_settled(t->fns[i]))
			devs[n++] = t->fns[i]->dev;
	return settled;
}

/* The owner is judged for all, the rest for those that are settled */
static int hvc_targets_judge(struct hvc_request *req, struct hvc_targets *t)
{
	struct hvc_check_params p = { .owner = req->owner, .allow = req->allow };
	struct hvc_findings findings = {};
	struct hvc_facts facts = {};
	unsigned int i, k, settled;
	struct hvc_dev **devs;
	int err;

	devs = kvcalloc(t->n, sizeof(*devs), GFP_KERNEL);
	if (!devs)
		return -ENOMEM;
	settled = hvc_targets_devs(t, devs);
	mutex_unlock(&hvc_ledger_lock);
	err = hvc_facts_collect(&facts, devs, t->n, false);
	mutex_lock(&hvc_ledger_lock);
	if (!err) {
		hvc_ledger_fill(&facts, NULL);
		err = hvc_check_release(&facts, &p, &findings);
	}
	for (i = 0; i < findings.n && !err; i++) {
		const struct hvc_finding *x = &findings.v[i];

		if (x->allowed || x->severity == HVCLAIM_SEVERITY_NOTE ||
		    (x->reason == HVCLAIM_REASON_IN_USE && req->when_idle))
			continue;
		for (k = 0; k < settled && !hvc_addr_eq(devs[k]->addr, x->function); k++)
			;
		if (k < settled || x->reason == HVCLAIM_REASON_FOREIGN_OWNER)
			err = hvc_request_refuse(req, x);
	}
	hvc_findings_free(&findings);
	hvc_facts_free(&facts);
	kvfree(devs);
	return err;
}

/* A claim that is being taken is taken or called off as a whole */
static int hvc_targets_whole(struct hvc_request *req, struct hvc_targets *t)
{
	unsigned int i, k, present;

	for (i = 0; i < t->n; i++) {
		struct hvc_claim *claim = t->fns[i]->claim;
		unsigned int named = 0;

		if (hvc_claim_idle(claim) || hvc_claim_ended(claim))
			continue;
		for (k = 0; k < t->n; k++)
			named += t->fns[k]->claim == claim && hvc_fn_present(t->fns[k]);
		for (k = 0, present = 0; k < claim->n; k++)
			present += hvc_fn_present(&claim->fns[k]);
		if (named >= present)
			continue;
		NL_SET_ERR_MSG_ATTR_FMT(req->extack, hvc_request_blame(req, t->fns[i]->dev->addr),
					"claim %u is under way: release all of it, or wait", claim->id);
		return -EBUSY;
	}
	return 0;
}

static void hvc_targets_mark(struct hvc_request *req, struct hvc_targets *t, bool *changed)
{
	unsigned int i;

	for (i = 0; i < t->n; i++) {
		struct hvc_claim_fn *fn = t->fns[i];
		struct hvc_claim *claim = fn->claim;

		if ((!hvc_fn_present(fn) && !hvc_awaited(fn)) || hvc_claim_ended(claim))
			continue;
		*changed |= !fn->release || (claim->release_idle && !req->when_idle);
		fn->release = true;
		claim->release = true;
		claim->release_idle = req->when_idle;
		claim->release_allow |= req->allow;
		if (req->deadline)
			claim->deadline = req->deadline;
		hvc_machine_kick(claim);
	}
	if (req->when_idle)
		hvc_ledger_poke();
}

static int hvc_targets_tell(struct hvc_targets *t, struct hvc_release_answer *answer)
{
	struct hvc_claim_ref *refs = kvcalloc(t->n ?: 1, sizeof(*refs), GFP_KERNEL);
	unsigned int i, n = 0;

	if (!refs)
		return -ENOMEM;
	for (i = 0; i < t->n; i++) {
		struct hvc_claim *claim = t->fns[i]->claim;

		if (n && refs[n - 1].id == claim->id)
			continue;
		refs[n].id = claim->id;
		refs[n].state = claim->state;
		strscpy(refs[n++].owner, claim->owner, sizeof(refs->owner));
	}
	answer->refs = refs;
	answer->n_refs = n;
	return answer->room(answer);
}

int hvc_request_release(struct hvc_request *req, struct hvc_release_answer *answer)
{
	struct hvc_targets t = {};
	int err;

	mutex_lock(&hvc_ledger_lock);
	err = hvc_targets_find(req, &t);
	if (!err && t.n)
		err = hvc_targets_judge(req, &t);
	if (!err)
		err = hvc_targets_whole(req, &t);
	/* what can fail comes before what is seen */
	if (!err)
		err = hvc_targets_tell(&t, answer);
	if (!err)
		hvc_targets_mark(req, &t, &answer->changed);
	mutex_unlock(&hvc_ledger_lock);
	hvc_targets_free(&t);
	return err;
}
