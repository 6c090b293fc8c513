// SPDX-License-Identifier: GPL-2.0-only
/*
 * request.c - check and claim: which functions are meant, how they are judged, entry into the ledger
 */
#include <linux/bits.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include "machine.h"
#include "notify.h"
#include "request.h"
#include "compat/extack.h"

static uint deadline = 10000;
module_param(deadline, uint, 0644);
MODULE_PARM_DESC(deadline, "milliseconds until a driver's remove or probe counts as stuck (100 to 3600000)");

u32 hvc_deadline_default(void)
{
	return clamp_t(u32, READ_ONCE(deadline), HVCLAIM_DEADLINE_MIN, HVCLAIM_DEADLINE_MAX);
}

/* Takes over the reference, also when it fails; a function that is in the set already stays once */
static int hvc_set_add(struct hvc_judgement *j, struct hvc_dev *dev)
{
	unsigned int i;

	for (i = 0; i < j->n; i++) {
		if (j->devs[i] == dev) {
			hvc_dev_put(dev);
			return 0;
		}
	}
	if (j->n == HVCLAIM_FUNCTIONS_MAX) {
		hvc_dev_put(dev);
		return -E2BIG;
	}
	j->devs[j->n++] = dev;
	return 0;
}

static int hvc_set_functions(struct hvc_request *req, struct hvc_judgement *j)
{
	struct hvc_dev *dev;
	unsigned int i;

	for (i = 0; i < req->n_fns; i++) {
		dev = hvc_dev_find(req->fns[i].addr);
		if (!dev || hvc_dev_gone(dev)) {
			hvc_dev_put(dev);
			NL_SET_ERR_MSG_ATTR_FMT(req->extack, req->fns[i].attr, "no function at " HVC_ADDR_FMT,
						HVC_ADDR_ARGS(req->fns[i].addr));
			return -ENODEV;
		}
		if (hvc_set_add(j, dev))
			return -E2BIG;
		if (j->n == i + 1)
			continue;
		NL_SET_ERR_MSG_ATTR_FMT(req->extack, req->fns[i].attr, HVC_ADDR_FMT " is named twice",
					HVC_ADDR_ARGS(req->fns[i].addr));
		return -EINVAL;
	}
	return 0;
}

/* Every endpoint of an IOMMU group */
static int hvc_set_group(struct hvc_request *req, struct hvc_judgement *j, int group)
{
	unsigned int before = j->n;
	struct hvc_dev *dev;
	unsigned long key;

	for (key = 0; (dev = hvc_dev_next(&key)); key++) {
		if (hvc_dev_group(dev) != group || !hvc_is_endpoint(dev))
			hvc_dev_put(dev);
		else if (hvc_set_add(j, dev))
			return -E2BIG;
	}
	if (j->n > before || before)
		return 0;
	NL_SET_ERR_MSG_ATTR_FMT(req->extack, req->attrs[HVCLAIM_A_CLAIM_GROUP_ID],
				"no endpoint in an IOMMU group %d", group);
	return -ENOENT;
}

static int hvc_set_whole_groups(struct hvc_request *req, struct hvc_judgement *j)
{
	unsigned int i, n = j->n;
	int group, err;

	for (i = 0; i < n; i++) {
		group = hvc_dev_group(j->devs[i]);
		err = group < 0 ? 0 : hvc_set_group(req, j, group);
		if (err)
			return err;
	}
	return 0;
}

static int hvc_set_fill(struct hvc_request *req, struct hvc_judgement *j)
{
	int err;

	if (!req->n_fns && req->group < 0) {
		NL_SET_ERR_ATTR_MISS(req->extack, NULL, HVCLAIM_A_CLAIM_FUNCTION);
		NL_SET_ERR_MSG(req->extack, "functions or a group are needed");
		return -EINVAL;
	}
	j->devs = kvcalloc(HVCLAIM_FUNCTIONS_MAX, sizeof(*j->devs), GFP_KERNEL);
	if (!j->devs)
		return -ENOMEM;
	err = hvc_set_functions(req, j);
	if (!err && req->group >= 0)
		err = hvc_set_group(req, j, req->group);
	if (!err && req->whole_group)
		err = hvc_set_whole_groups(req, j);
	if (err == -E2BIG)
		NL_SET_ERR_MSG_FMT(req->extack, "more than %d functions", HVCLAIM_FUNCTIONS_MAX);
	return err;
}

static int hvc_backend_choose(struct hvc_request *req, struct hvc_judgement *j)
{
	j->backend = hvc_backend_find(req->backend);
	if (!j->backend) {
		if (*req->backend)
			NL_SET_ERR_MSG_ATTR_FMT(req->extack, req->attrs[HVCLAIM_A_CLAIM_BACKEND],
						"no backend %s on this host", req->backend);
		else
			NL_SET_ERR_MSG(req->extack, "no backend can bind on this host");
		return -ENOENT;
	}
	j->driver = *req->driver ? req->driver : j->backend->driver;
	return 0;
}

