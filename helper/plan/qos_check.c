// SPDX-License-Identifier: GPL-2.0-only
/*
 * qos_check.c - whether the host has what all guests of the file want together; pure
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/bits.h"
#include "lib/append.h"
#include "lib/hostfs.h"
#include "plan/layout.h"
#include "plan/qos_check_priv.h"
#include "lib/units.h"

int check_sum(struct checking *c, const char *what, char *wanted, char *kept, char *total, bool fits)
{
	struct qos_sum *s = wanted ? append(c->out->sums, c->out->n_sums) : NULL;
	char *name = s ? strdup(what) : NULL;

	if (!name) {
		free(wanted);
		free(kept);
		free(total);
		return -ENOMEM;
	}
	*s = (struct qos_sum){ .what = name, .wanted = wanted, .kept = kept, .total = total, .fits = fits };
	return 0;
}

int check_wrong(struct checking *c, const struct qos_guest *g, size_t line, const char *fmt, ...)
{
	_cleanup_(freep) char *words = TEXT_ARGS(fmt);

	if (!words)
		return -ENOMEM;
	return plan_error(&c->out->words, g->file, line ? line : g->line, "guests: %s: %s", g->name, words);
}

/* ---- caches */

/* Ways that a class has of a space, code and data together. */
static unsigned int ways_of(const struct layout *l, size_t class, size_t space)
{
	return bits_count(layout_ask(l, class, space, 0)->mask | layout_ask(l, class, space, 1)->mask);
}

static int check_space(struct checking *c, const struct layout *l, size_t space)
{
	const struct space *s = &l->spaces[space];
	_cleanup_(freep) char *what = text_fmt("%s %" PRIu32 ", exclusive ways",
					       rdt_res_name[s->res[0] >= RDT_L2 ? RDT_L2 : RDT_L3],
					       s->dom->id);
	unsigned int wanted = 0;

	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].class->partition == PARTITION_EXCLUSIVE)
			wanted += ways_of(l, i, space);
	return what ? check_sum(c, what, text_fmt("%u", wanted), text_fmt("%u", s->host_ways),
				text_fmt("%u", s->ways), true)
		    : -ENOMEM;
}

static int check_ids(struct checking *c, const struct layout *l)
{
	const struct caps_rdt *rdt = &c->caps->rdt;
	size_t ids = layout_class_ids(rdt), others = 0, wanted = 0;

	if (!l->n || ids == UINT32_MAX)
		return 0;
	for (size_t i = 0; i < l->n; i++)
		wanted += l->v[i].group == i;
	for (size_t i = 0; i < rdt->n_groups; i++)
		others += rdt->groups[i].owner != RDT_ROOT && rdt->groups[i].owner != RDT_OURS;
	return check_sum(c, "class ids", text_fmt("%zu", wanted), text_fmt("%zu", others + 1),
			 text_fmt("%zu", ids), wanted + others + 1 <= ids);
}

static int check_monitors(struct checking *c, const struct planner *p, const struct layout *l)
{
	size_t wanted = 0, left = plan_rmids(p, l, true);
	const struct qos_guest *last = NULL;

	for (size_t i = 0; i < c->q->n_guests; i++)
		if (c->q->guests[i].monitor) {
			wanted += c->copies[i] ? c->copies[i] : 1;
			last = &c->q->guests[i];
		}
	if (!wanted || !c->caps->rdt.mon)
		return 0;
	if (check_sum(c, "ids for monitoring", text_fmt("%zu", wanted), NULL, text_fmt("%zu", left),
		      wanted <= left))
		return -ENOMEM;
	if (wanted <= left)
		return 0;
	return check_wrong(c, last, 0,
			   "monitor: %zu guests want an id for monitoring (RMID) each; of %" PRIu32
			   " classes and groups of others have %zu: %zu are left",
			   wanted, c->caps->rdt.num_rmids, c->caps->rdt.num_rmids - left, left);
}

static int check_caches(struct checking *c)
{
	const struct plan_args args = { .qos = c->q, .guests = c->guests, .caps = c->caps };
	struct planner p = { .a = &args, .plan = &c->out->words };
	struct layout l = { 0 };
	int rc;

	p.entry = calloc(c->guests->n + 1, sizeof(*p.entry));
	if (!p.entry)
		return -ENOMEM;
	rc = guests_match(c->q, c->guests, p.entry);
	if (!rc)
		rc = layout_all(&p, &l);
	if (!rc)
		rc = check_ids(c, &l);
	for (size_t i = 0; i < l.n_spaces && !rc && !l.failed; i++)
		rc = check_space(c, &l, i);
	for (size_t i = 0; i < l.n && !rc; i++)
		for (enum qos_knob k = 0; k < KNOBS && !rc; k++)
			if (l.v[i].lacks[k])
				rc = plan_note(&c->out->words, -1, NULL, k, "class %s: %s",
					       l.v[i].class->name, l.v[i].lacks[k]);
	if (!rc)
		rc = check_monitors(c, &p, &l);
	layout_free(&l);
	free(p.entry);
	return rc;
}

/* ---- devices */

/* The same words for two guests: only one of them can have it. */
static int check_devices(struct checking *c)
{
	int rc = 0;

	for (size_t i = 0; i < c->q->n_guests && !rc; i++)
		for (size_t k = 0; k < i && !rc; k++) {
			const struct qos_guest *g = &c->q->guests[i], *o = &c->q->guests[k];

			for (size_t x = 0; x < g->n_devices && !rc; x++)
				for (size_t y = 0; y < o->n_devices && !rc; y++)
					if (!strcmp(g->devices[x].selector, o->devices[y].selector))
						rc = check_wrong(
							c, g, g->devices[x].line,
							"devices: %s: is the guest %s's already, %s:%zu",
							g->devices[x].selector, o->name, o->file,
							o->devices[y].line);
		}
	return rc;
}

static int find_running(struct checking *c)
{
	int *entry = calloc(c->guests->n + 1, sizeof(*entry));
	int rc = entry ? guests_match(c->q, c->guests, entry) : -ENOMEM;

	for (size_t i = 0; i < c->guests->n && !rc; i++)
		if (entry[i] >= 0) {
			c->running[entry[i]] = &c->guests->v[i];
			c->copies[entry[i]]++;
		}
	free(entry);
	return rc;
}

int qos_check_make(const struct qos *q, const struct guests *guests, const struct caps *caps,
		   struct qos_check *out)
{
	struct checking c = { .q = q, .guests = guests, .caps = caps, .out = out };
	int rc;

	memset(out, 0, sizeof(*out));
	c.running = calloc(q->n_guests + 1, sizeof(const struct guest *));
	c.copies = calloc(q->n_guests + 1, sizeof(*c.copies));
	rc = c.running && c.copies ? find_running(&c) : -ENOMEM;
	if (!rc)
		rc = check_memory(&c);
	if (!rc)
		rc = check_cpus(&c);
	if (!rc)
		rc = check_caches(&c);
	if (!rc)
		rc = check_disks(&c);
	if (!rc)
		rc = check_devices(&c);
	free(c.running);
	free(c.copies);
	if (rc)
		qos_check_free(out);
	return rc;
}

void qos_check_free(struct qos_check *c)
{
	for (size_t i = 0; i < c->n_sums; i++) {
		free(c->sums[i].what);
		free(c->sums[i].wanted);
		free(c->sums[i].kept);
		free(c->sums[i].total);
	}
	free(c->sums);
	plan_free(&c->words);
	memset(c, 0, sizeof(*c));
}
