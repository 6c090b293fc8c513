// SPDX-License-Identifier: GPL-2.0-only
/*
 * await.c - claimed functions that have vanished, and what becomes of them when they come back
 */
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

#include "await.h"
#include "machine.h"

/* &hvc_claim_fn.await_node and next, and dev of those on the list, for all claims */
static DEFINE_SPINLOCK(hvc_await_lock);
static LIST_HEAD(hvc_awaited_fns);

void hvc_await_add(struct hvc_claim_fn *fn, const struct hvc_dev *dev)
{
	spin_lock(&hvc_await_lock);
	if (fn->dev == dev && list_empty(&fn->await_node))
		list_add_tail(&fn->await_node, &hvc_awaited_fns);
	spin_unlock(&hvc_await_lock);
}

struct hvc_claim_fn *hvc_await_match(struct hvc_dev *dev)
{
	struct hvc_claim_fn *fn, *found = NULL;
	struct hvc_dev *old = NULL;

	spin_lock(&hvc_await_lock);
	list_for_each_entry(fn, &hvc_awaited_fns, await_node) {
		/* one that came back and went again, before it was adopted, is in nobody's way */
		if ((fn->next && !hvc_dev_gone(fn->next)) || !hvc_dev_same(fn->dev, dev))
			continue;
		/* it is on the list, so its claim is in the ledger, which has a reference */
		kref_get(&fn->claim->ref);
		old = fn->next;
		fn->next = hvc_dev_get(dev);
		found = fn;
		break;
	}
	spin_unlock(&hvc_await_lock);
	hvc_dev_put(old);
	return found;
}

static bool hvc_await_coming(struct hvc_claim_fn *fn, const struct hvc_dev *dev)
{
	bool coming;

	spin_lock(&hvc_await_lock);
	coming = fn->next == dev;
	spin_unlock(&hvc_await_lock);
	return coming;
}

bool hvc_await_cancel(struct hvc_claim_fn *fn, struct hvc_dev *dev)
{
	bool coming;

	spin_lock(&hvc_await_lock);
	coming = fn->next == dev;
	if (coming)
		fn->next = NULL;
	spin_unlock(&hvc_await_lock);
	if (coming)
		hvc_dev_put(dev);
	return coming;
}

/* The function is @dev from now on. It stays on the list when that has gone by now: nobody will tell again */
static void hvc_await_join(struct hvc_claim_fn *fn, struct hvc_dev *dev)
{
	struct hvc_dev *old, *next = NULL;

	spin_lock(&hvc_await_lock);
	old = fn->dev;
	fn->dev = hvc_dev_get(dev);
	if (fn->next == dev)
		swap(fn->next, next);
	if (!hvc_dev_gone(dev))
		list_del_init(&fn->await_node);
	spin_unlock(&hvc_await_lock);
	hvc_dev_put(old);
	hvc_dev_put(next);
}

static int hvc_adopt_locked(struct hvc_claim_fn *fn, struct hvc_dev *dev)
{
	struct hvc_claim *claim = fn->claim;
	int err;

	/* another came after it, with an arrival of its own */
	if (!hvc_await_coming(fn, dev))
		return 0;
	/* somebody works on the claim, or has not seen yet that the function was away */
	if (!hvc_claim_idle(claim) || hvc_fn_present(fn))
		return -EAGAIN;
	/* another claim was quicker, by the address: it keeps it */
	err = hvc_dev_gone(dev) ? -EBUSY : hvc_claim_enter_fn(fn, dev->addr);
	if (err == -EBUSY) {
		if (hvc_await_cancel(fn, dev) && fn->release) {
			/* asked for meanwhile, and put off: see hvc_await_forget() */
			claim->release = true;
			hvc_machine_kick(claim);
		}
		return 0;
	}
	if (err)
		return err;
	hvc_await_join(fn, dev);
	fn->state = dev->parked ? HVCLAIM_FN_STATE_PARKED : HVCLAIM_FN_STATE_UNTOUCHED;
	dev->parked = false;
	fn->error = 0;
	fn->was_held = false;
	fn->drifted = false;
	fn->take = !fn->release;
	claim->release |= fn->release;
	hvc_machine_kick(claim);
	return 0;
}

int hvc_await_adopt(struct hvc_claim_fn *fn, struct hvc_dev *dev)
{
	int err;

	mutex_lock(&hvc_ledger_lock);
	err = hvc_adopt_locked(fn, dev);
	mutex_unlock(&hvc_ledger_lock);
	return err;
}

bool hvc_awaited(struct hvc_claim_fn *fn)
{
	bool awaited;

	lockdep_assert_held(&hvc_ledger_lock);
	spin_lock(&hvc_await_lock);
	awaited = !list_empty(&fn->await_node);
	spin_unlock(&hvc_await_lock);
	return awaited;
}

struct hvc_claim_fn *hvc_await_find(struct hvc_addr addr)
{
	struct hvc_claim_fn *fn, *found = NULL;

	lockdep_assert_held(&hvc_ledger_lock);
	spin_lock(&hvc_await_lock);
	list_for_each_entry(fn, &hvc_awaited_fns, await_node)
		if (hvc_addr_eq(fn->dev->addr, addr))
			found = fn;
	spin_unlock(&hvc_await_lock);
	return found;
}

bool hvc_await_forget(struct hvc_claim_fn *fn)
{
	bool coming;

	lockdep_assert_held(&hvc_ledger_lock);
	spin_lock(&hvc_await_lock);
	coming = fn->next;
	if (!coming)
		list_del_init(&fn->await_node);
	spin_unlock(&hvc_await_lock);
	return !coming;
}