/* The owner's claim of just these functions, on its way or held */
static struct hvc_claim *hvc_claim_same(struct hvc_request *req, struct hvc_judgement *j)
{
	struct hvc_claim_fn *fn = hvc_claim_on(j->devs[0]->addr);
	struct hvc_claim *claim = fn ? fn->claim : NULL;
	unsigned int i, present = 0;

	if (!claim || strcmp(claim->owner, req->owner) || claim->backend != j->backend ||
	    strcmp(claim->driver, j->driver) || claim->release || claim->lifetime != req->lifetime ||
	    (claim->lifetime == HVCLAIM_LIFETIME_SOCKET && claim->portid != req->portid))
		return NULL;
	if (claim->state == HVCLAIM_CLAIM_STATE_RELEASING || claim->state == HVCLAIM_CLAIM_STATE_DEGRADED ||
	    (claim->state == HVCLAIM_CLAIM_STATE_STUCK && claim->phase == HVCLAIM_CLAIM_STATE_RELEASING))
		return NULL;
	for (i = 0; i < claim->n; i++)
		present += hvc_fn_present(&claim->fns[i]);
	for (i = 0; i < j->n; i++) {
		fn = hvc_claim_on(j->devs[i]->addr);
		if (!fn || fn->claim != claim || fn->dev != j->devs[i])
			return NULL;
	}
	return present == j->n ? claim : NULL;
}

/* Read the facts and judge; on success the ledger's lock is held, so that the verdict still stands */
static int hvc_judge_locked(struct hvc_request *req, struct hvc_judgement *j)
{
	struct hvc_check_params p = { .owner = req->owner, .allow = req->allow };
	struct hvc_facts facts = {};
	struct hvc_claim *same;
	unsigned int i;
	int err;

	err = hvc_backend_choose(req, j);
	if (!err)
		err = hvc_set_fill(req, j);
	if (!err)
		err = hvc_facts_collect(&facts, j->devs, j->n, true);
	if (err)
		goto out;
	for (i = 0; i < req->n_fns; i++) {
		facts.fns[i].pin_vendor = req->fns[i].pin_vendor;
		facts.fns[i].pin_device = req->fns[i].pin_device;
	}
	p.trusted_backend = j->backend->trusted;

	mutex_lock(&hvc_ledger_lock);
	hvc_ledger_fill(&facts, NULL);
	same = hvc_claim_same(req, j);
	p.same = same ? same->id : 0;
	err = hvc_check_claim(&facts, &p, &j->findings);
	if (err)
		mutex_unlock(&hvc_ledger_lock);
out:
	hvc_facts_free(&facts);
	return err;
}

int hvc_request_judge(struct hvc_request *req, struct hvc_judgement *j)
{
	int err = hvc_judge_locked(req, j);

	if (!err)
		mutex_unlock(&hvc_ledger_lock);
	return err;
}

void hvc_judgement_free(struct hvc_judgement *j)
{
	while (j->n)
		hvc_dev_put(j->devs[--j->n]);
	kvfree(j->devs);
	hvc_findings_free(&j->findings);
}

static struct hvc_claim *hvc_claim_make(struct hvc_request *req, struct hvc_judgement *j)
{
	struct hvc_claim *claim = hvc_claim_alloc(j->n, req->owner, req->command, j->driver);
	unsigned int i;

	if (!claim)
		return NULL;
	claim->backend = j->backend;
	claim->allow = req->allow;
	claim->lifetime = req->lifetime;
	claim->portid = req->portid;
	claim->deadline = req->deadline ?: hvc_deadline_default();
	claim->since = ktime_get_real_ns();
	claim->uid = req->uid;
	claim->login_uid = req->login_uid;
	claim->pid = req->pid;
	claim->rule = req->rule;
	for (i = 0; i < j->n; i++) {
		struct hvc_claim_fn *fn = &claim->fns[i];

		fn->dev = hvc_dev_get(j->devs[i]);
		fn->take = true;
		/* parked when it appeared: from here on this claim's to give back */
		if (fn->dev->parked)
			fn->state = HVCLAIM_FN_STATE_PARKED;
	}
	return claim;
}

/* The functions have a claim, which gives back what rule.c parked */
static void hvc_set_unpark(struct hvc_judgement *j)
{
	unsigned int i;

	for (i = 0; i < j->n; i++)
		j->devs[i]->parked = false;
}

const struct nlattr *hvc_request_blame(struct hvc_request *req, struct hvc_addr addr)
{
	unsigned int i;

	for (i = 0; i < req->n_fns; i++)
		if (hvc_addr_eq(req->fns[i].addr, addr))
			return req->fns[i].attr;
	return req->attrs[HVCLAIM_A_CLAIM_GROUP_ID];
}

