/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * guest.h - the commands below `hvclaim guest`
 */
#ifndef HVCLAIM_CMD_GUEST_H
#define HVCLAIM_CMD_GUEST_H

#include "apply/guest_host.h"
#include "device/target.h"
#include "sub.h"

/** struct guest_opts - as parsed */
struct guest_opts {
	struct words_list words; /* guests */
	bool dry_run, watch, all;
	const char *output;
	struct sub_args sub;
};

/* one for each second word; they return an exit code */
int guest_run_list(const struct guest_opts *o);
int guest_run_check(const struct guest_opts *o);
int guest_run_apply(const struct guest_opts *o);
int guest_run_explain(const struct guest_opts *o);
int guest_run_clear(const struct guest_opts *o);
int guest_run_devices(const struct guest_opts *o);
int guest_run_metrics(const struct guest_opts *o);

#endif
