// SPDX-License-Identifier: GPL-2.0-only
/*
 * boot.c - hvclaim boot: standing rules that hold from boot on
 */
#define _GNU_SOURCE 1
#include "lib/privs.h"
#include "boot.h"

enum {
	KEY_TRY = 0x7000,
	KEY_AS_WRITTEN,
	KEY_DRY_RUN,
	KEY_UPDATE,
	KEY_ALL,
	KEY_PRINT
};

/* which of them a second word takes */
enum {
	TAKES_REQUEST = 1,
	TAKES_TRY = 2,
	TAKES_AS_WRITTEN = 4,
	TAKES_DRY_RUN = 8,
	TAKES_UPDATE = 16,
	TAKES_ALL = 32,
	TAKES_PRINT = 64
};

struct boot_opts boot_opts;

static const struct argp_option options[] = {
	REQUEST_OPTIONS,
	{ "try", KEY_TRY, NULL, 0, "add: for one boot, unless it is confirmed", 1 },
	{ "as-written", KEY_AS_WRITTEN, NULL, 0, "add: keep addresses, do not pin paths and ids", 1 },
	{ "all", KEY_ALL, NULL, 0, "remove: every rule of ours", 1 },
	{ "update", KEY_UPDATE, NULL, 0, "make the initramfs anew", 1 },
	{ "print", KEY_PRINT, NULL, 0, "protect: as the module's option protect= takes it", 1 },
	{ "dry-run", KEY_DRY_RUN, NULL, 0, "only tell what would be changed", 1 },
	{ 0 },
};

static bool remove_all(void)
{
	return boot_opts.all;
}

static const struct hvc_sub subs[] = {
	{ "list", "", "where each rule is written, and what became of it", 0, 0, 0, NULL,
	  PRIVS_ASK | PRIVS_LOOK },
	{ "add", "RULE…", "write rules, pinned to where the devices are and to what they are", 1, UINT_MAX,
	  TAKES_REQUEST | TAKES_TRY | TAKES_AS_WRITTEN | TAKES_DRY_RUN | TAKES_UPDATE, NULL,
	  PRIVS_ASK | PRIVS_LOOK | PRIVS_WRITE },
	{ "remove", "RULE…|--all", "take rules out again; claims stay", 1, UINT_MAX,
	  TAKES_DRY_RUN | TAKES_UPDATE | TAKES_ALL, remove_all, PRIVS_ASK | PRIVS_LOOK | PRIVS_WRITE },
	{ "confirm", "[RULE…]", "keep rules that were added for one boot, and have had it", 0, UINT_MAX,
	  TAKES_DRY_RUN | TAKES_UPDATE, NULL, PRIVS_ASK | PRIVS_LOOK | PRIVS_WRITE },
	{ "settle", "", "end trials that have had their boot (hvclaim-boot.service)", 0, 0, TAKES_DRY_RUN,
	  NULL, PRIVS_ALL },
	{ "export", "[FILE|-]", "our rules as a file that import reads", 0, 1, 0, NULL,
	  PRIVS_ASK | PRIVS_WRITE },
	{ "import", "FILE|-", "add all rules of a file, or none", 1, 1, TAKES_DRY_RUN | TAKES_UPDATE, NULL,
	  PRIVS_ASK | PRIVS_LOOK | PRIVS_WRITE },
	{ "protect", "[--print]", "the functions that root, swap and the default route are on", 0, 0,
	  TAKES_PRINT, NULL, PRIVS_ASK | PRIVS_LOOK },
	{ "xl", "", "make xl know what is held, in a Xen dom0 (hvclaim-xen.service)", 0, 0, TAKES_DRY_RUN,
	  NULL, PRIVS_ASK },
	{ 0 },
};

static int (*const runs[])(void) = {
	boot_run_list,	 boot_run_add,	  boot_run_remove,  boot_run_confirm, boot_run_settle,
	boot_run_export, boot_run_import, boot_run_protect, boot_run_xl,
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct boot_opts *o = &boot_opts;

	(void)state;
	switch (key) {
	case ARGP_KEY_ARG:
		if (!sub_choose(&o->sub, "boot", subs, arg))
			words_add(&o->request.selectors, arg);
		return 0;
	case KEY_TRY:
		o->try = true;
		return sub_option(&o->sub, TAKES_TRY, "--try");
	case KEY_AS_WRITTEN:
		o->as_written = true;
		return sub_option(&o->sub, TAKES_AS_WRITTEN, "--as-written");
	case KEY_DRY_RUN:
		o->dry_run = true;
		return sub_option(&o->sub, TAKES_DRY_RUN, "--dry-run");
	case KEY_UPDATE:
		o->update = true;
		privs_add(PRIVS_ALL);
		return sub_option(&o->sub, TAKES_UPDATE, "--update");
	case KEY_ALL:
		o->all = true;
		return sub_option(&o->sub, TAKES_ALL, "--all");
	case KEY_PRINT:
		o->print = true;
		return sub_option(&o->sub, TAKES_PRINT, "--print");
	default:
		return sub_request(&o->sub, TAKES_REQUEST, &o->request, key, arg);
	}
}

static int run(void)
{
	const struct hvc_sub *s = sub_check(&boot_opts.sub, "boot", subs, boot_opts.request.selectors.n);

	return runs[s - subs]();
}

const struct hvc_cmd cmd_boot = {
	.name = "boot",
	.args = "list|add|remove|confirm|settle|export|import|protect|xl [SELECTOR…] [OPTION…]",
	.doc = "standing rules that hold from boot on",
	.subs = subs,
	.options = options,
	.parse = parse,
	.run = run,
};
