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

static void ctx_free(struct kmod_ctx **ctx)
{
	if (*ctx)
		kmod_unref(*ctx);
}

static void list_free(struct kmod_list **list)
{
	kmod_module_unref_list(*list);
}

static int insert(struct kmod_list *list)
{
	struct kmod_list *l;
	int rc = list ? 0 : -ENOENT;

	kmod_list_foreach(l, list)
	{
		struct kmod_module *mod = kmod_module_get_module(l);

		rc = kmod_module_probe_insert_module(mod, KMOD_PROBE_APPLY_BLACKLIST_ALIAS_ONLY, NULL, NULL,
						     NULL, NULL);
		kmod_module_unref(mod);
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
	ctx = kmod_new(NULL, NULL);
	rc = ctx ? kmod_module_new_from_lookup(ctx, driver, &list) : -ENOMEM;
	if (rc >= 0)
		rc = insert(list);
	if (rc < 0)
		*err = text_fmt("driver %s: %s", driver,
				rc == -ENOENT ? "no such module in this kernel" : strerror(-rc));
	return rc < 0 ? rc : 0;
}

int kmodule_variant(const struct dev *dev, char driver[HVCLAIM_NAME_MAX + 1], char **err)
{
	_cleanup_(ctx_free) struct kmod_ctx *ctx = kmod_new(NULL, NULL);
	_cleanup_(list_free) struct kmod_list *list = NULL;
	struct kmod_list *l;
	char alias[128];
	int rc;

	*driver = '\0';
	snprintf(alias, sizeof(alias), "vfio_pci:v%08Xd%08Xsv%08Xsd%08Xbc%02Xsc%02Xi%02X", dev->vendor,
		 dev->device, dev->subsystem_vendor, dev->subsystem_device, dev->class >> 16 & 0xff,
		 dev->class >> 8 & 0xff, dev->class & 0xff);
	rc = ctx ? kmod_module_new_from_lookup(ctx, alias, &list) : -ENOMEM;
	if (rc < 0) {
		*err = text_fmt("modules.alias: %s", strerror(-rc));
		return rc;
	}
	/* plain vfio-pci matches everything; whoever else matches knows the device */
	kmod_list_foreach(l, list)
	{
		struct kmod_module *mod = kmod_module_get_module(l);
		const char *name = kmod_module_get_name(mod);

		if (!*driver && strcmp(name, "vfio_pci"))
			snprintf(driver, HVCLAIM_NAME_MAX + 1, "%s", name);
		kmod_module_unref(mod);
	}
	return 0;
}
