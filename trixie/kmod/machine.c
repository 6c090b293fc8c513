// SPDX-License-Identifier: GPL-2.0-only
/*
 * machine.c - the worker that takes claims and gives them back
 *
 *	queued -> checking -> unbinding -> binding -> held -> releasing -> gone
 *
 * One work item a claim decides; one work item a function carries out a step (bind.c) and may wait for a
 * driver as long as that takes. While one does not come back by the deadline the claim is stuck, and
 * everybody else goes on.
 */
#include <linux/jiffies.h>
#include <linux/kmod.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "bind.h"
#include "claim.h"
#include "machine.h"

/* steps of one claim at a time; those that are stuck do not count */
#define HVC_STEPS_MAX 32

/* how often to look for steps past their deadline */
#define HVC_STUCK_POLL (HZ / 10)

/* The claims' own work and the steps' must not wait for each other's places */
static struct workqueue_struct *hvc_claim_wq, *hvc_step_wq;

void hvc_machine_kick(struct hvc_claim *claim)
{
	lockdep_assert_held(&hvc_ledger_lock);
	kref_get(&claim->ref);
	if (!queue_work(hvc_claim_wq, &claim->work))
		hvc_claim_put(claim);
	wake_up(&claim->step);
}

void hvc_machine_step(struct work_struct *work)
{
	struct hvc_claim_fn *fn = container_of(work, struct hvc_claim_fn, work);
	struct hvc_claim *claim = fn->claim;

	/* 0 means "not started" */
	WRITE_ONCE(fn->started, jiffies | 1);
	if (fn->op(fn))
		WRITE_ONCE(claim->failed, true);
	WRITE_ONCE(fn->started, 0);
	WRITE_ONCE(fn->busy, false);
	atomic_dec(&claim->active);
	wake_up(&claim->step);
	hvc_claim_put(claim);
}

/* Look for steps past their deadline, move the claim into or out of stuck; the number of those steps */
static int hvc_stuck_update(struct hvc_claim *claim)
{
	int stuck = 0;
	unsigned int i;

	mutex_lock(&hvc_ledger_lock);
	for (i = 0; i < claim->n; i++) {
		struct hvc_claim_fn *fn = &claim->fns[i];
		unsigned long started = READ_ONCE(fn->started);

		fn->stuck = started && time_after(jiffies, started + msecs_to_jiffies(claim->deadline));
		stuck += fn->stuck;
	}
	if (stuck && claim->state != HVCLAIM_CLAIM_STATE_STUCK) {
		claim->phase = claim->state;
		hvc_claim_set_state(claim, HVCLAIM_CLAIM_STATE_STUCK);
	} else if (!stuck && claim->state == HVCLAIM_CLAIM_STATE_STUCK) {
		hvc_claim_set_state(claim, claim->phase);
	}
	mutex_unlock(&hvc_ledger_lock);
	return stuck;
}

/* Move a claim to a state, also behind stuck: then that is where it goes on */
static void hvc_set_phase(struct hvc_claim *claim, enum hvclaim_claim_state state)
{
	mutex_lock(&hvc_ledger_lock);
	if (claim->state == HVCLAIM_CLAIM_STATE_STUCK)
		claim->phase = state;
	else
		hvc_claim_set_state(claim, state);
	mutex_unlock(&hvc_ledger_lock);
}

/*
 * Wait until no more than @limit steps are under way, not counting those that are stuck; or, when
 * @patient, counting them.
 */
static void hvc_steps_wait(struct hvc_claim *claim, int limit, bool patient)
{
	int stuck = 0;

	while (!wait_event_timeout(claim->step, atomic_read(&claim->active) <= limit, HVC_STUCK_POLL)) {
		stuck = hvc_stuck_update(claim);
		if (!patient && atomic_read(&claim->active) <= limit + stuck)
			return;
	}
	if (claim->state == HVCLAIM_CLAIM_STATE_STUCK)
		hvc_stuck_update(claim);
}

