// SPDX-License-Identifier: GPL-2.0-only
/*
 * kmodule.c - loading drivers for guests
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <libkmod.h>

#include "lib/hostfs.h"
#include "device/kmodule.h"
#include "lib/late.h"

#define FUNCTIONS(X)                       \
	X(kmod_list_next)                  \
	X(kmod_module_get_module)          \
	X(kmod_module_get_name)            \
	X(kmod_module_new_from_lookup)     \
	X(kmod_module_probe_insert_module) \
	X(kmod_module_unref)               \
	X(kmod_module_unref_list)          \
	X(kmod_new)                        \
	X(kmod_unref)

LATE_DECLARE(libkmod, FUNCTIONS);
LATE_DEFINE(libkmod, FUNCTIONS);

static void ctx_free(struct kmod_ctx **ctx)
{
	if (*ctx)
		libkmod.kmod_unref(*ctx);
}

static void list_free(struct kmod_list **list)
{
	if (*list)
		libkmod.kmod_module_unref_list(*list);
}

static int new_ctx(struct kmod_ctx **ctx)
{
	int rc = LATE_LOAD(libkmod);

	if (rc)
		return rc;
	*ctx = libkmod.kmod_new(NULL, NULL);
	return *ctx ? 0 : -ENOMEM;
}

static int insert(struct kmod_list *list)
{
	struct kmod_list *l;
	int rc = list ? 0 : -ENOENT;

	for (l = list; l; l = libkmod.kmod_list_next(list, l)) {
		struct kmod_module *mod = libkmod.kmod_module_get_module(l);

		rc = libkmod.kmod_module_probe_insert_module(mod, KMOD_PROBE_APPLY_BLACKLIST_ALIAS_ONLY, NULL,
							     NULL, NULL, NULL);
		libkmod.kmod_module_unref(mod);
		if (rc < 0)
			return rc;
		if (rc > 0)
			return -EPERM; /* blacklisted */
	}
	return rc;
}

int kmodule_load(const char *driver, char **err)
{
	_cleanup_(freep) char *there = hostfs_real("%s/bus/pci/drivers/%s", hostfs_default.sysfs, driver);
	_cleanup_(ctx_free) struct kmod_ctx *ctx = NULL;
	_cleanup_(list_free) struct kmod_list *list = NULL;
	int rc;

	if (there && !strchr(driver, '/'))
		return 0;
	rc = new_ctx(&ctx);
	if (!rc)
		rc = libkmod.kmod_module_new_from_lookup(ctx, driver, &list);
	if (rc >= 0)
		rc = insert(list);
	if (rc < 0)
		*err = text_fmt("driver %s: %s", driver,
				rc == -ENOENT ? "no such module in this kernel" : late_strerror(-rc));
	return rc < 0 ? rc : 0;
}

int kmodule_variant(const struct dev *dev, char driver[HVCLAIM_NAME_MAX + 1], char **err)
{
	_cleanup_(ctx_free) struct kmod_ctx *ctx = NULL;
	_cleanup_(list_free) struct kmod_list *list = NULL;
	struct kmod_list *l;
	char alias[128];
	int rc = new_ctx(&ctx);

	*driver = '\0';
	snprintf(alias, sizeof(alias), "vfio_pci:v%08Xd%08Xsv%08Xsd%08Xbc%02Xsc%02Xi%02X", dev->vendor,
		 dev->device, dev->subsystem_vendor, dev->subsystem_device, dev->class >> 16 & 0xff,
		 dev->class >> 8 & 0xff, dev->class & 0xff);
	if (!rc)
		rc = libkmod.kmod_module_new_from_lookup(ctx, alias, &list);
	if (rc < 0) {
		*err = text_fmt("modules.alias: %s", late_strerror(-rc));
		return rc;
	}
	/* plain vfio-pci matches everything; whoever else matches knows the device */
	for (l = list; l; l = libkmod.kmod_list_next(list, l)) {
		struct kmod_module *mod = libkmod.kmod_module_get_module(l);
		const char *name = libkmod.kmod_module_get_name(mod);

		if (!*driver && strcmp(name, "vfio_pci"))
			snprintf(driver, HVCLAIM_NAME_MAX + 1, "%s", name);
		libkmod.kmod_module_unref(mod);
	}
	return 0;
}
