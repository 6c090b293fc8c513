// SPDX-License-Identifier: GPL-2.0-only
/*
 * sysdevs.c - the host's functions as sysfs tells them
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <linux/pci_regs.h>

#include "device/sysdevs.h"

#define CONFIG_SIZE 4096

static unsigned long number(const struct hostfs *fs, const char *name, const char *attr, unsigned long other)
{
	_cleanup_(freep) char *s = hostfs_read(NULL, "%s/bus/pci/devices/%s/%s", fs->sysfs, name, attr);
	unsigned long n;
	char *end;

	if (!s)
		return other;
	n = strtoul(s, &end, 0);
	return end == s ? other : n;
}

/*
 * The bridge path as lspci -P prints it: the function on the root bus, then one SS.F a hop. A virtual function
 * on a bus of its own has no bridge of its own above it: it gets none, as in the module.
 */
static void fill_path(const char *sysdir, struct dev *d)
{
	_cleanup_(freep) char *copy = strdup(sysdir);
	char *save = NULL, *hop = copy ? strtok_r(copy, "/", &save) : NULL;
	size_t n = 0;

	for (; hop; hop = strtok_r(NULL, "/", &save)) {
		struct addr a;

		if (!strncmp(hop, "pci", 3) && strchr(hop, ':'))
			n = 0; /* a root bus, also one behind a function as VMD's are */
		else if (addr_parse(hop, &a) && !n)
			n += (size_t)snprintf(d->path, sizeof(d->path), "%s", hop);
		else if (addr_parse(hop, &a))
			n += (size_t)snprintf(d->path + n, sizeof(d->path) - n, "/%02x.%x", a.devfn >> 3,
					      a.devfn & 7u);
		if (n >= sizeof(d->path))
			break;
	}
	d->path[n < sizeof(d->path) ? n : 0] = '\0';
}

static uint32_t dword(const unsigned char *config, size_t at)
{
	return config[at] | (uint32_t)config[at + 1] << 8 | (uint32_t)config[at + 2] << 16 |
	       (uint32_t)config[at + 3] << 24;
}

/* The list of extended capabilities begins behind the first 256 bytes; only root sees it. */
static void fill_serial(const char *sysdir, struct dev *d)
{
	size_t len = 0;
	_cleanup_(freep) char *file = hostfs_read(&len, "%s/config", sysdir);
	const unsigned char *config = (const unsigned char *)file;
	size_t at = PCI_CFG_SPACE_SIZE;

	for (int left = CONFIG_SIZE / 8; file && left && at >= PCI_CFG_SPACE_SIZE && at + 12 <= len; left--) {
		uint32_t head = dword(config, at);

		if (PCI_EXT_CAP_ID(head) == PCI_EXT_CAP_ID_DSN) {
			d->serial = dword(config, at + 4) | (uint64_t)dword(config, at + 8) << 32;
			d->has_serial = d->serial != 0;
			return;
		}
		at = PCI_EXT_CAP_NEXT(head);
	}
}

static void fill(const struct hostfs *fs, const char *name, const char *sysdir, struct dev *d)
{
	_cleanup_(freep) char *driver = hostfs_link("%s/driver", sysdir);
	_cleanup_(freep) char *group = hostfs_link("%s/iommu_group", sysdir);
	_cleanup_(freep) char *pf = hostfs_link("%s/physfn", sysdir);

	d->vendor = (uint16_t)number(fs, name, "vendor", 0);
	d->device = (uint16_t)number(fs, name, "device", 0);
	d->subsystem_vendor = (uint16_t)number(fs, name, "subsystem_vendor", 0);
	d->subsystem_device = (uint16_t)number(fs, name, "subsystem_device", 0);
	d->class = (uint32_t)number(fs, name, "class", 0);
	d->revision = (uint8_t)number(fs, name, "revision", 0);
	d->numa_node = (int)number(fs, name, "numa_node", (unsigned long)-1);
	d->group = group ? (int)strtol(group, NULL, 10) : -1;
	snprintf(d->driver, sizeof(d->driver), "%s", driver ? driver : "");
	d->state = driver ? HVCLAIM_DEV_STATE_HOST : HVCLAIM_DEV_STATE_UNBOUND;
	if (pf && addr_parse(pf, &d->pf)) {
		d->sriov_role = HVCLAIM_SRIOV_ROLE_VF;
	} else if (number(fs, name, "sriov_totalvfs", 0)) {
		d->sriov_role = HVCLAIM_SRIOV_ROLE_PF;
		d->num_vfs = (uint32_t)number(fs, name, "sriov_numvfs", 0);
	}
	if (d->sriov_role != HVCLAIM_SRIOV_ROLE_VF ||
	    (d->addr.domain == d->pf.domain && d->addr.bus == d->pf.bus))
		fill_path(sysdir, d);
}

static int by_address(const void *a, const void *b)
{
	return addr_cmp(((const struct dev *)a)->addr, ((const struct dev *)b)->addr);
}

int sysdevs_load(const struct hostfs *fs, bool serials, struct devs *out)
{
	_cleanup_(closedirp) DIR *dir = hostfs_dir("%s/bus/pci/devices", fs->sysfs);
	struct dirent *e;

	*out = (struct devs){ 0 };
	if (!dir)
		return -ENOENT;
	while ((e = dir_next(dir))) {
		_cleanup_(freep) char *sysdir = NULL;
		struct dev d = { .numa_node = -1 }, *v;

		if (!addr_parse(e->d_name, &d.addr))
			continue;
		sysdir = hostfs_dev(fs, d.addr);
		if (!sysdir)
			continue; /* has just gone */
		fill(fs, e->d_name, sysdir, &d);
		if (serials)
			fill_serial(sysdir, &d);
		v = reallocarray(out->v, out->n + 1, sizeof(*v));
		if (!v) {
			devs_free(out);
			return -ENOMEM;
		}
		out->v = v;
		v[out->n++] = d;
	}
	if (out->n)
		qsort(out->v, out->n, sizeof(*out->v), by_address);
	return 0;
}
