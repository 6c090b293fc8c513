// SPDX-License-Identifier: GPL-2.0-only
/*
 * claim.c - the ledger: which claim holds which function
 *
 * DOC: locking
 *
 * hvc_ledger_lock	the ledger, every claim's and function's fields. Never held across a driver's
 *			probe or remove, a reset or a module load; never taken in a notifier. Outside
 *			of genl's and inside no lock of ours.
 * hvc_devs' xa_lock	identities (device.c). Innermost; taken in bus notifiers.
 * hvc_claimed's xa_lock	functions by address. Taken in bus notifiers; hvc_await_lock nests inside.
 * hvc_sock_lock	the list of socket claims. Innermost; taken in netlink's atomic notifier.
 * hvc_await_lock	functions that claims wait for (await.c). Innermost; taken in bus notifiers.
 * hvc_rules_lock	the list of standing rules (rule.c). Innermost; taken in bus notifiers.
 * hvc_arrivals_lock	functions on their way to a claim (arrive.c). Innermost; taken in bus notifiers.
 *
 * device_lock is taken by the worker only (bind.c), with none of these held: a host driver's remove()
 * may hold it for ever, and lockdep does not see it (it is lockdep_novalidate). group->mutex nests inside
 * device_lock in a probe, so what runs under it (iommu_group_for_each_dev() callbacks) takes no lock but
 * hvc_devs' xa_lock.
 *
 * A claim's work item is the only one that drives its state machine, and a work item never runs twice at
 * once: what a handler wants of a claim, it writes into the claim under hvc_ledger_lock and kicks it.
 */
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/xarray.h>
#include <net/net_namespace.h>

#include "await.h"
#include "claim.h"
#include "machine.h"
#include "notify.h"
#include "protect.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

/* ended claims that can still be asked for, so that one who missed an event learns how it ended */
#define HVC_ENDED_MAX 64

/* how often a release that waits for a guest to end looks again */
#define HVC_IDLE_POLL msecs_to_jiffies(500)

/* see "locking" above */
DEFINE_MUTEX(hvc_ledger_lock);
static DEFINE_XARRAY_ALLOC1(hvc_claims); /* by id */
static DEFINE_XARRAY(hvc_claimed);	 /* functions, by hvc_addr_key() */
static LIST_HEAD(hvc_ended);
static unsigned int hvc_n_claims, hvc_n_ended;
static u32 hvc_next_id;

static DEFINE_SPINLOCK(hvc_sock_lock);
static LIST_HEAD(hvc_sock_claims);

static void (*hvc_told_ended)(struct hvc_claim *claim);

static void hvc_ledger_scan(struct work_struct *work);
static DECLARE_DELAYED_WORK(hvc_scan_work, hvc_ledger_scan);

struct hvc_claim *hvc_claim_find(u32 id)
{
	struct hvc_claim *claim;

	lockdep_assert_held(&hvc_ledger_lock);
	claim = xa_load(&hvc_claims, id);
	if (claim)
		return claim;
	list_for_each_entry(claim, &hvc_ended, node)
		if (claim->id == id)
			return claim;
	return NULL;
}

struct hvc_claim *hvc_claim_next(u32 id)
{
	unsigned long index = id;

	lockdep_assert_held(&hvc_ledger_lock);
	return xa_find(&hvc_claims, &index, ULONG_MAX, XA_PRESENT);
}

struct hvc_claim_fn *hvc_claim_on(struct hvc_addr addr)
{
	lockdep_assert_held(&hvc_ledger_lock);
	return xa_load(&hvc_claimed, hvc_addr_key(addr));
}

unsigned int hvc_claim_count(void)
{
	lockdep_assert_held(&hvc_ledger_lock);
	return hvc_n_claims;
}

/* Is it waited for when it vanishes? Not what a release gives back, or could not put back */
static bool hvc_fn_wanted_back(const struct hvc_claim_fn *fn)
{
	return READ_ONCE(fn->claim->established) && !READ_ONCE(fn->release) &&
	       READ_ONCE(fn->state) != HVCLAIM_FN_STATE_FAILED;
}