int hvc_request_refuse(struct hvc_request *req, const struct hvc_finding *x)
{
	const struct nlattr *attr = hvc_request_blame(req, x->function);

	/* extack has room for 80 characters; the whole list comes with check */
	if (x->claim)
		NL_SET_ERR_MSG_ATTR_FMT(req->extack, attr, HVC_ADDR_FMT ": %s, claim %u of %.24s",
					HVC_ADDR_ARGS(x->function), hvc_reason_name(x->reason), x->claim,
					x->owner);
	else
		NL_SET_ERR_MSG_ATTR_FMT(req->extack, attr, HVC_ADDR_FMT ": %s", HVC_ADDR_ARGS(x->function),
					hvc_reason_name(x->reason));
	return x->reason == HVCLAIM_REASON_HELD || x->reason == HVCLAIM_REASON_IN_USE ? -EBUSY : -EACCES;
}

static void hvc_ref_fill(struct hvc_claim_ref *ref, const struct hvc_claim *claim)
{
	ref->id = claim->id;
	ref->state = claim->state;
	strscpy(ref->owner, claim->owner, sizeof(ref->owner));
}

/* Asked for again: what somebody has rebound meanwhile is taken once more, if that may be */
static int hvc_claim_repair(struct hvc_request *req, struct hvc_claim *claim, const struct hvc_finding *blame,
			    bool *changed)
{
	unsigned int i;

	if (!hvc_claim_idle(claim))
		return 0;
	for (i = 0; i < claim->n; i++) {
		struct hvc_claim_fn *fn = &claim->fns[i];

		if (fn->state != HVCLAIM_FN_STATE_HELD || !fn->drifted)
			continue;
		if (blame && blame->severity != HVCLAIM_SEVERITY_NOTE)
			return hvc_request_refuse(req, blame);
		fn->take = true;
		*changed = true;
	}
	if (*changed)
		hvc_machine_kick(claim);
	return 0;
}

int hvc_request_claim(struct hvc_request *req, struct hvc_claim_ref *ref, bool *changed)
{
	const struct hvc_finding *blame;
	struct hvc_judgement j = {};
	struct hvc_claim *claim;
	int err;

	if (!*req->owner) {
		NL_SET_ERR_ATTR_MISS(req->extack, NULL, HVCLAIM_A_CLAIM_OWNER);
		NL_SET_ERR_MSG(req->extack, "a claim needs an owner");
		return -EINVAL;
	}
	err = hvc_judge_locked(req, &j);
	if (err)
		goto out;

	claim = hvc_claim_same(req, &j);
	blame = hvc_check_blame(&j.findings);
	*changed = !claim;
	if (claim) {
		err = hvc_claim_repair(req, claim, blame, changed);
		hvc_ref_fill(ref, claim);
		goto out_unlock;
	}
	claim = hvc_claim_make(req, &j);
	if (!claim) {
		err = -ENOMEM;
		goto out_unlock;
	}
	swap(claim->findings, j.findings);
	if (blame && blame->severity != HVCLAIM_SEVERITY_NOTE) {
		err = hvc_request_refuse(req, blame);
		claim->state = HVCLAIM_CLAIM_STATE_REFUSED;
		claim->error = err;
		hvc_notify_claim(claim, HVCLAIM_CMD_REFUSE_NTF);
	} else {
		err = hvc_claim_enter(claim);
	}
	if (err) {
		hvc_claim_put(claim);
		goto out_unlock;
	}
	hvc_set_unpark(&j);
	hvc_ref_fill(ref, claim);
	hvc_machine_kick(claim);
out_unlock:
	mutex_unlock(&hvc_ledger_lock);
out:
	hvc_judgement_free(&j);
	return err;
}

/* Leave out what other claims have: whether the rest may be taken without it, the worker's checks say */
static void hvc_set_free(struct hvc_judgement *j)
{
	unsigned int i, n = 0;

	for (i = 0; i < j->n; i++) {
		if (hvc_claim_on(j->devs[i]->addr))
			hvc_dev_put(j->devs[i]);
		else
			j->devs[n++] = j->devs[i];
	}
	j->n = n;
}

int hvc_request_enter(struct hvc_request *req, u32 *id)
{
	struct hvc_judgement j = {};
	struct hvc_claim *claim;
	struct hvc_claim_fn *fn;
	int err;

	err = hvc_backend_choose(req, &j);
	if (!err)
		err = hvc_set_fill(req, &j);
	if (err)
		goto out;
	mutex_lock(&hvc_ledger_lock);
	fn = hvc_claim_on(req->fns[0].addr);
	if (fn) {
		*id = fn->claim->id;
		/* the one before it at this address: its claim has not noted yet that it has vanished */
		err = hvc_dev_gone(fn->dev) ? -EAGAIN : -EBUSY;
		goto out_unlock;
	}
	hvc_set_free(&j);
	claim = hvc_claim_make(req, &j);
	err = claim ? hvc_claim_enter(claim) : -ENOMEM;
	if (!err) {
		hvc_set_unpark(&j);
		*id = claim->id;
		hvc_machine_kick(claim);
	} else if (claim) {
		hvc_claim_put(claim);
	}
out_unlock:
	mutex_unlock(&hvc_ledger_lock);
out:
	hvc_judgement_free(&j);
	return err;
}
