// SPDX-License-Identifier: GPL-2.0-only
/*
 * boot_protect.c - hvclaim boot protect: what no rule shall take at boot
 *
 * Asked by the initramfs hooks: works without the module, and needs no more rights than they have.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <string.h>

#include "usage/protect.h"
#include "device/sysdevs.h"
#include "lib/late.h"
#include "boot.h"

static void print_json(const struct protects *all)
{
	struct json_object *o = json_object_new_object(), *list = json_object_new_array();

	for (size_t i = 0; i < all->n; i++) {
		struct json_object *p = json_object_new_object();

		json_add_addr(p, "address", all->v[i].dev->addr);
		json_opt_str(p, "path", all->v[i].dev->path);
		json_add_str(p, "why", all->v[i].why);
		json_object_array_add(list, p);
	}
	json_object_object_add(o, "functions", list);
	json_print(o);
}

/* Whether a boot rule takes it all the same: somebody said allow=host-use. */
static bool given_away(const struct boot_rules *rules, const struct devs *devs, const struct dev *dev)
{
	bool yes = false;

	for (size_t i = 0; !yes && i < rules->n; i++) {
		const struct dev **found = NULL;
		struct rule_text *r = NULL;
		char *err = NULL;
		size_t column, n = 0;

		if (!rule_parse(rules->v[i].text, NULL, &r, &column, &err) &&
		    r->words.allow & 1ull << HVCLAIM_REASON_HOST_USE &&
		    !selector_match(r->selector, devs, NULL, &found, &n, &err))
			for (size_t k = 0; k < n; k++)
				yes |= found[k] == dev;
		rule_text_free(r);
		free(found);
		free(err);
	}
	return yes;
}

static void drop_given_away(const struct devs *devs, struct protects *all)
{
	_cleanup_(boot_rules_free) struct boot_rules rules = { 0 };
	_cleanup_(freep) char *err = NULL;
	char buf[ADDR_STR_LEN];
	size_t n = 0;

	if (boot_load(&hostfs_default, &rules, &err)) {
		error_say("warning: %s", err ? err : strerror(ENOMEM));
		return;
	}
	for (size_t i = 0; i < all->n; i++) {
		if (!given_away(&rules, devs, all->v[i].dev)) {
			all->v[n++] = all->v[i];
			continue;
		}
		error_say("warning: not protected, as a boot rule takes it with allow=host-use: %s (%s)",
			  addr_str(all->v[i].dev->addr, buf), all->v[i].why);
		free(all->v[i].why);
	}
	all->n = n;
}

int boot_run_protect(void)
{
	_cleanup_(devs_free) struct devs devs = { 0 };
	_cleanup_(protects_free) struct protects all = { 0 };
	_cleanup_(freep) char *words = NULL;
	char buf[ADDR_STR_LEN];
	int rc = sysdevs_load(&hostfs_default, am_root(), &devs);

	if (!rc)
		rc = protect_find(&hostfs_default, &devs, &all);
	if (rc) {
		error_say("cannot tell what the host stands on: %s",
			  rc == -ENOENT ? "no PCI bus in /sys" : late_strerror(-rc));
		return EXIT_ERROR;
	}
	drop_given_away(&devs, &all);
	if (globals.json) {
		print_json(&all);
		return EXIT_DONE;
	}
	if (boot_opts.print) {
		words = protect_words(&all);
		if (!words) {
			error_say("%s", strerror(ENOMEM));
			return EXIT_ERROR;
		}
		printf("%s\n", words);
		return EXIT_DONE;
	}
	for (size_t i = 0; i < all.n; i++)
		printf("%s %s: %s\n", addr_str(all.v[i].dev->addr, buf), all.v[i].dev->path, all.v[i].why);
	return EXIT_DONE;
}
