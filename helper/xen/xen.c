// SPDX-License-Identifier: GPL-2.0-only
/*
 * xen.c - what Xen's tools know of functions
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/hostfs.h"
#include "nl/nl.h"
#include "xen/xen.h"

/* where this dom0's backends for PCI functions are: one directory a domain, in it one a device, with dev-N */
#define BACKENDS "/local/domain/0/backend/pci"

bool xen_is_dom0(struct nl *nl)
{
	_cleanup_(info_free) struct info info = { 0 };

	return nl && !nl_info(nl, &info) && info.hypervisor == HVCLAIM_HYPERVISOR_XEN_DOM0;
}

void xen_open(struct xen *x, struct nl *nl)
{
	_cleanup_(freep) char *why = NULL;

	*x = (struct xen){ 0 };
	if (!xen_is_dom0(nl))
		return;
	x->dom0 = true;
	x->lib_error = xenlib_open(&x->lib, &x->why);
	if (!xenstore_open(&x->store, &why))
		return;
	/* of the two, that nothing runs says more */
	free(x->why);
	x->why = why;
	why = NULL;
}

void xen_close(struct xen *x)
{
	xenstore_close(&x->store);
	xenlib_close(x->lib);
	free(x->why);
	*x = (struct xen){ 0 };
}

/* Whether a domain's directory of a device names a function */
static bool names(const struct xenstore *xs, const char *domain, const char *device, struct addr a)
{
	_cleanup_(freep) char *count = xenstore_read(xs, BACKENDS "/%s/%s/num_devs", domain, device);
	unsigned long n = count ? strtoul(count, NULL, 10) : 0;

	for (unsigned long i = 0; i < n; i++) {
		_cleanup_(freep) char *dev = xenstore_read(xs, BACKENDS "/%s/%s/dev-%lu", domain, device, i);
		struct addr b;

		if (dev && addr_parse(dev, &b) && !addr_cmp(a, b))
			return true;
	}
	return false;
}

static bool any_names(const struct xenstore *xs, const char *domain, struct addr a)
{
	unsigned int n;
	char **devices = xenstore_list(xs, &n, BACKENDS "/%s", domain);
	bool found = false;

	for (unsigned int i = 0; devices && i < n && !found; i++)
		found = names(xs, domain, devices[i], a);
	free(devices);
	return found;
}

/* A domain that died may leave its backend's directory behind */
static bool alive(const struct xenstore *xs, const char *domain)
{
	unsigned int n;
	char **nodes = xenstore_list(xs, &n, "/local/domain/%s", domain);

	free(nodes);
	return nodes != NULL;
}

int xen_domain_of(const struct xenstore *xs, struct addr a, char **domain)
{
	unsigned int n;
	char **domains = xenstore_list(xs, &n, BACKENDS);
	int rc = 0;

	*domain = NULL;
	if (!domains)
		return errno == ENOENT ? 0 : -errno;
	for (unsigned int i = 0; i < n && !*domain && !rc; i++) {
		if (!any_names(xs, domains[i], a) || !alive(xs, domains[i]))
			continue;
		*domain = xenstore_read(xs, "/local/domain/%s/name", domains[i]);
		if (!*domain)
			*domain = text_fmt("domain %s", domains[i]);
		rc = *domain ? 0 : -ENOMEM;
	}
	free(domains);
	return rc;
}

char *xen_node(struct addr a)
{
	return text_fmt("/libxl/pci/%04x-%02x-%02x-%x", a.domain, a.bus, a.devfn >> 3, a.devfn & 7);
}

char *xen_name(const struct xenstore *xs, struct addr a)
{
	_cleanup_(freep) char *node = xen_node(a);

	return node && xs->handle ? xenstore_read(xs, "%s/name", node) : NULL;
}

int xen_findings(struct xen *x, const struct dev *dev, struct findings *out)
{
	const struct finding f = {
		.reason = HVCLAIM_REASON_NO_IOMMU,
		.severity = HVCLAIM_SEVERITY_FATAL,
		.has_function = true,
		.function = dev->addr,
	};

	/* libxl waits for a xenstored that does not run */
	if (!x->lib || !x->store.handle || xenlib_has_iommu(x->lib))
		return 0;
	return findings_add(out, &f);
}

void xen_note_holders(struct devs *all)
{
	for (size_t i = 0; i < all->n; i++)
		if (!all->v[i].claim && !strcmp(all->v[i].driver, "pciback"))
			snprintf(all->v[i].owner, sizeof(all->v[i].owner), "xl");
}
