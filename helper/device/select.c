// SPDX-License-Identifier: GPL-2.0-only
/*
 * select.c - selectors against functions
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "lib/hostfs.h"
#include "device/select_priv.h"

void selector_free(struct selector *s)
{
	if (s)
		free(s->text);
	free(s);
}

static bool ids_match(const int want[IDS], const struct dev *d)
{
	const int have[IDS] = { d->vendor, d->device, d->subsystem_vendor, d->subsystem_device };

	for (int i = 0; i < IDS; i++)
		if (want[i] != ANY && want[i] != have[i])
			return false;
	return true;
}

/* The PF that vfs: names, and the place of a VF among its own, which is the order of addresses. */
static bool vf_matches(const struct selector *s, const struct devs *all, const struct dev *d)
{
	const struct dev *pf = d->sriov_role == HVCLAIM_SRIOV_ROLE_VF ? devs_find(all, d->pf) : NULL;
	unsigned int index = 0;

	if (!pf || (*s->path ? strcmp(pf->path, s->path) : addr_cmp(pf->addr, s->addr)))
		return false;
	for (size_t i = 0; i < all->n; i++) {
		const struct dev *o = &all->v[i];

		if (o->sriov_role == HVCLAIM_SRIOV_ROLE_VF && !addr_cmp(o->pf, d->pf) &&
		    addr_cmp(o->addr, d->addr) < 0)
			index++;
	}
	return index >= s->first && index <= s->last;
}

static bool matches(const struct selector *s, const struct devs *all, const struct dev *d,
		    struct addr netdev_at)
{
	switch (s->kind) {
	case BY_ADDR:
		return !addr_cmp(d->addr, s->addr);
	case BY_SLOT:
		return d->addr.domain == s->addr.domain && d->addr.bus == s->addr.bus &&
		       d->addr.devfn >> 3 == s->addr.devfn >> 3;
	case BY_PATH:
		return s->path_any ? strlen(d->path) == strlen(s->path) + 1 &&
					     !strncmp(d->path, s->path, strlen(s->path))
				   : !strcmp(d->path, s->path);
	case BY_IDS:
		return ids_match(s->ids, d);
	case BY_VFS:
		return vf_matches(s, all, d);
	case BY_SERIAL:
		return d->has_serial && d->serial == s->serial;
	case BY_CLASS:
		return (d->class & s->class_mask) == s->class;
	case BY_GROUP:
		return d->group == s->group;
	case BY_NETDEV:
		return !addr_cmp(d->addr, netdev_at);
	}
	return false;
}

static bool pin_matches(const struct selector *s, const struct dev *d)
{
	return (!s->pin_ids || ids_match(s->pinned_ids, d)) &&
	       (!s->pin_serial || (d->has_serial && d->serial == s->pinned_serial));
}

static int append(const struct dev ***out, size_t *n, const struct dev *d)
{
	const struct dev **v;

	for (size_t i = 0; i < *n; i++)
		if ((*out)[i] == d)
			return 0;
	v = reallocarray(*out, *n + 1, sizeof(*v));
	if (!v)
		return -ENOMEM;
	v[(*n)++] = d;
	*out = v;
	return 0;
}

/* Why nothing matched, as far as it can be told. */
static char *nothing(const struct selector *s, const struct devs *all, size_t found)
{
	bool serials = false;

	for (size_t i = 0; i < all->n; i++)
		serials |= all->v[i].has_serial;
	if (s->kind == BY_VFS && found)
		return text_fmt("selector \"%s\": there are fewer virtual functions", s->text);
	if (s->kind == BY_SERIAL && !serials)
		return text_fmt("selector \"%s\": no serial number is known (only root sees them)", s->text);
	return text_fmt("selector \"%s\" matches no function", s->text);
}

int selector_match(const struct selector *s, const struct devs *all, const struct select_env *env,
		   const struct dev ***out, size_t *n, char **err)
{
	struct addr netdev_at = { 0 };
	size_t found = 0;
	int r;

	*err = NULL;
	if (s->kind == BY_NETDEV) {
		r = env && env->netdev ? env->netdev(env->data, s->name, &netdev_at) : -ENODEV;
		if (r) {
			*err = text_fmt("selector \"%s\": no network interface \"%s\" of a PCI function here",
					s->text, s->name);
			return -ENODEV;
		}
	}
	for (size_t i = 0; i < all->n; i++) {
		const struct dev *d = &all->v[i];
		char buf[ADDR_STR_LEN];

		if (!matches(s, all, d, netdev_at))
			continue;
		found++;
		r = append(out, n, d);
		if (r)
			return r;
		if (pin_matches(s, d))
			continue;
		*err = text_fmt("selector \"%s\": %s is another device than the one pinned (it is "
				"%04x:%04x:%04x:%04x)",
				s->text, addr_str(d->addr, buf), d->vendor, d->device, d->subsystem_vendor,
				d->subsystem_device);
		return -EACCES;
	}
	if (found && (s->kind != BY_VFS || s->last == UINT_MAX || found == (size_t)s->last - s->first + 1))
		return 0;
	*err = nothing(s, all, found);
	return -ENODEV;
}
