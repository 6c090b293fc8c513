// SPDX-License-Identifier: GPL-2.0-only
/*
 * io.c - hvclaim io: which disks are shared out by weight
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/io_enable.h"
#include "device/report.h"
#include "device/target.h"
#include "lib/privs.h"
#include "sub.h"

#define TAKES_WAY     1u
#define TAKES_DRY_RUN 2u

enum {
	KEY_BFQ = 0x6000,
	KEY_IOCOST,
	KEY_DRY_RUN
};

static struct {
	struct words_list disks;
	struct sub_args sub;
	bool bfq, iocost, dry_run;
} opts;

static const struct hvc_sub subs[] = {
	{ "list", "[DISK…]", "disks, and who looks at I/O weights there", 0, UINT_MAX, 0, NULL, PRIVS_FILES },
	{ "enable", "DISK… --bfq|--iocost", "have disks shared out by weight, until the next boot", 1,
	  UINT_MAX, TAKES_WAY | TAKES_DRY_RUN, NULL, PRIVS_FILES },
	{ "disable", "DISK… --bfq|--iocost", "take that back", 1, UINT_MAX, TAKES_WAY | TAKES_DRY_RUN, NULL,
	  PRIVS_FILES },
	{ 0 },
};

static const struct argp_option options[] = {
	{ "bfq", KEY_BFQ, NULL, 0, "by the scheduler bfq, as time on the disk: for slow disks", 0 },
	{ "iocost", KEY_IOCOST, NULL, 0, "by the controller iocost, as cost of requests: for fast disks", 0 },
	{ "dry-run", KEY_DRY_RUN, NULL, 0, "only tell what would be done", 0 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	(void)state;
	switch (key) {
	case ARGP_KEY_ARG:
		if (!sub_choose(&opts.sub, "io", subs, arg))
			words_add(&opts.disks, arg);
		return 0;
	case KEY_BFQ:
		opts.bfq = true;
		return sub_option(&opts.sub, TAKES_WAY, "--bfq");
	case KEY_IOCOST:
		opts.iocost = true;
		return sub_option(&opts.sub, TAKES_WAY, "--iocost");
	case KEY_DRY_RUN:
		opts.dry_run = true;
		return sub_option(&opts.sub, TAKES_DRY_RUN, "--dry-run");
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static struct json_object *json_disk(const struct caps_block *b)
{
	struct json_object *o = json_object_new_object();

	json_add_str(o, "disk", b->name);
	json_add_str(o, "scheduler", b->scheduler);
	json_add_bool(o, "iocost", b->iocost);
	json_add_bool(o, "weights", b->iocost || !strcmp(b->scheduler, "bfq"));
	return o;
}

static int finish(struct json_object *list, const bool *changed)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "disks", list);
	if (changed)
		json_add_bool(o, "changed", *changed);
	json_finish(o);
	return EXIT_DONE;
}

static int list(const struct caps_block *const *disks, size_t n)
{
	static const char *const heads[] = { "DISK", "SCHEDULER", "IOCOST", "WEIGHTS", NULL };
	struct json_object *all = json_object_new_array();
	struct libscols_table *table = table_new(heads);

	for (size_t i = 0; i < n && table; i++) {
		const struct caps_block *b = disks[i];
		bool bfq = !strcmp(b->scheduler, "bfq");

		json_object_array_add(all, json_disk(b));
		table_row(table,
			  (const char *const[]){ b->name, b->scheduler, b->iocost ? "on" : "off",
						 bfq	     ? "by bfq"
						 : b->iocost ? "by iocost"
							     : "no effect" },
			  3, NULL);
	}
	if (table && !globals.json)
		table_print(table);
	return finish(all, NULL);
}

static int change(const struct caps_block *const *disks, size_t n, bool on)
{
	enum io_way way = opts.bfq ? IO_BFQ : IO_IOCOST;
	const char *what = opts.bfq ? "bfq" : "iocost";
	struct json_object *all = json_object_new_array();
	bool changed = false;

	for (size_t i = 0; i < n; i++) {
		struct json_object *o = json_object_new_object();
		bool is_so = io_is_on(disks[i], way) == on;
		char *err = NULL;

		if (!is_so && !opts.dry_run && io_switch(&hostfs_default, disks[i], way, on, &err)) {
			error_say("%s", err ? err : strerror(ENOMEM));
			free(err);
			json_object_put(o);
			json_object_put(all);
			return EXIT_ERROR;
		}
		json_add_str(o, "disk", disks[i]->name);
		json_add_bool(o, "changed", !is_so && !opts.dry_run);
		json_object_array_add(all, o);
		changed |= !is_so && !opts.dry_run;
		if (!globals.json)
			printf("%s: %s %s%s\n", disks[i]->name, what,
			       is_so	      ? "is already "
			       : opts.dry_run ? "would be turned "
					      : "turned ",
			       on ? "on" : "off");
	}
	return finish(all, &changed);
}

static int find(struct caps *caps, const struct caps_block ***disks, size_t *n)
{
	char *err = NULL;

	*n = 0;
	*disks = calloc(caps->n_blocks + opts.disks.n + 1, sizeof(const struct caps_block *));
	if (!*disks) {
		error_say("%s", strerror(ENOMEM));
		return EXIT_ERROR;
	}
	for (size_t i = 0; i < opts.disks.n; i++) {
		(*disks)[*n] = io_find(&hostfs_default, caps, opts.disks.v[i], &err);
		if (!(*disks)[(*n)++]) {
			error_say("%s", err ? err : strerror(ENOMEM));
			free(err);
			return EXIT_ERROR;
		}
	}
	for (size_t i = 0; !opts.disks.n && i < caps->n_blocks; i++)
		(*disks)[(*n)++] = &caps->blocks[i];
	return EXIT_DONE;
}

static int run(void)
{
	const struct hvc_sub *s = sub_check(&opts.sub, "io", subs, opts.disks.n);
	_cleanup_(caps_free) struct caps caps = { 0 };
	const struct caps_block **disks = NULL;
	char *err = NULL;
	size_t n = 0;
	int rc;

	if (s != &subs[0] && opts.bfq == opts.iocost)
		usage_error("io %s needs one of --bfq and --iocost", s->name);
	rc = s == &subs[0] ? EXIT_DONE : need_root("io");
	if (rc)
		return rc;
	if (caps_read(&hostfs_default, &caps, &err) || caps_disks(&hostfs_default, NULL, &caps)) {
		error_say("%s", err ? err : strerror(ENOMEM));
		free(err);
		return EXIT_ERROR;
	}
	rc = find(&caps, &disks, &n);
	if (!rc)
		rc = s == &subs[0] ? list(disks, n) : change(disks, n, s == &subs[1]);
	free(disks);
	return rc;
}

const struct hvc_cmd cmd_io = {
	.name = "io",
	.args = "list|enable|disable [DISK…] [OPTION…]",
	.doc = "which disks are shared out by weight",
	.subs = subs,
	.options = options,
	.parse = parse,
	.run = run,
};
