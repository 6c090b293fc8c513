// SPDX-License-Identifier: GPL-2.0-only
/*
 * arrive.c - functions that appear: kept from host drivers, and given to the claims and rules that want them
 *
 * The bus notifier's ADD_DEVICE comes before any driver is asked, but is too early to decide: siblings are
 * missing, resources are not assigned, and whoever adds the function holds locks. So there the function is
 * only parked, and queued; the work item waits until it has been added, and enters it into the ledger.
 */
#include <linux/device.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "arrive.h"
#include "await.h"
#include "bind.h"
#include "protect.h"
#include "request.h"
#include "rule.h"
#include "compat/override.h"

/* how often to look again whether a function has been added, or its claim is free for it */
#define HVC_ARRIVE_POLL msecs_to_jiffies(5)

/**
 * struct hvc_arrival - a function on its way to a claim; pins the module
 * @node: in &hvc_arrivals.list
 * @dev: the function; a reference
 * @fn: of the claim that waits for it, with a reference to the claim; or NULL
 * @rule: the rule that meant it first; a reference; or NULL
 */
struct hvc_arrival {
	struct list_head node;
	struct hvc_dev *dev;
	struct hvc_claim_fn *fn;
	struct hvc_rule *rule;
};

/**
 * struct hvc_arrivals - a queue of them
 * @list: under hvc_arrivals_lock
 * @work: handles them
 */
struct hvc_arrivals {
	struct list_head list;
	struct delayed_work work;
};

static DEFINE_SPINLOCK(hvc_arrivals_lock);
static struct workqueue_struct *hvc_arrive_wq;

/* Apart: a virtual function whose PF is locked for long must not hold up the rest, nor the rest it */
static struct hvc_arrivals hvc_functions, hvc_vfs;

/* Keep host drivers from a function that has none yet, and no override of somebody else */
static void hvc_park(struct hvc_dev *dev)
{
	struct pci_dev *pdev = dev->pdev;
	char override[HVCLAIM_NAME_MAX + 1];

	if (!hvc_is_endpoint(dev) || READ_ONCE(pdev->dev.driver) || hvc_protected(dev))
		return;
	if (hvc_override_get(pdev, override, sizeof(override)) || (*override && strcmp(override, HVC_PARKED)))
		return;
	if (hvc_override_set(pdev, HVC_PARKED))
		pci_warn(pdev, "hvclaim: out of memory, cannot be kept from host drivers\n");
	else
		dev->parked = true;
}

/* @fn with a reference to its claim, which moves into the arrival. NULL without memory, or while we unload */
static struct hvc_arrival *hvc_arrival_alloc(struct hvc_dev *dev, struct hvc_claim_fn *fn,
					     struct hvc_rule *rule)
{
	struct hvc_arrival *a;

	if (!try_module_get(THIS_MODULE))
		return NULL;
	a = kmalloc(sizeof(*a), GFP_KERNEL);
	if (!a) {
		module_put(THIS_MODULE);
		return NULL;
	}
	if (rule)
		kref_get(&rule->ref);
	*a = (struct hvc_arrival){ .dev = hvc_dev_get(dev), .fn = fn, .rule = rule };
	return a;
}

static void hvc_arrival_queue(struct hvc_arrival *a, unsigned long delay)
{
	struct hvc_arrivals *q = a->dev->pf ? &hvc_vfs : &hvc_functions;

	spin_lock(&hvc_arrivals_lock);
	list_add_tail(&a->node, &q->list);
	spin_unlock(&hvc_arrivals_lock);
	queue_delayed_work(hvc_arrive_wq, &q->work, delay);
}

/* The first rule that means a function, or at least names the place where it is, with a reference */
static struct hvc_rule *hvc_rule_first(const struct hvc_dev *dev, enum hvc_match *match)
{
	struct hvc_rule *rule, *place = NULL;
	u32 id = 0;

