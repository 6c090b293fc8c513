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
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "await.h"
#include "bind.h"
#include "claim.h"
#include "machine.h"
#include "recheck.h"

/* steps of one claim at a time; those that are stuck do not count */
#define HVC_STEPS_MAX 64

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

/* Run a step on all functions that are to be taken, the displays last; false when it is not to go on */
static bool hvc_take_step(struct hvc_claim *claim, enum hvclaim_claim_state state,
			  int (*op)(struct hvc_claim_fn *fn))
{
	unsigned int i, pass;

	hvc_set_phase(claim, state);
	for (pass = 0; pass < 2 && !hvc_unwanted(claim); pass++) {
		for (i = 0; i < claim->n && !hvc_unwanted(claim); i++) {
			struct hvc_claim_fn *fn = &claim->fns[i];

			/* an evicted framebuffer does not come back: only when all else is sure */
			if (!fn->take || (fn->dev->class >> 16 == PCI_BASE_CLASS_DISPLAY) != pass)
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

/* What was being taken; one that somebody else has rebound, and that was not touched yet, stays with him */
static bool hvc_fn_half_taken(struct hvc_claim_fn *fn)
{
	return fn->take && fn->state != HVCLAIM_FN_STATE_HELD && hvc_fn_touched(fn);
}

/* Functions that are held keep a claim in the ledger, and so do those that it waits for */
static bool hvc_fn_kept(struct hvc_claim_fn *fn)
{
	if (fn->state == HVCLAIM_FN_STATE_HELD)
		return true;
	return hvc_awaited(fn) && !(fn->release && hvc_await_forget(fn));
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
				hvc_claim_say(claim, HVC_ADDR_FMT " could not be put back and is parked",
					      HVC_ADDR_ARGS(fn->dev->addr));
			}
		}
		held |= hvc_fn_kept(fn);
		if (fn->state != HVCLAIM_FN_STATE_HELD && !fn->next)
			fn->release = false;
		claim->release |= fn->release && hvc_fn_present(fn);
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

static void hvc_set_error(struct hvc_claim *claim, int err, const char *what)
{
	mutex_lock(&hvc_ledger_lock);
	claim->error = err;
	hvc_claim_say(claim, "%s", what);
	mutex_unlock(&hvc_ledger_lock);
}

/* The first step that failed, as the claim's error */
static void hvc_blame_step(struct hvc_claim *claim)
{
	char msg[64];
	unsigned int i;

	for (i = 0; i < claim->n; i++) {
		struct hvc_claim_fn *fn = &claim->fns[i];

		if (!fn->take || !fn->error || READ_ONCE(fn->busy))
			continue;
		snprintf(msg, sizeof(msg), HVC_ADDR_FMT ": %s", HVC_ADDR_ARGS(fn->dev->addr),
			 fn->state == HVCLAIM_FN_STATE_GONE ? "vanished" : "could not be bound");
		hvc_set_error(claim, fn->error, msg);
		return;
	}
}

/* What was taken so far gets driver and previous override back; the stuck ones when their driver returns */
static void hvc_roll_back(struct hvc_claim *claim, bool (*want)(struct hvc_claim_fn *fn),
			  enum hvclaim_claim_state ended)
{
	unsigned int i;

	hvc_set_phase(claim, HVCLAIM_CLAIM_STATE_RELEASING);
	hvc_give_step(claim, hvc_fn_rollback, want);
	hvc_steps_wait(claim, 0, true);
	hvc_give_step(claim, hvc_fn_rollback, want);
	hvc_steps_wait(claim, 0, true);
	/* given up: before the claim is idle again, when others may come back to it */
	mutex_lock(&hvc_ledger_lock);
	for (i = 0; i < claim->n; i++)
		claim->fns[i].take = false;
	mutex_unlock(&hvc_ledger_lock);
	hvc_claim_settle(claim, ended);
}

/* A new claim ends before a step was made; functions that rule.c parked go back to the host */
static void hvc_refuse(struct hvc_claim *claim, int err, const char *what)
{
	bool touched = false;
	unsigned int i;

	hvc_set_error(claim, err, what);
	for (i = 0; i < claim->n; i++)
		touched |= hvc_fn_touched(&claim->fns[i]);
	if (touched) {
		hvc_roll_back(claim, hvc_fn_touched, HVCLAIM_CLAIM_STATE_REFUSED);
		return;
	}
	mutex_lock(&hvc_ledger_lock);
	hvc_claim_end(claim, HVCLAIM_CLAIM_STATE_REFUSED);
	mutex_unlock(&hvc_ledger_lock);
}

/* A rule's functions wait, parked, for a driver that comes later: the host's must not have them meanwhile */
static void hvc_wait_for_driver(struct hvc_claim *claim)
{
	mutex_lock(&hvc_ledger_lock);
	claim->driver_missing = true;
	hvc_claim_say(claim, "waits for the driver %s", claim->driver);
	hvc_claim_set_state(claim, HVCLAIM_CLAIM_STATE_QUEUED);
	mutex_unlock(&hvc_ledger_lock);
	/* it may have come just now */
	hvc_ledger_poke();
}

/* Everything that was to be taken is */
static void hvc_taken(struct hvc_claim *claim, enum hvclaim_claim_state state)
{
	unsigned int i;

	mutex_lock(&hvc_ledger_lock);
	claim->established = true;
	claim->error = 0;
	hvc_claim_unsay(claim);
	for (i = 0; i < claim->n; i++)
		claim->fns[i].take &= claim->fns[i].state != HVCLAIM_FN_STATE_HELD;
	mutex_unlock(&hvc_ledger_lock);
	hvc_set_phase(claim, state);
	/* a function may have vanished or been rebound behind our step */
	hvc_ledger_poke();
}

static void hvc_take(struct hvc_claim *claim)
{
	struct device_driver *drv;
	int err;

	if (hvc_unwanted(claim)) {
		hvc_roll_back(claim, hvc_fn_touched, HVCLAIM_CLAIM_STATE_GONE);
		return;
	}
	hvc_set_phase(claim, HVCLAIM_CLAIM_STATE_CHECKING);
	err = hvc_recheck(claim);
	if (err) {
		hvc_refuse(claim, err, err == -EACCES ? "refused by the findings" : "out of memory");
		return;
	}
	drv = hvc_driver_load(claim->driver);
	if (!drv && claim->rule) {
		hvc_wait_for_driver(claim);
		return;
	}
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
		hvc_taken(claim, HVCLAIM_CLAIM_STATE_HELD);
		return;
	}
	if (claim->failed)
		hvc_blame_step(claim);
	hvc_roll_back(claim, hvc_fn_touched,
		      claim->failed ? HVCLAIM_CLAIM_STATE_REFUSED : HVCLAIM_CLAIM_STATE_GONE);
}

/* Take functions of a claim that is held otherwise: they came back, or somebody had rebound them */
static void hvc_retake(struct hvc_claim *claim)
{
	enum hvclaim_claim_state before = claim->state;
	int err;

	claim->failed = false;
	hvc_set_phase(claim, HVCLAIM_CLAIM_STATE_CHECKING);
	err = hvc_recheck(claim);
	if (!err && hvc_take_step(claim, HVCLAIM_CLAIM_STATE_UNBINDING, hvc_fn_unbind) &&
	    hvc_take_step(claim, HVCLAIM_CLAIM_STATE_BINDING, hvc_fn_bind)) {
		hvc_taken(claim, before);
		return;
	}
	if (err == -EACCES)
		hvc_set_error(claim, err, "not taken again: refused by the findings");
	else if (err)
		hvc_set_error(claim, err, "not taken again: out of memory");
	else
		hvc_blame_step(claim);
	hvc_roll_back(claim, hvc_fn_half_taken, HVCLAIM_CLAIM_STATE_GONE);
}

static void hvc_give_back(struct hvc_claim *claim)
{
	mutex_lock(&hvc_ledger_lock);
	claim->error = 0;
	hvc_claim_unsay(claim);
	mutex_unlock(&hvc_ledger_lock);
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
	bool closed = claim->sock_closed, take = false;
	unsigned int i;

	lockdep_assert_held(&hvc_ledger_lock);
	if (claim->state == HVCLAIM_CLAIM_STATE_QUEUED)
		return claim->driver_missing && !hvc_unwanted(claim) ? NULL : hvc_take;
	if (!hvc_claim_idle(claim))
		return NULL;
	for (i = 0; i < claim->n; i++)
		take |= claim->fns[i].take && hvc_fn_present(&claim->fns[i]);
	if (!claim->release && !closed)
		return take ? hvc_retake : NULL;
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
