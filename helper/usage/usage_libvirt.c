// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage_libvirt.c - functions that libvirt would take and give back by itself
 *
 * A guest whose definition has the function with managed='yes' gets it from libvirt at its start: two
 * would then have their hands on it.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "usage/usage_priv.h"
#include "lib/xml.h"

static bool attribute_is(xmlNode *n, const char *name, const char *value)
{
	_cleanup_(freep) char *got = xml_attribute(n, name);

	return got && !strcmp(got, value);
}

/* libvirt writes 0x10, people also 16 */
static bool attribute_number(xmlNode *n, const char *name, unsigned long max, unsigned long *value)
{
	_cleanup_(freep) char *got = xml_attribute(n, name);
	char *end;

	*value = 0;
	if (!got)
		return !strcmp(name, "domain"); /* may be left out */
	errno = 0;
	*value = strtoul(got, &end, 0);
	return !errno && end != got && !*end && *value <= max;
}

static int add_hostdev(struct usage *u, xmlNode *device, const char *guest)
{
	xmlNode *at = xml_child(xml_child(device, "source"), "address");
	unsigned long domain, bus, slot, function;
	_cleanup_(hostdev_clear) struct hostdev h = { 0 };

	if (!at || !attribute_number(at, "domain", UINT32_MAX, &domain) ||
	    !attribute_number(at, "bus", 255, &bus) || !attribute_number(at, "slot", 31, &slot) ||
	    !attribute_number(at, "function", 7, &function))
		return 0;
	h.addr = (struct addr){ (uint32_t)domain, (uint8_t)bus, (uint8_t)(slot << 3 | function) };
	h.guest = text_fmt("%s", guest);
	if (!h.guest)
		return -ENOMEM;
	return list_push(&u->hostdevs, &h);
}

static int read_guest(struct usage *u, const char *path)
{
	_cleanup_(xml_doc_freep) xmlDoc *doc = NULL;
	int rc = xml_read(path, &doc);
	xmlNode *guest = xml_root(doc);
	xmlNode *devices = guest && xml_is(guest, "domain") ? xml_child(guest, "devices") : NULL;

	for (xmlNode *n = devices ? devices->children : NULL; n && !rc; n = n->next) {
		_cleanup_(freep) char *name = NULL;

		if (!(xml_is(n, "hostdev") && attribute_is(n, "type", "pci")) &&
		    !(xml_is(n, "interface") && attribute_is(n, "type", "hostdev")))
			continue;
		if (!attribute_is(n, "managed", "yes"))
			continue;
		name = xml_text(xml_child(guest, "name"));
		rc = add_hostdev(u, n, name ? name : path_base(path));
	}
	return rc;
}

static int load_hostdevs(struct usage *u)
{
	_cleanup_(closedirp) DIR *d = NULL;
	struct dirent *e;
	int rc = 0;

	if (u->hostdevs.loaded)
		return 0;
	u->hostdevs.loaded = true;
	d = hostfs_dir("%s", u->fs.libvirt);
	while (!rc && d && (e = dir_next(d))) {
		size_t n = strlen(e->d_name);
		_cleanup_(freep) char *path = NULL;

		if (n < 5 || strcmp(e->d_name + n - 4, ".xml"))
			continue;
		path = text_fmt("%s/%s", u->fs.libvirt, e->d_name);
		rc = path ? read_guest(u, path) : -ENOMEM;
	}
	return rc;
}

int usage_libvirt(struct usage *u, const struct dev *dev, struct findings *out)
{
	int rc = load_hostdevs(u);

	for (size_t i = 0; !rc && i < u->hostdevs.n; i++)
		if (!addr_cmp(u->hostdevs.v[i].addr, dev->addr))
			rc = usage_say(out, dev, HVCLAIM_SEVERITY_ASK,
				       "libvirt takes it by itself for guest %s (managed='yes')",
				       u->hostdevs.v[i].guest);
	return rc;
}