	while ((rule = hvc_rule_next(id + 1))) {
		id = rule->id;
		*match = hvc_rule_match(rule, dev);
		if (*match == HVC_MATCH_YES) {
			hvc_rule_put(place);
			return rule;
		}
		if (*match == HVC_MATCH_OTHER_IDENTITY && !place)
			place = rule;
		else
			hvc_rule_put(rule);
	}
	*match = place ? HVC_MATCH_OTHER_IDENTITY : HVC_MATCH_NO;
	return place;
}

void hvc_arrive(struct hvc_dev *dev)
{
	struct hvc_claim_fn *fn = hvc_await_match(dev);
	struct hvc_arrival *a;
	enum hvc_match match;
	struct hvc_rule *rule;

	rule = hvc_rule_first(dev, &match);
	if (!fn && !rule)
		return;
	a = hvc_arrival_alloc(dev, fn, rule);
	hvc_rule_put(rule);
	if (a) {
		if (fn || match == HVC_MATCH_YES)
			hvc_park(dev);
		hvc_arrival_queue(a, 0);
		return;
	}
	pci_warn(dev->pdev, "hvclaim: no memory to claim it\n");
	if (fn) {
		hvc_await_cancel(fn, dev);
		hvc_claim_put(fn->claim);
	}
}

static void hvc_arrival_free(struct hvc_arrival *a)
{
	if (a->fn)
		hvc_claim_put(a->fn->claim);
	hvc_rule_put(a->rule);
	hvc_dev_put(a->dev);
	kfree(a);
	module_put(THIS_MODULE);
}

int hvc_arrive_present(struct hvc_rule *rule)
{
	struct hvc_arrival *a, *next;
	struct hvc_dev *dev;
	unsigned long key;
	LIST_HEAD(list);
	int err = 0;

	for (key = 0; !err && (dev = hvc_dev_next(&key)); key++) {
		if (hvc_rule_match(rule, dev) != HVC_MATCH_NO) {
			a = hvc_arrival_alloc(dev, NULL, rule);
			if (a)
				list_add_tail(&a->node, &list);
			else
				err = -ENOMEM;
		}
		hvc_dev_put(dev);
	}
	list_for_each_entry_safe(a, next, &list, node) {
		list_del(&a->node);
		if (err)
			hvc_arrival_free(a);
		else
			hvc_arrival_queue(a, 0);
	}
	return err;
}

/* Has whoever added the function let go of it? Hot-plug holds the one lock meanwhile, SR-IOV the other. */
static bool hvc_added(struct hvc_dev *dev)
{
	if (!dev->pf) {
		pci_lock_rescan_remove();
		pci_unlock_rescan_remove();
		return true;
	}
	if (!device_trylock(&dev->pf->dev))
		return false;
	device_unlock(&dev->pf->dev);
	return true;
}

static int hvc_rule_enter(struct hvc_rule *rule, struct hvc_dev *dev, u32 *id)
{
	struct nlattr *attrs[HVCLAIM_A_CLAIM_MAX + 1] = {};
	struct hvc_request_fn fn = { .addr = dev->addr };
	struct hvc_request req = {
		.attrs = attrs,
		.fns = &fn,
		.n_fns = 1,
		.group = -1,
		.allow = rule->spec.allow,
		.lifetime = HVCLAIM_LIFETIME_HOST,
		.whole_group = rule->spec.whole_group,
		.uid = rule->uid,
		.login_uid = rule->login_uid,
		.pid = rule->pid,
		.rule = rule->id,
	};

	strscpy(req.owner, rule->spec.owner, sizeof(req.owner));
	strscpy(req.backend, rule->spec.backend, sizeof(req.backend));
	strscpy(req.driver, rule->spec.driver, sizeof(req.driver));
	strscpy(req.command, rule->command, sizeof(req.command));
	return hvc_request_enter(&req, id);
}

