/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * protect.h - functions that no request gets, named when the module is loaded
 */
#ifndef HVC_PROTECT_H
#define HVC_PROTECT_H

#include "facts.h"

struct hvc_dev;

/** hvc_protected() - the function is named by the protect option; any context */
bool hvc_protected(const struct hvc_dev *dev);

/** hvc_addr_protected() - the function at an address is; takes the cache's spinlock */
bool hvc_addr_protected(struct hvc_addr addr);

/**
 * hvc_protect_init() - read the protect option; undone by hvc_protect_exit()
 *
 * Return: 0, -ENOMEM, or -EINVAL after saying what is wrong with it: what the host stands on must not be left
 * unprotected by a typo.
 */
int hvc_protect_init(void);

/** hvc_protect_exit() - forget them */
void hvc_protect_exit(void);

#endif
