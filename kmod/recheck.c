// SPDX-License-Identifier: GPL-2.0-only
/*
 * recheck.c - judging claims that are in the ledger already: time has passed since they were asked for
 */
#include <linux/bits.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "claim.h"
#include "recheck.h"

static bool hvc_fn_to_take(struct hvc_claim_fn *fn)
{
	return fn->take && hvc_fn_present(fn);
}

/* The functions of a claim that are wanted; the array is the caller's to free */
static struct hvc_dev **hvc_claim_devs(struct hvc_claim *claim, bool (*want)(struct hvc_claim_fn *fn),
				       unsigned int *n)
{
	struct hvc_dev **devs = kvcalloc(claim->n, sizeof(*devs), GFP_KERNEL);
	unsigned int i;

	*n = 0;
	for (i = 0; devs && i < claim->n; i++)
		if (want(&claim->fns[i]))
			devs[(*n)++] = claim->fns[i].dev;
	return devs;
}

static bool hvc_fn_still(struct hvc_claim_fn *fn)
{
	return hvc_fn_present(fn);
}

int hvc_recheck(struct hvc_claim *claim)
{
	struct hvc_check_params p = {
		.owner = claim->owner,
		.same = claim->id,
		.allow = claim->allow,
		.trusted_backend = claim->backend->trusted,
	};
	struct hvc_findings findings = {};
	struct hvc_facts facts = {};
	struct hvc_dev **devs;
	unsigned int n;
	int err;

	devs = hvc_claim_devs(claim, hvc_fn_to_take, &n);
	err = devs ? hvc_facts_collect(&facts, devs, n, true) : -ENOMEM;
	mutex_lock(&hvc_ledger_lock);
	/* what the claim holds already is no stranger's, and may be in use */
	hvc_ledger_fill(&facts, claim->established ? NULL : claim);
	if (!err)
		err = hvc_check_claim(&facts, &p, &findings);
	hvc_findings_free(&claim->findings);
	claim->findings = findings;
	if (!err && hvc_check_verdict(&findings) != HVCLAIM_SEVERITY_NOTE)
		err = -EACCES;
	mutex_unlock(&hvc_ledger_lock);
	hvc_facts_free(&facts);
	kvfree(devs);
	return err;
}

bool hvc_in_use(struct hvc_claim *claim)
{
	struct hvc_check_params p = { .owner = "", .allow = ~BIT_ULL(HVCLAIM_REASON_IN_USE) };
	struct hvc_findings findings = {};
	struct hvc_facts facts = {};
	struct hvc_dev **devs;
	bool in_use = true;
	unsigned int n;

	/* out of memory is no proof that nobody uses it */
	devs = hvc_claim_devs(claim, hvc_fn_still, &n);
	if (devs && !hvc_facts_collect(&facts, devs, n, false) && !hvc_check_release(&facts, &p, &findings))
		in_use = hvc_check_verdict(&findings) != HVCLAIM_SEVERITY_NOTE;
	hvc_findings_free(&findings);
	hvc_facts_free(&facts);
	kvfree(devs);
	return in_use;
}
