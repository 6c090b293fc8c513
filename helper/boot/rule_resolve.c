// SPDX-License-Identifier: GPL-2.0-only
/*
 * rule_resolve.c - rules as the module shall see them: places that stay, with the identity that is there now
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "lib/hostfs.h"
#include "boot/rule_text.h"
#include "device/select_priv.h"

static int add(struct rule_list *out, const struct rule_text *r, char **err)
{
	_cleanup_(freep) char *text = rule_format(r);

	if (!text)
		return -ENOMEM;
	if (strlen(text) > HVCLAIM_RULE_TEXT_MAX) {
		*err = text_fmt("rule \"%s\" becomes longer than %d characters", r->selector->text,
				HVCLAIM_RULE_TEXT_MAX);
		return -EINVAL;
	}
	return rule_list_add(out, text);
}

static void pin_identity(struct selector *sel, const struct dev *d, const struct dev *serial_of)
{
	if (!sel->pin_ids) {
		sel->pin_ids = true;
		sel->pinned_ids[0] = d->vendor;
		sel->pinned_ids[1] = d->device;
		sel->pinned_ids[2] = sel->pinned_ids[3] = ANY;
	}
	if (!sel->pin_serial && serial_of->has_serial) {
		sel->pin_serial = true;
		sel->pinned_serial = serial_of->serial;
	}
}

/* The number of a virtual function among its PF's, which is the order of addresses. */
static unsigned int vf_number(const struct devs *all, const struct dev *vf)
{
	unsigned int n = 0;

	for (size_t i = 0; i < all->n; i++) {
		const struct dev *o = &all->v[i];

		if (o->sriov_role == HVCLAIM_SRIOV_ROLE_VF && !addr_cmp(o->pf, vf->pf) &&
		    addr_cmp(o->addr, vf->addr) < 0)
			n++;
	}
	return n;
}

/* A function by where it is. Virtual functions come and go, and their buses with them: by PF and number. */
static void place(struct selector *sel, const struct devs *all, const struct dev *d)
{
	const struct dev *pf = d->sriov_role == HVCLAIM_SRIOV_ROLE_VF ? devs_find(all, d->pf) : NULL;
	const struct dev *at = pf ? pf : d;

	sel->path_any = false;
	memcpy(sel->path, at->path, sizeof(sel->path));
	sel->addr = at->addr;
	if (pf) {
		sel->kind = BY_VFS;
		sel->first = sel->last = vf_number(all, d);
	} else {
		sel->kind = *sel->path ? BY_PATH : BY_ADDR;
	}
	pin_identity(sel, d, at);
}

/* vfs: of a PF by its address becomes one by its path. */
static void place_pf(struct selector *sel, const struct devs *all)
{
	const struct dev *pf = *sel->path ? NULL : devs_find(all, sel->addr);

	if (pf)
		memcpy(sel->path, pf->path, sizeof(sel->path));
}

static int resolve_each(const struct rule_text *r, const struct devs *all, const struct select_env *env,
			struct rule_list *out, char **err)
{
	const bool wide = r->selector->kind == BY_GROUP || r->selector->kind == BY_CLASS;
	const struct dev **found = NULL;
	size_t n = 0, taken = 0;
	int rc = selector_match(r->selector, all, env, &found, &n, err);

	for (size_t i = 0; !rc && i < n; i++) {
		struct selector sel = *r->selector;
		const struct rule_text one = { .selector = &sel, .words = r->words };

		/* nobody means the bridge when he names the group that it is in */
		if (wide && dev_is_bridge(found[i]))
			continue;
		taken++;
		place(&sel, all, found[i]);
		rc = add(out, &one, err);
	}
	if (!rc && !taken) {
		*err = text_fmt("rule \"%s\" matches only bridges", r->selector->text);
		rc = -ENODEV;
	}
	free(found);
	return rc;
}

int rule_resolve(const struct rule_text *r, bool pin, const struct devs *all, const struct select_env *env,
		 struct rule_list *out, char **err)
{
	struct selector sel = *r->selector;
	const struct rule_text as_is = { .selector = &sel, .words = r->words };
	bool stays = sel.kind == BY_IDS || sel.kind == BY_SERIAL || sel.kind == BY_VFS;
	int rc = 0;

	*err = NULL;
	if (pin && sel.kind == BY_VFS)
		place_pf(&sel, all);
	if (stays || (!pin && rule_is_kernels(r)))
		return add(out, &as_is, err);
	rc = resolve_each(r, all, env, out, err);
	if (rc != -ENODEV || !rule_is_kernels(r))
		return rc;
	free(*err);
	*err = NULL;
	return add(out, &as_is, err);
}