/* Forget the function if it is this claim's; another may have it by now */
static void hvc_claimed_erase(struct hvc_claim_fn *fn)
{
	xa_cmpxchg(&hvc_claimed, hvc_addr_key(fn->dev->addr), fn, NULL, GFP_KERNEL);
}

int hvc_claim_enter_fn(struct hvc_claim_fn *fn, struct hvc_addr addr)
{
	int err;

	lockdep_assert_held(&hvc_ledger_lock);
	err = xa_insert(&hvc_claimed, hvc_addr_key(addr), fn, GFP_KERNEL);
	if (!err)
		hvc_generation_move();
	return err;
}

void hvc_ledger_gone(struct hvc_dev *dev)
{
	struct hvc_claim_fn *fn;

	/* what is in there is in the ledger, and stays until we let go */
	xa_lock(&hvc_claimed);
	fn = xa_load(&hvc_claimed, hvc_addr_key(dev->addr));
	if (fn && hvc_fn_wanted_back(fn))
		hvc_await_add(fn, dev);
	xa_unlock(&hvc_claimed);
}

int hvc_claim_enter(struct hvc_claim *claim)
{
	unsigned int i;
	int err;

	lockdep_assert_held(&hvc_ledger_lock);
	if (!try_module_get(THIS_MODULE))
		return -ENODEV;
	err = xa_alloc_cyclic(&hvc_claims, &claim->id, claim, XA_LIMIT(1, U32_MAX), &hvc_next_id, GFP_KERNEL);
	if (err < 0)
		goto err_module;
	for (i = 0; i < claim->n; i++) {
		err = xa_insert(&hvc_claimed, hvc_addr_key(claim->fns[i].dev->addr), &claim->fns[i],
				GFP_KERNEL);
		if (err)
			goto err_claimed;
	}
	hvc_n_claims++;
	if (claim->lifetime == HVCLAIM_LIFETIME_SOCKET) {
		spin_lock_bh(&hvc_sock_lock);
		list_add(&claim->sock_node, &hvc_sock_claims);
		spin_unlock_bh(&hvc_sock_lock);
	}
	/* nothing below fails: now it may be seen */
	hvc_claim_set_state(claim, HVCLAIM_CLAIM_STATE_QUEUED);
	return 0;

err_claimed:
	while (i--)
		hvc_claimed_erase(&claim->fns[i]);
	xa_erase(&hvc_claims, claim->id);
err_module:
	module_put(THIS_MODULE);
	return err;
}

void hvc_claim_set_state(struct hvc_claim *claim, enum hvclaim_claim_state state)
{
	lockdep_assert_held(&hvc_ledger_lock);
	trace_hvclaim_claim_state(claim, state);
	claim->state = state;
	hvc_generation_move();
	hvc_notify_claim(claim, HVCLAIM_CMD_STATE_NTF);
}

void hvc_claim_end(struct hvc_claim *claim, enum hvclaim_claim_state state)
{
	struct hvc_claim *oldest = NULL;
	unsigned int i;

	lockdep_assert_held(&hvc_ledger_lock);
	for (i = 0; i < claim->n; i++)
		hvc_claimed_erase(&claim->fns[i]);
	xa_erase(&hvc_claims, claim->id);
	spin_lock_bh(&hvc_sock_lock);
	list_del_init(&claim->sock_node);
	spin_unlock_bh(&hvc_sock_lock);
	if (claim->drv) {
		module_put(claim->drv->owner);
		claim->drv = NULL;
	}
	claim->release = false;
	hvc_n_claims--;

	/* the ledger's reference moves into the list of ended claims */
	list_add(&claim->node, &hvc_ended);
	if (++hvc_n_ended > HVC_ENDED_MAX) {
		oldest = list_last_entry(&hvc_ended, struct hvc_claim, node);
		list_del(&oldest->node);
		hvc_n_ended--;
	}
	hvc_claim_set_state(claim, state);
	hvc_told_ended(claim);
	if (oldest)
		hvc_claim_put(oldest);
	module_put(THIS_MODULE);
}

