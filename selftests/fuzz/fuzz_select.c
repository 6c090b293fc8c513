// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_select.c - any text as a selector, and as a rule
 *
 * What is refused is told with words. A rule that is accepted and written out means the same when it is read again.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "boot/rule_text.h"
#include "device/select.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct dev functions[] = {
	{ .addr = { 0, 0, 0xe4 }, .path = "0000:00:1c.4", .class = 0x060400, .group = 9 },
	{ .addr = { 0, 1, 0 },
	  .path = "0000:00:1c.4/00.0",
	  .vendor = 0x10de,
	  .device = 0x1eb8,
	  .subsystem_vendor = 0x10de,
	  .subsystem_device = 0x12a2,
	  .class = 0x030200,
	  .group = 14,
	  .has_serial = true,
	  .serial = 0x001122fffe334455 },
	{ .addr = { 0, 3, 0 },
	  .path = "0000:00:1d.0/00.0",
	  .vendor = 0x8086,
	  .device = 0x1572,
	  .class = 0x020000,
	  .group = 20,
	  .sriov_role = HVCLAIM_SRIOV_ROLE_PF,
	  .num_vfs = 2 },
	{ .addr = { 0, 3, 0x80 },
	  .class = 0x020000,
	  .group = 21,
	  .sriov_role = HVCLAIM_SRIOV_ROLE_VF,
	  .pf = { 0, 3, 0 } },
	{ .addr = { 0x10000, 1, 0 }, .group = -1 },
};
static const struct devs all = { functions, sizeof(functions) / sizeof(functions[0]) };

static const char *find_alias(void *data, const char *name)
{
	(void)data;
	return !strcmp(name, "gpu0") ? "0000:00:1c.4/00.0,ids=10de:1eb8" : NULL;
}

static int find_netdev(void *data, const char *name, struct addr *addr)
{
	(void)data;
	*addr = functions[2].addr;
	return strcmp(name, "eth0") ? -ENODEV : 0;
}

static const struct select_env env = { .alias = find_alias, .netdev = find_netdev };

static void try_selector(const char *text)
{
	const struct dev **picked = NULL;
	struct selector *s = NULL;
	char *err = NULL;
	size_t n = 0;
	int rc = selector_parse(text, &env, &s, &err);

	if (rc) {
		if (rc != -EINVAL || !err)
			abort();
		free(err);
		return;
	}
	rc = selector_match(s, &all, &env, &picked, &n, &err);
	if (rc ? !err : !n)
		abort();
	free(err);
	free(picked);
	selector_free(s);
}

static void try_rule(const char *text)
{
	struct rule_list list = { 0 };
	struct rule_text *r = NULL, *again = NULL;
	char *err = NULL, *written, *second;
	size_t column = 0;
	int rc = rule_parse(text, &env, &r, &column, &err);

	if (rc) {
		if (rc != -EINVAL || !err || !column || column > strlen(text) + 1)
			abort();
		free(err);
		return;
	}
	written = rule_format(r);
	if (!written || rule_parse(written, &env, &again, &column, &err))
		abort();
	second = rule_format(again);
	if (!second || strcmp(written, second) || !rule_meant(again, r))
		abort();
	rc = rule_resolve(r, true, &all, &env, &list, &err);
	if (rc && !err)
		abort();
	free(err);
	rule_list_free(&list);
	rule_text_free(r);
	rule_text_free(again);
	free(written);
	free(second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = malloc(len + 1);

	if (!text)
		return 0;
	memcpy(text, data, len);
	text[len] = '\0';
	try_selector(text);
	try_rule(text);
	free(text);
	return 0;
}
