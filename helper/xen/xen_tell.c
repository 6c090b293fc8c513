// SPDX-License-Identifier: GPL-2.0-only
/*
 * xen_tell.c - what Xen's tools are told of claims
 *
 * libxl does what it can: it quarantines a function that is with pciback already, and sets its name. It notes
 * the original driver only when it takes the function from that driver itself, so that is written here.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/hostfs.h"
#include "xen/xen.h"

/* A named pciback path is where libxl writes an address to have a driver bind it */
static char *driver_path(const struct claim_fn *fn)
{
	return text_fmt("%s/bus/pci/drivers/%s", hostfs_default.sysfs, fn->host_driver);
}

static int tell_fn(struct xen *x, const struct claim_fn *fn, const char *name, char **err)
{
	_cleanup_(freep) char *domain = NULL;
	_cleanup_(freep) char *kept = NULL;
	_cleanup_(freep) char *node = xen_node(fn->addr);
	_cleanup_(freep) char *path = NULL;
	int rc = node ? xen_domain_of(&x->store, fn->addr, &domain) : -ENOMEM;

	if (rc || domain)
		return rc;
	/* without a name libxl would take the one away that it has */
	if (!name)
		kept = xen_name(&x->store, fn->addr);
	rc = xenlib_quarantine(x->lib, fn->addr, name ? name : kept, err);
	if (rc || !*fn->host_driver || !strcmp(fn->host_driver, "pciback"))
		return rc;
	path = driver_path(fn);
	return path ? xenstore_set(&x->store, path, "%s/driver_path", node) : -ENOMEM;
}

int xen_tell(struct xen *x, const struct claim *c, const struct xen_alias *aliases, size_t n, char **err)
{
	int rc = 0;

	if (!x->dom0 || strcmp(c->backend, "pciback"))
		return 0;
	if (!x->lib || !x->store.handle) {
		*err = text_fmt("xl does not know of it yet: %s", x->why ? x->why : strerror(ENOMEM));
		return 1;
	}
	for (size_t i = 0; i < c->n_fns && !rc; i++) {
		const char *name = NULL;

		if (c->fns[i].state != HVCLAIM_FN_STATE_HELD)
			continue;
		for (size_t k = 0; k < n; k++)
			if (!addr_cmp(aliases[k].addr, c->fns[i].addr))
				name = aliases[k].name;
		rc = tell_fn(x, &c->fns[i], name, err);
	}
	if (rc && !*err)
		*err = text_fmt("xenstore: %s", strerror(-rc));
	return rc;
}

int xen_release_begin(struct xen *x, const struct xen_release *r, char **err)
{
	int rc = 0;

	if (!r->n)
		return 0;
	/* where Xen's tools were never started, nothing is in the quarantine */
	if (!x->lib && x->lib_error == -ENXIO)
		return 0;
	if (!x->lib) {
		*err = text_fmt("Xen cannot be told to let go: %s",
				x->why ? x->why : strerror(-x->lib_error));
		return x->lib_error;
	}
	for (size_t i = 0; i < r->n && !rc; i++) {
		rc = xenlib_unquarantine(x->lib, r->fns[i], err);
		if (rc)
			xen_release_undo(x, &(struct xen_release){ r->fns, i });
	}
	return rc;
}

void xen_release_undo(struct xen *x, const struct xen_release *r)
{
	for (size_t i = 0; i < r->n && x->lib && x->store.handle; i++) {
		_cleanup_(freep) char *name = xen_name(&x->store, r->fns[i]);
		_cleanup_(freep) char *err = NULL;

		(void)xenlib_quarantine(x->lib, r->fns[i], name, &err);
	}
}

/* pciback lists what it has had, and takes it again from any probe */
static void forget_slot(struct addr a)
{
	_cleanup_(freep) char *path =
		text_fmt("%s/bus/pci/drivers/pciback/remove_slot", hostfs_default.sysfs);
	char name[ADDR_STR_LEN];
	int fd = path ? open(path, O_WRONLY | O_CLOEXEC) : -1;

	addr_str(a, name);
	if (fd < 0)
		return;
	/* it is not on the list when somebody removed it already */
	if (write(fd, name, strlen(name)) < 0)
		errno = 0;
	close(fd);
}

void xen_release_end(struct xen *x, struct addr a)
{
	_cleanup_(freep) char *node = xen_node(a);

	forget_slot(a);
	if (!node || !x->store.handle)
		return;
	(void)xenstore_set(&x->store, NULL, "%s/driver_path", node);
	(void)xenstore_set(&x->store, NULL, "%s/name", node);
}