/* Wait for a taking step: until all are done, or all but stuck ones and somebody does not want it any more */
static void hvc_steps_finish(struct hvc_claim *claim)
{
	hvc_steps_wait(claim, 0, false);
	while (atomic_read(&claim->active) && !READ_ONCE(claim->release) && !READ_ONCE(claim->failed) &&
	       !READ_ONCE(claim->sock_closed)) {
		wait_event_timeout(claim->step, !atomic_read(&claim->active), HVC_STUCK_POLL);
		hvc_stuck_update(claim);
	}
	if (claim->state == HVCLAIM_CLAIM_STATE_STUCK)
		hvc_stuck_update(claim);
}

static void hvc_step_start(struct hvc_claim_fn *fn, int (*op)(struct hvc_claim_fn *fn))
{
	fn->op = op;
	fn->busy = true;
	atomic_inc(&fn->claim->active);
	kref_get(&fn->claim->ref);
	queue_work(hvc_step_wq, &fn->work);
}

static bool hvc_unwanted(struct hvc_claim *claim)
{
	return READ_ONCE(claim->failed) || READ_ONCE(claim->release) || READ_ONCE(claim->sock_closed);
}

/* Run a taking step on all functions, the displays last; false when it is not to go on */
static bool hvc_take_step(struct hvc_claim *claim, enum hvclaim_claim_state state,
			  int (*op)(struct hvc_claim_fn *fn))
{
	unsigned int i, pass;

	hvc_set_phase(claim, state);
	for (pass = 0; pass < 2 && !hvc_unwanted(claim); pass++) {
		for (i = 0; i < claim->n && !hvc_unwanted(claim); i++) {
			struct hvc_claim_fn *fn = &claim->fns[i];

			/* an evicted framebuffer does not come back: only when all else is sure */
			if ((fn->dev->class >> 16 == PCI_BASE_CLASS_DISPLAY) != pass)
				continue;
			hvc_steps_wait(claim, HVC_STEPS_MAX - 1, false);
			hvc_step_start(fn, op);
		}
		hvc_steps_finish(claim);
	}
	return !hvc_unwanted(claim);
}

/* Run a returning step on those functions that want it and are not in an unfinished step */
static void hvc_give_step(struct hvc_claim *claim, int (*op)(struct hvc_claim_fn *fn),
			  bool (*want)(struct hvc_claim_fn *fn))
{
	unsigned int i;

	for (i = 0; i < claim->n; i++) {
		struct hvc_claim_fn *fn = &claim->fns[i];

		if (READ_ONCE(fn->busy) || !want(fn))
			continue;
		hvc_steps_wait(claim, HVC_STEPS_MAX - 1, false);
		hvc_step_start(fn, op);
	}
	hvc_steps_wait(claim, 0, false);
}

static bool hvc_fn_touched(struct hvc_claim_fn *fn)
{
	return fn->state != HVCLAIM_FN_STATE_UNTOUCHED && fn->state != HVCLAIM_FN_STATE_FAILED &&
	       hvc_fn_present(fn);
}

static bool hvc_fn_released(struct hvc_claim_fn *fn)
{
	return fn->release && hvc_fn_present(fn);
}

/* Where a claim is after a return: ended, or not all of it could be put back, or partly held still */
static void hvc_claim_settle(struct hvc_claim *claim, enum hvclaim_claim_state ended)
{
	bool failed = false, held = false;
	unsigned int i;

	for (i = 0; i < claim->n; i++)
		if (claim->fns[i].state == HVCLAIM_FN_STATE_UNTOUCHED)
			hvc_fn_set_state(&claim->fns[i], HVCLAIM_FN_STATE_RESTORED, claim->fns[i].error);

	mutex_lock(&hvc_ledger_lock);
	claim->release = false;
	for (i = 0; i < claim->n; i++) {
		struct hvc_claim_fn *fn = &claim->fns[i];

		if (fn->state == HVCLAIM_FN_STATE_FAILED) {
			failed = true;
			if (!claim->error) {
				claim->error = fn->error;
				snprintf(claim->error_msg, sizeof(claim->error_msg),
					 HVC_ADDR_FMT " could not be put back and is parked",
					 HVC_ADDR_ARGS(fn->dev->addr));
			}
		}
		held |= fn->state == HVCLAIM_FN_STATE_HELD;
		if (fn->state != HVCLAIM_FN_STATE_HELD)
			fn->release = false;
		claim->release |= fn->release;
	}
	if (failed)
		hvc_claim_set_state(claim, HVCLAIM_CLAIM_STATE_DEGRADED);
	else if (held)
		hvc_claim_set_state(claim, HVCLAIM_CLAIM_STATE_HELD);
	else
		hvc_claim_end(claim, ended);
	mutex_unlock(&hvc_ledger_lock);
	/* what is left may have vanished meanwhile */
	if (failed || held)
		hvc_ledger_poke();
}

