/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * claim.h - the ledger of who holds what, and its state machine
 */
#ifndef HVC_CLAIM_H
#define HVC_CLAIM_H

#include <linux/list.h>
#include <linux/netlink.h>
#include <linux/uidgid.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "backend.h"
#include "check.h"
#include "device.h"

struct sk_buff;

/**
 * struct hvc_request_fn - a function that a request names
 * @addr: where it is
 * @pin_vendor: vendor id that it must have, or 0
 * @pin_device: device id that it must have, or 0
 * @attr: the attribute, to blame
 */
struct hvc_request_fn {
	struct hvc_addr addr;
	u16 pin_vendor;
	u16 pin_device;
	const struct nlattr *attr;
};

/**
 * struct hvc_request - check, claim or release as nl_parse.c read it
 * @extack: where to say what is wrong
 * @attrs: the message's attributes, to blame
 * @fns: the functions named
 * @n_fns: how many
 * @group: IOMMU group whose endpoints are meant, or -1
 * @id: claim id, or 0
 * @all: every claim
 * @owner: for whom, or ""
 * @backend: name, or "" for the default
 * @driver: variant driver, or "" for the backend's own
 * @command: what asked
 * @allow: BIT(reason) of the reasons to accept
 * @lifetime: how long
 * @whole_group: take the groups' other endpoints, too
 * @when_idle: wait until no guest has it open
 * @deadline: milliseconds, or 0 for the default
 * @portid: the asking socket
 * @uid: user of the asking task
 * @login_uid: its login user, or invalid
 * @pid: its thread group id
 * @rule: id of the standing rule that asks, or 0
 */
struct hvc_request {
	struct netlink_ext_ack *extack;
	struct nlattr **attrs;
	struct hvc_request_fn *fns;
	unsigned int n_fns;
	int group;
	u32 id;
	bool all;
	char owner[HVCLAIM_NAME_MAX + 1];
	char backend[HVCLAIM_NAME_MAX + 1];
	char driver[HVCLAIM_NAME_MAX + 1];
	char command[HVCLAIM_NAME_MAX + 1];
	u64 allow;
	enum hvclaim_lifetime lifetime;
	bool whole_group;
	bool when_idle;
	u32 deadline;
	u32 portid;
	kuid_t uid;
	kuid_t login_uid;
	pid_t pid;
	u32 rule;
};

/**
 * struct hvc_claim_fn - one function of a claim
 * @claim: the claim
 * @dev: the function; a reference
 * @state: how far it is; written by the one who works on it, under the ledger's lock
 * @host_driver: the driver that it had, or ""; set once, with hvc_fn_remember()
 * @host_override: the override that it had, or ""; likewise
 * @saved: @host_driver and @host_override are valid
 * @was_held: the backend had it, so that a guest may have touched it
 * @take: it is to be taken: the claim is new, it came back, or it is to be taken again from who rebound it
 * @release: it is to be given back
 * @error: negative errno of the last step that failed, or 0
 * @started: jiffies when the step under way began, or 0
 * @stuck: that step is past the deadline
 * @busy: @work is queued or running
 * @work: runs @op
 * @op: the step
 * @drifted: somebody rebound it, and that was told
 * @await_node: it is gone, and the claim waits for it: see await.h
 * @next: it has come back: a reference, until it becomes @dev
 */
struct hvc_claim_fn {
	struct hvc_claim *claim;
	struct hvc_dev *dev;
	enum hvclaim_fn_state state;
	int error;
	const char *host_driver;
	const char *host_override;
	unsigned long started;
	bool saved;
	bool was_held;
	bool take;
	bool release;
	bool stuck;
	bool drifted;
	bool busy;
	struct work_struct work;
	int (*op)(struct hvc_claim_fn *fn);
	struct list_head await_node;
	struct hvc_dev *next;
};