static void hvc_fn_move(struct hvc_claim_fn *fn, enum hvclaim_fn_state state, int error)
{
	bool wanted_back = hvc_fn_wanted_back(fn);

	lockdep_assert_held(&hvc_ledger_lock);
	trace_hvclaim_function_state(fn, state, error);
	if (state == HVCLAIM_FN_STATE_GONE && fn->state != state)
		hvc_notify_dev(fn->dev, HVCLAIM_CMD_GONE_NTF);
	fn->state = state;
	fn->error = error;
	if (!hvc_fn_present(fn))
		hvc_claimed_erase(fn);
	if (state == HVCLAIM_FN_STATE_GONE && wanted_back)
		hvc_await_add(fn, fn->dev);
	hvc_generation_move();
}

void hvc_fn_set_state(struct hvc_claim_fn *fn, enum hvclaim_fn_state state, int error)
{
	mutex_lock(&hvc_ledger_lock);
	hvc_fn_move(fn, state, error);
	mutex_unlock(&hvc_ledger_lock);
}

enum hvclaim_dev_state hvc_dev_state(struct hvc_dev *dev)
{
	struct hvc_claim_fn *fn = hvc_claim_on(dev->addr);
	char driver[HVCLAIM_NAME_MAX + 1];
	bool managed;

	if (!fn) {
		managed = hvc_dev_driver(dev, driver);
		if (!*driver)
			return HVCLAIM_DEV_STATE_UNBOUND;
		/* pcieport manages no DMA either, but bridges are not passed through */
		if (managed && dev->hdr_type == PCI_HEADER_TYPE_NORMAL)
			return HVCLAIM_DEV_STATE_FOREIGN;
		return HVCLAIM_DEV_STATE_HOST;
	}
	if (hvc_dev_gone(fn->dev))
		return HVCLAIM_DEV_STATE_GONE;
	if (fn->stuck)
		return HVCLAIM_DEV_STATE_STUCK;
	switch (fn->state) {
	case HVCLAIM_FN_STATE_HELD:
		return fn->drifted ? HVCLAIM_DEV_STATE_DRIFTED : HVCLAIM_DEV_STATE_HELD;
	case HVCLAIM_FN_STATE_FAILED:
		return HVCLAIM_DEV_STATE_PARKED;
	default:
		return HVCLAIM_DEV_STATE_PENDING;
	}
}

static void hvc_other_fill(struct hvc_fact_other *other, const struct hvc_claim *but)
{
	struct hvc_claim_fn *fn = hvc_claim_on(other->addr);

	if (fn && fn->claim == but)
		fn = NULL;
	other->claim = fn ? fn->claim->id : 0;
	strscpy(other->owner, fn ? fn->claim->owner : "", sizeof(other->owner));
}

void hvc_ledger_fill(struct hvc_facts *facts, const struct hvc_claim *but)
{
	unsigned int i, j;

	lockdep_assert_held(&hvc_ledger_lock);
	for (i = 0; i < facts->n_fns; i++) {
		hvc_other_fill(&facts->fns[i].self, but);
		facts->fns[i].protected = hvc_addr_protected(facts->fns[i].self.addr);
		if (facts->fns[i].is_vf)
			hvc_other_fill(&facts->fns[i].pf, but);
	}
	for (i = 0; i < facts->n_groups; i++)
		for (j = 0; j < facts->groups[i].n_members; j++)
			hvc_other_fill(&facts->groups[i].members[j], but);
}

/* Where a claim is after functions have vanished: with none left, and none that it waits for, it has ended */
static void hvc_claim_shrink(struct hvc_claim *claim)
{
	bool failed = false, kept = false;
	unsigned int i;

	for (i = 0; i < claim->n; i++) {
		failed |= claim->fns[i].state == HVCLAIM_FN_STATE_FAILED;
		kept |= hvc_fn_present(&claim->fns[i]) || hvc_awaited(&claim->fns[i]);
	}
	if (!kept) {
		hvc_claim_end(claim, HVCLAIM_CLAIM_STATE_GONE);
	} else if (claim->state == HVCLAIM_CLAIM_STATE_DEGRADED && !failed) {
		claim->error = 0;
		hvc_claim_unsay(claim);
		hvc_claim_set_state(claim, HVCLAIM_CLAIM_STATE_HELD);
	}
}