static void hvc_refuse(struct hvc_claim *claim, int err, const char *what)
{
	mutex_lock(&hvc_ledger_lock);
	claim->error = err;
	strscpy(claim->error_msg, what, sizeof(claim->error_msg));
	hvc_claim_end(claim, HVCLAIM_CLAIM_STATE_REFUSED);
	mutex_unlock(&hvc_ledger_lock);
}

/* Every function gets its driver and its previous override back; the stuck ones when their driver returns */
static void hvc_roll_back(struct hvc_claim *claim)
{
	bool wanted = claim->failed;
	unsigned int i;

	for (i = 0; i < claim->n && wanted; i++) {
		struct hvc_claim_fn *fn = &claim->fns[i];

		if (!fn->error || READ_ONCE(fn->busy))
			continue;
		claim->error = fn->error;
		snprintf(claim->error_msg, sizeof(claim->error_msg), HVC_ADDR_FMT ": %s",
			 HVC_ADDR_ARGS(fn->dev->addr),
			 fn->state == HVCLAIM_FN_STATE_GONE ? "vanished" : "could not be bound");
		break;
	}
	hvc_set_phase(claim, HVCLAIM_CLAIM_STATE_RELEASING);
	hvc_give_step(claim, hvc_fn_rollback, hvc_fn_touched);
	hvc_steps_wait(claim, 0, true);
	hvc_give_step(claim, hvc_fn_rollback, hvc_fn_touched);
	hvc_steps_wait(claim, 0, true);
	hvc_claim_settle(claim, wanted ? HVCLAIM_CLAIM_STATE_REFUSED : HVCLAIM_CLAIM_STATE_GONE);
}

/* The functions that are still the claim's; the array is the caller's to free */
static struct hvc_dev **hvc_claim_devs(struct hvc_claim *claim, unsigned int *n)
{
	struct hvc_dev **devs = kvcalloc(claim->n, sizeof(*devs), GFP_KERNEL);
	unsigned int i;

	*n = 0;
	for (i = 0; devs && i < claim->n; i++)
		if (hvc_fn_present(&claim->fns[i]))
			devs[(*n)++] = claim->fns[i].dev;
	return devs;
}

