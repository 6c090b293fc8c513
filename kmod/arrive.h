/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * arrive.h - functions that appear: kept from host drivers, and given to the claims and rules that want them
 */
#ifndef HVC_ARRIVE_H
#define HVC_ARRIVE_H

struct hvc_dev;
struct hvc_rule;

/**
 * hvc_arrive() - a function is there: &hvc_dev_ops.added
 * @dev: the function
 *
 * When a claim waits for it, or a rule means it, it gets an override that no driver has, before the bus asks
 * any; what becomes of it is decided later, in a work item.
 *
 * Context: may sleep; takes spinlocks only, and on kernels that keep the override under device_lock that of
 * the function itself, which no driver has yet.
 */
void hvc_arrive(struct hvc_dev *dev);

/**
 * hvc_arrive_present() - have a new rule applied to the functions that are there
 * @rule: the rule
 *
 * Context: may sleep.
 * Return: 0; or -ENOMEM, and it is applied to none.
 */
int hvc_arrive_present(struct hvc_rule *rule);

/** hvc_arrive_init() - make the work queue; undone by hvc_arrive_exit() */
int hvc_arrive_init(void);

/** hvc_arrive_exit() - nothing is on its way any more, since each arrival pins the module */
void hvc_arrive_exit(void);

#endif
