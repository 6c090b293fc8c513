/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * request.h - options that check and claim share, and how they become a request
 */
#ifndef HVCLAIM_REQUEST_H
#define HVCLAIM_REQUEST_H

#include "device/target.h"

enum {
	KEY_GROUP = 0x2000,
	KEY_ALLOW,
	KEY_BACKEND,
	KEY_DRIVER
};

#define REQUEST_OPTIONS                                                                                      \
	{ "owner", 'o', "OWNER", 0, "for whom", 0 },                                                         \
		{ "group", KEY_GROUP, NULL, 0, "take all endpoints of each function's IOMMU group", 0 },     \
		{ "allow", KEY_ALLOW, "REASON,…", 0, "accept these reasons although they ask", 0 },          \
		{ "backend", KEY_BACKEND, "NAME", 0, "vfio-pci, pciback; the host's default if absent", 0 }, \
	{                                                                                                    \
		"driver", KEY_DRIVER, "NAME", 0, "a variant driver; auto: the kernel's for the device", 0    \
	}

/** struct request_options - as parsed */
struct request_options {
	struct words_list selectors;
	const char *owner, *backend, *driver;
	uint64_t allow;
	bool whole_group;
	char auto_driver[HVCLAIM_NAME_MAX + 1];
};

/** request_option() - parse one option; ARGP_ERR_UNKNOWN when it is not one of these */
error_t request_option(struct request_options *o, int key, char *arg);
/** request_prepare() - open @t, pick the functions, look at their use, and fill @req; returns an exit code */
int request_prepare(struct request_options *o, const char *verb, struct target *t, struct nl_request *req);
/** request_verdict() - print a verdict; returns EXIT_DONE or EXIT_REFUSED */
int request_verdict(struct target *t, const struct nl_verdict *v);
/**
 * request_load_driver() - have the driver registered that will hold functions
 *
 * The module cannot bind what is not registered, and loads nothing itself. @backend and @driver may be NULL.
 */
int request_load_driver(struct nl *nl, const char *backend, const char *driver);

#endif