/* What happened to the functions of a claim that nobody is working on */
static void hvc_claim_scan(struct hvc_claim *claim)
{
	char driver[HVCLAIM_NAME_MAX + 1];
	bool vanished = false;
	unsigned int i;

	for (i = 0; i < claim->n; i++) {
		struct hvc_claim_fn *fn = &claim->fns[i];

		if (!hvc_fn_present(fn))
			continue;
		if (hvc_dev_gone(fn->dev)) {
			hvc_fn_move(fn, HVCLAIM_FN_STATE_GONE, 0);
			vanished = true;
			continue;
		}
		if (fn->state != HVCLAIM_FN_STATE_HELD)
			continue;
		hvc_dev_driver(fn->dev, driver);
		if (!strcmp(driver, claim->driver)) {
			fn->drifted = false;
		} else if (!fn->drifted) {
			fn->drifted = true;
			hvc_notify_dev(fn->dev, HVCLAIM_CMD_DRIFT_NTF);
		}
	}
	if (vanished)
		hvc_claim_shrink(claim);
}

/* Does a claim that waits for its driver find it by now? */
static void hvc_driver_scan(struct hvc_claim *claim)
{
	struct device_driver *drv = hvc_driver_get(claim->driver);

	if (!drv)
		return;
	module_put(drv->owner);
	claim->driver_missing = false;
	hvc_machine_kick(claim);
}

static void hvc_ledger_scan(struct work_struct *work)
{
	struct hvc_claim *claim;
	unsigned long id;
	bool again = false;

	mutex_lock(&hvc_ledger_lock);
	xa_for_each(&hvc_claims, id, claim) {
		if (claim->release || claim->sock_closed) {
			hvc_machine_kick(claim);
			again |= claim->release_idle;
		}
		if (claim->driver_missing)
			hvc_driver_scan(claim);
		if (hvc_claim_idle(claim))
			hvc_claim_scan(claim);
	}
	mutex_unlock(&hvc_ledger_lock);
	if (again)
		queue_delayed_work(system_unbound_wq, &hvc_scan_work, HVC_IDLE_POLL);
}

void hvc_ledger_poke(void)
{
	mod_delayed_work(system_unbound_wq, &hvc_scan_work, 0);
}

/* Atomic context. A port id means a socket only together with its protocol and namespace. */
static int hvc_netlink_notify(struct notifier_block *nb, unsigned long event, void *data)
{
	struct netlink_notify *n = data;
	struct hvc_claim *claim;
	bool poke = false;

	if (event != NETLINK_URELEASE || n->protocol != NETLINK_GENERIC || !net_eq(n->net, &init_net))
		return NOTIFY_DONE;
	spin_lock_bh(&hvc_sock_lock);
	list_for_each_entry(claim, &hvc_sock_claims, sock_node) {
		if (claim->portid == n->portid) {
			WRITE_ONCE(claim->sock_closed, true);
			poke = true;
		}
	}
	spin_unlock_bh(&hvc_sock_lock);
	if (poke)
		hvc_ledger_poke();
	return NOTIFY_DONE;
}

static struct notifier_block hvc_netlink_nb = { .notifier_call = hvc_netlink_notify };

static int hvc_module_notify(struct notifier_block *nb, unsigned long event, void *data)
{
	/* a driver that a claim waits for may have been registered */
	if (event == MODULE_STATE_LIVE)
		hvc_ledger_poke();
	return NOTIFY_DONE;
}

static struct notifier_block hvc_module_nb = { .notifier_call = hvc_module_notify };

int hvc_ledger_init(void (*ended)(struct hvc_claim *claim))
{
	int err;

	hvc_told_ended = ended;
	err = register_module_notifier(&hvc_module_nb);
	if (err)
		return err;
	err = netlink_register_notifier(&hvc_netlink_nb);
	if (err)
		unregister_module_notifier(&hvc_module_nb);
	return err;
}

void hvc_ledger_exit(void)
{
	struct hvc_claim *claim, *next;

	netlink_unregister_notifier(&hvc_netlink_nb);
	unregister_module_notifier(&hvc_module_nb);
	cancel_delayed_work_sync(&hvc_scan_work);
	list_for_each_entry_safe(claim, next, &hvc_ended, node)
		hvc_claim_put(claim);
	xa_destroy(&hvc_claims);
	xa_destroy(&hvc_claimed);
}