/**
 * struct hvc_claim - an entry of the ledger
 * @node: in the ledger, or in the list of ended claims
 * @sock_node: of a socket claim, in the list of those
 * @ref: held by the ledger or the list of ended claims, and by whoever works on it
 * @id: its number
 * @owner: for whom; this, @command and @driver are behind @fns
 * @command: what asked
 * @backend: holds the functions
 * @driver: name of the driver that does
 * @drv: that driver, pinned while a function is or may be bound to it
 * @allow: reasons that the claimant accepted
 * @lifetime: how long
 * @portid: of a socket claim, the socket
 * @deadline: milliseconds
 * @since: when it was asked for, ns since 1970
 * @uid: who asked
 * @login_uid: who had logged in
 * @pid: which process
 * @rule: id of the standing rule that made it, or 0
 * @state: where it is
 * @phase: what @state was before it became stuck
 * @error: negative errno that ended or degraded it, or 0
 * @error_msg: in words, or ""; changed with hvc_claim_say() and hvc_claim_unsay()
 * @findings: what the last check found
 * @work: takes it, or gives it back
 * @step: wakes the worker when a function is done, or when a release comes in
 * @release: a release of some function is wanted
 * @release_idle: but only when no guest has it open
 * @release_allow: reasons that the releaser accepted
 * @sock_closed: its socket has closed
 * @established: it was held once, so that its functions are waited for when they vanish
 * @driver_missing: it is queued until its driver is there
 * @active: functions whose step is queued or running
 * @failed: a step failed, and no further ones are to start
 * @n: how many functions
 * @fns: the functions
 */
struct hvc_claim {
	struct list_head node;
	struct list_head sock_node;
	struct kref ref;
	u32 id;
	const char *owner;
	const char *command;
	const struct hvc_backend_ops *backend;
	const char *driver;
	struct device_driver *drv;
	u64 allow;
	enum hvclaim_lifetime lifetime;
	u32 portid;
	u32 deadline;
	u64 since;
	kuid_t uid;
	kuid_t login_uid;
	pid_t pid;
	u32 rule;
	enum hvclaim_claim_state state;
	enum hvclaim_claim_state phase;
	int error;
	const char *error_msg;
	struct hvc_findings findings;
	struct work_struct work;
	wait_queue_head_t step;
	bool release;
	bool release_idle;
	u64 release_allow;
	bool sock_closed;
	bool established;
	bool driver_missing;
	atomic_t active;
	bool failed;
	unsigned int n;
	struct hvc_claim_fn fns[] __counted_by(n);
};

/**
 * struct hvc_claim_ref - a claim named in an answer
 * @id: its number
 * @state: its state then
 * @owner: for whom
 */
struct hvc_claim_ref {
	u32 id;
	enum hvclaim_claim_state state;
	char owner[HVCLAIM_NAME_MAX + 1];
};

/*
 * The ledger. All of what follows is under hvc_ledger_lock, except where it says otherwise; see
 * "DOC: locking" in claim.c.
 */
extern struct mutex hvc_ledger_lock;

/** hvc_claim_find() - the claim of a number, also a recently ended one, or NULL; lock held */
struct hvc_claim *hvc_claim_find(u32 id);

/** hvc_claim_next() - the first claim in the ledger with at least this number, or NULL; lock held */
struct hvc_claim *hvc_claim_next(u32 id);

/** hvc_claim_on() - the function of a claim at an address, or NULL; lock held */
struct hvc_claim_fn *hvc_claim_on(struct hvc_addr addr);

/**
 * hvc_claim_enter_fn() - a function of a claim has an address again: it came back
 * @fn: not in the ledger by its old address any more
 * @addr: the new one
 *
 * Lock held.
 * Return: 0, -EBUSY when another claim has it, or -ENOMEM.
 */
int hvc_claim_enter_fn(struct hvc_claim_fn *fn, struct hvc_addr addr);

/**
 * hvc_ledger_gone() - a function leaves the bus: from now on its claim waits for it, whoever works on that
 * @dev: the function
 *
 * The ledger itself notes it later, when the claim is idle (hvc_ledger_poke()); by then it may be back.
 *
 * Context: the bus notifier's.
 */
void hvc_ledger_gone(struct hvc_dev *dev);

/** hvc_claim_count() - how many claims the ledger has; lock held */
unsigned int hvc_claim_count(void);

