/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * protect.h - functions that no request gets, named when the module is loaded
 */
#ifndef HVC_PROTECT_H
#define HVC_PROTECT_H

#include "facts.h"

/** hvc_protected() - the function is named by the protect option */
bool hvc_protected(struct hvc_addr addr);

/**
 * hvc_protect_init() - read the protect option
 *
 * Return: 0, or -EINVAL after saying which of its addresses is none: what the host stands on must not be
 * left unprotected by a typo.
 */
int hvc_protect_init(void);

#endif
