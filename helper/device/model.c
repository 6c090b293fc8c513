// SPDX-License-Identifier: GPL-2.0-only
/*
 * model.c - life and order of the helper's plain data
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device/model.h"

int findings_add(struct findings *list, const struct finding *f)
{
	struct finding *v;
	char *detail = NULL;

	v = reallocarray(list->v, list->n + 1, sizeof(*v));
	if (!v)
		return -ENOMEM;
	list->v = v;
	if (f->detail) {
		detail = strdup(f->detail);
		if (!detail)
			return -ENOMEM;
	}
	v[list->n] = *f;
	v[list->n++].detail = detail;
	return 0;
}

void findings_free(struct findings *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->v[i].detail);
	free(list->v);
	*list = (struct findings){ 0 };
}

char *addr_str(struct addr a, char buf[ADDR_STR_LEN])
{
	snprintf(buf, ADDR_STR_LEN, "%04x:%02x:%02x.%x", a.domain, a.bus, a.devfn >> 3, a.devfn & 7u);
	return buf;
}

int addr_cmp(struct addr a, struct addr b)
{
	if (a.domain != b.domain)
		return a.domain < b.domain ? -1 : 1;
	if (a.bus != b.bus)
		return a.bus < b.bus ? -1 : 1;
	return (int)a.devfn - (int)b.devfn;
}

struct dev *devs_find(const struct devs *all, struct addr a)
{
	for (size_t i = 0; i < all->n; i++)
		if (!addr_cmp(all->v[i].addr, a))
			return &all->v[i];
	return NULL;
}

void devs_free(struct devs *all)
{
	for (size_t i = 0; i < all->n; i++)
		findings_free(&all->v[i].findings);
	free(all->v);
	*all = (struct devs){ 0 };
}

void groups_free(struct groups *all)
{
	for (size_t i = 0; i < all->n; i++) {
		free(all->v[i].members);
		findings_free(&all->v[i].findings);
	}
	free(all->v);
	*all = (struct groups){ 0 };
}

void claim_free(struct claim *claim)
{
	free(claim->fns);
	free(claim->error_msg);
	findings_free(&claim->findings);
	*claim = (struct claim){ 0 };
}

void claims_free(struct claims *all)
{
	for (size_t i = 0; i < all->n; i++)
		claim_free(&all->v[i]);
	free(all->v);
	*all = (struct claims){ 0 };
}

void rule_free(struct rule *rule)
{
	for (size_t i = 0; i < rule->n_matches; i++)
		free(rule->matches[i].error_msg);
	free(rule->matches);
	free(rule->error_msg);
	*rule = (struct rule){ 0 };
}

void rules_free(struct rules *all)
{
	for (size_t i = 0; i < all->n; i++)
		rule_free(&all->v[i]);
	free(all->v);
	*all = (struct rules){ 0 };
}

void info_free(struct info *info)
{
	free(info->backends);
	*info = (struct info){ 0 };
}