/* Note in the rule what has become of a function; the claim may have ended meanwhile */
static void hvc_rule_tell(struct hvc_rule *rule, struct hvc_dev *dev, u32 id, int err)
{
	struct hvc_verdict verdict = { .claim = id };
	struct hvc_claim *claim;
	char msg[80];

	mutex_lock(&hvc_ledger_lock);
	claim = id ? hvc_claim_find(id) : NULL;
	if (claim && strcmp(claim->owner, rule->spec.owner)) {
		snprintf(msg, sizeof(msg), "claim %u of %.40s has it", id, claim->owner);
		verdict = (struct hvc_verdict){
			.error = -EBUSY,
			.has_reason = true,
			.reason = HVCLAIM_REASON_HELD,
			.msg = msg,
		};
	} else if (!id) {
		snprintf(msg, sizeof(msg), "error %d", err);
		verdict.error = err;
		verdict.msg = msg;
	}
	hvc_rule_note(rule, dev, &verdict);
	if (claim && hvc_claim_ended(claim))
		hvc_rules_ended(claim);
	mutex_unlock(&hvc_ledger_lock);
}

static int hvc_rule_apply(struct hvc_rule *rule, struct hvc_dev *dev)
{
	static const struct hvc_verdict other_identity = {
		.error = -EACCES,
		.has_reason = true,
		.reason = HVCLAIM_REASON_IDENTITY,
		.msg = "not the ids or serial that the rule expects",
	};
	u32 id = 0;
	int err;

	switch (hvc_rule_match(rule, dev)) {
	case HVC_MATCH_NO:
		return 0;
	case HVC_MATCH_OTHER_IDENTITY:
		mutex_lock(&hvc_ledger_lock);
		hvc_rule_note(rule, dev, &other_identity);
		mutex_unlock(&hvc_ledger_lock);
		return 0;
	case HVC_MATCH_YES:
		break;
	}
	err = hvc_rule_enter(rule, dev, &id);
	if (err == -ENOMEM || err == -EAGAIN)
		return err;
	if (!hvc_dev_gone(dev))
		hvc_rule_tell(rule, dev, id, err);
	return 0;
}

/* 0, or a negative errno when it must be tried again */
static int hvc_arrival_handle(struct hvc_arrival *a)
{
	struct hvc_rule *rule;
	int err = 0;
	u32 id = 0;

	if (a->fn)
		err = hvc_await_adopt(a->fn, a->dev);
	if (err)
		return err;
	if (a->fn) {
		hvc_claim_put(a->fn->claim);
		a->fn = NULL;
	}
	if (hvc_dev_gone(a->dev))
		return 0;
	/* the first rule gets it; the others note who has it */
	if (a->rule)
		err = hvc_rule_apply(a->rule, a->dev);
	while (!err && (rule = hvc_rule_next(id + 1))) {
		id = rule->id;
		if (rule != a->rule)
			err = hvc_rule_apply(rule, a->dev);
		hvc_rule_put(rule);
	}
	return err;
}

static void hvc_arrive_work(struct work_struct *work)
{
	struct hvc_arrivals *q = container_of(to_delayed_work(work), struct hvc_arrivals, work);
	struct hvc_arrival *a, *next;
	LIST_HEAD(list);

	hvc_devices_wait();
	spin_lock(&hvc_arrivals_lock);
	list_splice_init(&q->list, &list);
	spin_unlock(&hvc_arrivals_lock);
	list_for_each_entry_safe(a, next, &list, node) {
		list_del(&a->node);
		if (!hvc_dev_gone(a->dev) && !hvc_added(a->dev))
			hvc_arrival_queue(a, HVC_ARRIVE_POLL);
		else if (hvc_arrival_handle(a))
			hvc_arrival_queue(a, HVC_ARRIVE_POLL);
		else
			hvc_arrival_free(a);
	}
}

int hvc_arrive_init(void)
{
	INIT_LIST_HEAD(&hvc_functions.list);
	INIT_DELAYED_WORK(&hvc_functions.work, hvc_arrive_work);
	INIT_LIST_HEAD(&hvc_vfs.list);
	INIT_DELAYED_WORK(&hvc_vfs.work, hvc_arrive_work);
	hvc_arrive_wq = alloc_workqueue("hvclaim_arrive", WQ_UNBOUND, 0);
	return hvc_arrive_wq ? 0 : -ENOMEM;
}

void hvc_arrive_exit(void)
{
	destroy_workqueue(hvc_arrive_wq);
}
