/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xen.h - what Xen's tools know of functions, and what they are told of claims
 *
 * pciback alone is not all of a claim in a dom0: libxl quarantines what it may give to domains, so that its
 * DMA reaches nobody, and keeps in xenstore which driver a function had (/libxl/pci/ADDRESS/driver_path).
 */
#ifndef HVCLAIM_XEN_H
#define HVCLAIM_XEN_H

#include "device/model.h"
#include "xen/xenlib.h"
#include "xen/xenstore.h"

struct nl;

/** struct xen - a dom0's tools, as far as they are there */
struct xen {
	bool dom0;
	struct xenstore store; /* its handle is NULL while xenstored does not run */
	struct xenlib *lib;    /* NULL: not there; see @lib_error */
	int lib_error;
	char *why; /* why one of the two is not there, in words; or NULL */
};

/** xen_is_dom0() - whether the module says that this is a dom0 */
bool xen_is_dom0(struct nl *nl);

/** xen_open() - connect to what is there; outside of a dom0 that is nothing. xen_close() ends it */
void xen_open(struct xen *x, struct nl *nl);
void xen_close(struct xen *x);

/**
 * xen_domain_of() - which domain has a function, or is about to get it
 * @xs: xenstore
 * @a: the function
 * @domain: a malloc'd name ("u1", or "domain 5"), or NULL when none has it
 *
 * Return: 0, -ENOMEM, or another negative errno when xenstore does not tell.
 */
int xen_domain_of(const struct xenstore *xs, struct addr a, char **domain);

/** xen_name() - the name by which xl's users may call a function; to be freed, or NULL */
char *xen_name(const struct xenstore *xs, struct addr a);

/** xen_node() - the directory of a function in xenstore, as libxl names it; to be freed */
char *xen_node(struct addr a);

/**
 * xen_findings() - what speaks against giving a function to a domain, and only Xen's tools know
 * @x: the tools
 * @dev: the function
 * @out: findings are appended: no-iommu
 *
 * Return: 0 or -ENOMEM.
 */
int xen_findings(struct xen *x, const struct dev *dev, struct findings *out);

/** xen_note_holders() - fill "xl" in as the owner of functions that are with pciback and in no claim */
void xen_note_holders(struct devs *all);

/** struct xen_alias - the name of a function in our configuration */
struct xen_alias {
	struct addr addr;
	const char *name;
};

/**
 * xen_tell() - make Xen's tools know a claim: quarantine, original driver, name
 * @x: the tools
 * @c: the claim; held
 * @aliases: names to give
 * @n: how many
 * @err: a malloc'd sentence when something is to be said
 *
 * What a domain has by now is left alone. Doing it again changes nothing.
 *
 * Return: 0; 1 when the tools are not there, with @err set; or a negative errno.
 */
int xen_tell(struct xen *x, const struct claim *c, const struct xen_alias *aliases, size_t n, char **err);

/** struct xen_release - functions on their way back to the dom0 */
struct xen_release {
	struct addr *fns;
	size_t n;
};

/**
 * xen_release_begin() - let functions' DMA reach the dom0 again, before the module gives them back
 * @x: the tools
 * @r: the functions; all of them are unquarantined, or none
 * @err: on failure a malloc'd sentence
 *
 * Return: 0 or a negative errno.
 */
int xen_release_begin(struct xen *x, const struct xen_release *r, char **err);

/** xen_release_undo() - the module did not give them back: quarantine them again */
void xen_release_undo(struct xen *x, const struct xen_release *r);

/** xen_release_end() - a function is back: make libxl and pciback forget it */
void xen_release_end(struct xen *x, struct addr a);

#endif