/**
 * hvc_claim_alloc() - make a claim that is not in the ledger yet
 * @n: of how many functions
 * @owner: for whom
 * @command: what asked
 * @driver: name of the driver that holds the functions
 *
 * Return: the claim with one reference, or NULL.
 */
struct hvc_claim *hvc_claim_alloc(unsigned int n, const char *owner, const char *command, const char *driver);

/**
 * hvc_claim_say() - set what a claim's state is due to, in words
 * @claim: the claim
 * @fmt: the words; when memory is out they are left out
 *
 * Context: under hvc_ledger_lock.
 */
__printf(2, 3) void hvc_claim_say(struct hvc_claim *claim, const char *fmt, ...);

/** hvc_claim_unsay() - there is nothing to say any more; under hvc_ledger_lock */
void hvc_claim_unsay(struct hvc_claim *claim);

/**
 * hvc_fn_remember() - note how the host had a function
 * @fn: the function, not saved yet
 * @driver: its driver, or ""
 * @override: its override, or ""
 *
 * Context: may sleep; takes hvc_ledger_lock.
 * Return: 0 or -ENOMEM.
 */
int hvc_fn_remember(struct hvc_claim_fn *fn, const char *driver, const char *override);

/**
 * hvc_claim_enter() - enter a claim into the ledger
 * @claim: with its functions; nobody else has one of them. Its reference moves into the ledger
 *
 * Gives it its number, and a reference to the module that ends with it. Lock held.
 *
 * Return: 0, -ENOMEM, or -ENODEV when the module is about to go.
 */
int hvc_claim_enter(struct hvc_claim *claim);

/** hvc_claim_end() - take a claim out of the ledger, into the list of ended ones; lock held */
void hvc_claim_end(struct hvc_claim *claim, enum hvclaim_claim_state state);

/** hvc_claim_set_state() - move a claim to another state, and tell; lock held */
void hvc_claim_set_state(struct hvc_claim *claim, enum hvclaim_claim_state state);

/** hvc_fn_set_state() - move a function to another state; takes the lock */
void hvc_fn_set_state(struct hvc_claim_fn *fn, enum hvclaim_fn_state state, int error);

/** hvc_fn_present() - the function is still the claim's; lock held */
static inline bool hvc_fn_present(const struct hvc_claim_fn *fn)
{
	return fn->state != HVCLAIM_FN_STATE_RESTORED && fn->state != HVCLAIM_FN_STATE_GONE;
}

/** hvc_dev_state() - who has a function; lock held */
enum hvclaim_dev_state hvc_dev_state(struct hvc_dev *dev);

/**
 * hvc_ledger_fill() - fill the claims, and what is protected, into facts
 * @facts: what hvc_facts_collect() collected
 * @but: a claim that is not to be found in them, or NULL
 *
 * Lock held.
 */
void hvc_ledger_fill(struct hvc_facts *facts, const struct hvc_claim *but);

/** hvc_ledger_poke() - look at all claims soon (function vanished or rebound, socket closed); any context */
void hvc_ledger_poke(void);

/** hvc_claim_idle() - nobody is taking it or giving it back; lock held */
static inline bool hvc_claim_idle(const struct hvc_claim *claim)
{
	return claim->state == HVCLAIM_CLAIM_STATE_HELD || claim->state == HVCLAIM_CLAIM_STATE_DEGRADED ||
	       claim->state == HVCLAIM_CLAIM_STATE_ORPHANED;
}

/** hvc_claim_ended() - it is not in the ledger any more; lock held */
static inline bool hvc_claim_ended(const struct hvc_claim *claim)
{
	return claim->state == HVCLAIM_CLAIM_STATE_GONE || claim->state == HVCLAIM_CLAIM_STATE_REFUSED;
}

/** hvc_claim_put() - drop a reference */
void hvc_claim_put(struct hvc_claim *claim);

/**
 * hvc_ledger_init() - start following sockets and modules; undone by hvc_ledger_exit()
 * @ended: told of each claim that ends, with the lock held
 *
 * Return: 0 or a negative errno.
 */
int hvc_ledger_init(void (*ended)(struct hvc_claim *claim));

/** hvc_ledger_exit() - the ledger is empty, since each claim pins the module */
void hvc_ledger_exit(void);

#endif