/* Judge anew, since time has passed; the findings go into the claim. 0, -EACCES or -ENOMEM */
static int hvc_recheck(struct hvc_claim *claim)
{
	struct hvc_check_params p = {
		.owner = claim->owner,
		.allow = claim->allow,
		.trusted_backend = claim->backend->trusted,
	};
	struct hvc_findings findings = {};
	struct hvc_facts facts = {};
	struct hvc_dev **devs;
	unsigned int n;
	int err;

	devs = hvc_claim_devs(claim, &n);
	err = devs ? hvc_facts_collect(&facts, devs, n, true) : -ENOMEM;
	mutex_lock(&hvc_ledger_lock);
	hvc_ledger_fill(&facts, claim);
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

/* A guest has a group of the claim open */
static bool hvc_in_use(struct hvc_claim *claim)
{
	struct hvc_check_params p = { .owner = "", .allow = ~BIT_ULL(HVCLAIM_REASON_IN_USE) };
	struct hvc_findings findings = {};
	struct hvc_facts facts = {};
	struct hvc_dev **devs;
	bool in_use = true;
	unsigned int n;

	/* out of memory is no proof that nobody uses it */
	devs = hvc_claim_devs(claim, &n);
	if (devs && !hvc_facts_collect(&facts, devs, n, false) && !hvc_check_release(&facts, &p, &findings))
		in_use = hvc_check_verdict(&findings) != HVCLAIM_SEVERITY_NOTE;
	hvc_findings_free(&findings);
	hvc_facts_free(&facts);
	kvfree(devs);
	return in_use;
}

static void hvc_take(struct hvc_claim *claim)
{
	struct device_driver *drv;
	int err;

	hvc_set_phase(claim, HVCLAIM_CLAIM_STATE_CHECKING);
	err = hvc_recheck(claim);
	if (err) {
		hvc_refuse(claim, err, err == -EACCES ? "refused by the findings" : "out of memory");
		return;
	}
	drv = hvc_driver_get(claim->driver);
	if (!drv && !request_module("%s", claim->driver))
		drv = hvc_driver_get(claim->driver);
	if (!drv) {
		hvc_refuse(claim, -ENOENT, "the backend's driver is not there");
		return;
	}
	claim->drv = drv;
	if (!claim->backend->accepts(drv)) {
		hvc_refuse(claim, -EINVAL, "the driver named is none of the backend's");
		return;
	}

	if (hvc_take_step(claim, HVCLAIM_CLAIM_STATE_UNBINDING, hvc_fn_unbind) &&
	    hvc_take_step(claim, HVCLAIM_CLAIM_STATE_BINDING, hvc_fn_bind)) {
		hvc_set_phase(claim, HVCLAIM_CLAIM_STATE_HELD);
		/* a function may have vanished or been rebound behind our step */
		hvc_ledger_poke();
		return;
	}
	hvc_roll_back(claim);
}

static void hvc_give_back(struct hvc_claim *claim)
{
	claim->error = 0;
	claim->error_msg[0] = '\0';
	hvc_set_phase(claim, HVCLAIM_CLAIM_STATE_RELEASING);
	hvc_give_step(claim, hvc_fn_restore, hvc_fn_released);
	hvc_steps_wait(claim, 0, true);
	hvc_claim_settle(claim, HVCLAIM_CLAIM_STATE_GONE);
}

/* A step of the machine; called and returns without the lock */
typedef void (*hvc_step)(struct hvc_claim *claim);

/* What is to be done next; called and returns with the lock held */
static hvc_step hvc_next(struct hvc_claim *claim)
{
	bool closed = claim->sock_closed;
	unsigned int i;

	lockdep_assert_held(&hvc_ledger_lock);
	if (claim->state == HVCLAIM_CLAIM_STATE_QUEUED)
		return hvc_take;
	if (!hvc_claim_idle(claim) || (!claim->release && !closed))
		return NULL;
	if (claim->release_idle || closed) {
		bool in_use;

		mutex_unlock(&hvc_ledger_lock);
		in_use = hvc_in_use(claim);
		mutex_lock(&hvc_ledger_lock);
		if (!hvc_claim_idle(claim))
			return NULL;
		if (in_use && closed) {
			claim->sock_closed = false;
			claim->lifetime = HVCLAIM_LIFETIME_HOST;
			hvc_claim_set_state(claim, HVCLAIM_CLAIM_STATE_ORPHANED);
		}
		if (in_use)
			return NULL;
	}
	if (closed) {
		claim->sock_closed = false;
		for (i = 0; i < claim->n; i++)
			claim->fns[i].release = true;
	}
	claim->release_idle = false;
	return hvc_give_back;
}

void hvc_machine_work(struct work_struct *work)
{
	struct hvc_claim *claim = container_of(work, struct hvc_claim, work);
	hvc_step next;

	mutex_lock(&hvc_ledger_lock);
	while ((next = hvc_next(claim))) {
		mutex_unlock(&hvc_ledger_lock);
		next(claim);
		mutex_lock(&hvc_ledger_lock);
	}
	mutex_unlock(&hvc_ledger_lock);
	hvc_claim_put(claim);
}

int hvc_machine_init(void)
{
	hvc_claim_wq = alloc_workqueue("hvclaim", WQ_UNBOUND, WQ_MAX_ACTIVE);
	if (!hvc_claim_wq)
		return -ENOMEM;
	hvc_step_wq = alloc_workqueue("hvclaim_step", WQ_UNBOUND, WQ_MAX_ACTIVE);
	if (!hvc_step_wq) {
		destroy_workqueue(hvc_claim_wq);
		return -ENOMEM;
	}
	return 0;
}

void hvc_machine_exit(void)
{
	destroy_workqueue(hvc_claim_wq);
	destroy_workqueue(hvc_step_wq);
}
