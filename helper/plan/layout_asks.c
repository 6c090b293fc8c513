// SPDX-License-Identifier: GPL-2.0-only
/*
 * layout_asks.c - what classes want, in ways of caches and steps of bandwidth; pure
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/append.h"
#include "lib/bits.h"
#include "lib/hostfs.h"
#include "plan/layout.h"
#include "lib/units.h"

static const enum qos_knob knob_of[RDT_RESOURCES] = {
	[RDT_L3] = KNOB_L3,	[RDT_L3CODE] = KNOB_L3, [RDT_L3DATA] = KNOB_L3, [RDT_L2] = KNOB_L2,
	[RDT_L2CODE] = KNOB_L2, [RDT_L2DATA] = KNOB_L2, [RDT_MB] = KNOB_MB,	[RDT_SMBA] = KNOB_MB,
};

/** struct asking - one amount being turned into a number */
struct asking {
	struct layout_class *v;
	enum rdt_res res; /* as the file has it */
	uint32_t id;
	size_t line;
	struct amount amount;
	struct layout_errors *e;
};

#define WRONG(a, fmt, ...)                                                                              \
	layout_error((a)->e, (a)->v->class, (a)->line, "%s: %" PRIu32 ": " fmt, rdt_res_name[(a)->res], \
		     (a)->id, ##__VA_ARGS__)

/* What a share says about one domain. */
static bool amount_for(const struct qos_share *share, uint32_t id, struct amount *amount, size_t *line)
{
	*amount = share->all;
	*line = share->line;
	for (size_t i = 0; i < share->n_ids; i++)
		if (share->ids[i].id == id) {
			*amount = share->ids[i].amount;
			*line = share->ids[i].line;
		}
	return amount->kind != AMOUNT_NONE;
}

/* Says once for a resource how an amount was reckoned, and again where it is reckoned otherwise. */
static int explain(struct asking *a, const char *text)
{
	_cleanup_(freep) char *said = text_fmt("%s: %s", rdt_res_name[a->res], text);

	if (!said)
		return -ENOMEM;
	if (a->v->why && strstr(a->v->why, said))
		return 0;
	return text_add(&a->v->why, "%s%s", a->v->why ? "; " : "", said);
}

static int lacks(struct layout_class *v, enum qos_knob knob, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Notes what has no effect for this class; the first reason is enough. */
static int lacks(struct layout_class *v, enum qos_knob knob, const char *fmt, ...)
{
	if (v->lacks[knob])
		return 0;
	v->lacks[knob] = TEXT_ARGS(fmt);
	return v->lacks[knob] ? 0 : -ENOMEM;
}

static int check_mask(struct asking *a, const struct space *s, struct ask *ask)
{
	uint64_t m = a->amount.value, full = s->r->cbm_mask;

	if (m & ~full)
		return WRONG(a, "mask 0x%" PRIx64 " has bits beyond 0x%" PRIx64 ": the cache has %u ways", m,
			     full, s->ways);
	if (!s->r->sparse_masks && !bits_contiguous(m))
		return WRONG(a, "mask 0x%" PRIx64 " has a gap, which this hardware does not know", m);
	if (bits_count(m) < s->r->min_cbm_bits)
		return WRONG(a, "mask 0x%" PRIx64 " has %u bits; this hardware wants at least %" PRIu32, m,
			     bits_count(m), s->r->min_cbm_bits);
	ask->fixed = m;
	ask->ways = bits_count(m);
	return 0;
}

/* How many ways a size or share is, rounded up; more than there are when it is too much. */
static uint64_t ways_of(const struct amount *amount, const struct space *s)
{
	__extension__ typedef unsigned __int128 wide;
	wide v = amount->value;

	switch (amount->kind) {
	case AMOUNT_BYTES:
		v = (v * s->ways + s->dom->size - 1) / s->dom->size;
		break;
	case AMOUNT_PERCENT:
		v = (v * s->ways + UNITS_ALL - 1) / UNITS_ALL;
		break;
	default:
		break;
	}
	return v > s->ways ? (uint64_t)s->ways + 1 : (uint64_t)v;
}

static int reckon_cache(struct asking *a, const struct space *s, struct ask *ask)
{
	_cleanup_(freep) char *text = NULL, *size = NULL, *way = NULL, *wanted = units_amount_str(a->amount);
	uint64_t ways;

	ask->line = a->line;
	if (a->amount.kind == AMOUNT_MASK)
		return check_mask(a, s, ask);
	if (a->amount.kind == AMOUNT_BYTES && !s->dom->size)
		return WRONG(a, "the kernel does not tell the size of this cache; expected a share or ways");
	ways = ways_of(&a->amount, s);
	size = units_size_str(s->dom->size);
	way = units_size_str(s->dom->size / s->ways);
	if (!wanted || !size || !way)
		return -ENOMEM;
	if (ways > s->ways && a->amount.kind == AMOUNT_BYTES)
		return WRONG(a, "%s are more than the cache has: %s, %u ways of %s", wanted, size, s->ways,
			     way);
	if (ways > s->ways)
		return WRONG(a, "%s are more than the cache has: %u ways", wanted, s->ways);
	ask->ways = (unsigned int)ways;
	if (ask->ways < s->r->min_cbm_bits)
		ask->ways = s->r->min_cbm_bits;
	text = text_fmt("%s %s %u of %u ways%s%s%s%s%s", wanted, a->amount.value == 1 ? "is" : "are",
			ask->ways, s->ways, s->dom->size ? " (" : "", s->dom->size ? size : "",
			s->dom->size ? ", a way is " : "", s->dom->size ? way : "", s->dom->size ? ")" : "");
	if (text && ask->ways > ways &&
	    text_add(&text, ", the fewest that this hardware knows (min_cbm_bits %" PRIu32 ")",
		     s->r->min_cbm_bits))
		return -ENOMEM;
	return text ? explain(a, text) : -ENOMEM;
}

/* Which of the class's shares a resource of a space gets its amount from. */
static enum rdt_res source_of(const struct qos_class *c, const struct space *s, size_t k, uint32_t id)
{
	enum rdt_res base = s->res[k] >= RDT_L2 ? RDT_L2 : RDT_L3;
	struct amount amount;
	size_t line;

	return amount_for(&c->res[s->res[k]], id, &amount, &line) ? s->res[k] : base;
}

static int ask_space(struct layout *l, size_t class, size_t space, const struct caps_rdt *rdt,
		     struct layout_errors *e)
{
	struct layout_class *v = &l->v[class];
	const struct space *s = &l->spaces[space];
	enum rdt_res base = s->res[0] >= RDT_L2 ? RDT_L2 : RDT_L3;
	bool possible = base == RDT_L3 ? rdt->cdp_l3_possible : rdt->cdp_l2_possible;
	enum rdt_res from[2];
	int rc = 0;

	if (s->n_res == 1 && !v->class->res[base].line &&
	    (v->class->res[base + 1].line || v->class->res[base + 2].line))
		return lacks(v, knob_of[base], "code and data have the same ways here: %s",
			     possible && rdt->psr ? "boot Xen with psr=cdp"
			     : possible		  ? base == RDT_L3 ? "mount resctrl with -o cdp"
								   : "mount resctrl with -o cdpl2"
						  : "this hardware cannot part them (CDP)");
	for (size_t k = 0; k < s->n_res && !rc; k++) {
		struct asking a = { .v = v, .id = s->dom->id, .e = e };
		struct ask *ask = layout_ask(l, class, space, k);

		from[k] = a.res = source_of(v->class, s, k, s->dom->id);
		if (!amount_for(&v->class->res[a.res], s->dom->id, &a.amount, &a.line))
			continue;
		if (k && from[0] == from[1])
			ask->same = true;
		else
			rc = reckon_cache(&a, s, ask);
	}
	return rc;
}

/* The number that a domain gets for an amount; 0: it cannot be had, and is noted. */
static int reckon_bw(struct asking *a, const struct rdt_resource *r, uint64_t *out)
{
	_cleanup_(freep) char *wanted = units_amount_str(a->amount), *text = NULL;
	uint64_t v = a->amount.value, gran = r->bandwidth_gran ? r->bandwidth_gran : 1, unit;
	bool all = v == (a->amount.kind == AMOUNT_RATE ? QOS_MAX : UNITS_ALL);

	if (!wanted)
		return -ENOMEM;
	*out = r->max_bandwidth;
	if (all)
		return 0;
	if (a->amount.kind != (r->unit == MB_PERCENT ? AMOUNT_PERCENT : AMOUNT_RATE))
		return lacks(a->v, KNOB_MB, "%s: %s: this host limits bandwidth %s", rdt_res_name[a->res],
			     wanted, r->unit == MB_PERCENT ? "in percent only" : "in bytes a second only");
	unit = r->unit == MB_PERCENT ? 100 : r->unit == MB_EIGHTH ? 125000000 : 1 << 20;
	v = v / unit + (v % unit ? 1 : 0);
	if (v < r->min_bandwidth)
		v = r->min_bandwidth;
	if (r->unit == MB_PERCENT && v % gran)
		v += gran - v % gran;
	if (v > r->max_bandwidth)
		v = r->max_bandwidth;
	*out = v;
	if (r->unit == MB_PERCENT && v * 100 == a->amount.value)
		return 0;
	text = r->unit == MB_PERCENT
		       ? text_fmt("%s become %" PRIu64 "%% (steps of %" PRIu64 "%%, at least %" PRIu32 "%%)",
				  wanted, v, gran, r->min_bandwidth)
		       : text_fmt("%s become %" PRIu64 " %s", wanted, v,
				  r->unit == MB_EIGHTH ? "eighths of a GB/s" : "MiB/s");
	return text ? explain(a, text) : -ENOMEM;
}

static int ask_bandwidth(struct layout_class *v, size_t which, const struct caps_rdt *rdt,
			 struct layout_errors *e)
{
	enum rdt_res res = which ? RDT_SMBA : RDT_MB;
	const struct qos_share *share = &v->class->res[res];
	const struct rdt_resource *r = &rdt->res[res];
	int rc = 0;

	if (!share->line || !r->present)
		return 0;
	for (size_t i = 0; i < r->n_doms && !rc; i++) {
		struct asking a = { .v = v, .res = res, .id = r->doms[i].id, .e = e };
		uint64_t *bw = append(v->bw[which], v->n_bw[which]);

		if (!bw)
			return -ENOMEM;
		*bw = r->max_bandwidth;
		if (amount_for(share, a.id, &a.amount, &a.line))
			rc = reckon_bw(&a, r, bw);
	}
	return rc;
}

/* The domains of a resource as the file names it: those of L3 are those of L3CODE where L3 is not. */
static const struct rdt_resource *resource_of(const struct caps_rdt *rdt, enum rdt_res res)
{
	enum rdt_res base = res >= RDT_L2 ? RDT_L2 : RDT_L3;

	if (rdt->res[res].present || !rdt_is_cache(res))
		return &rdt->res[res];
	return &rdt->res[rdt->res[base].present ? base : base + 1];
}

static int check_id(struct layout_class *v, enum rdt_res res, const struct rdt_resource *r,
		    const struct qos_id_amount *one, struct layout_errors *e)
{
	_cleanup_(freep) char *ids = NULL;

	for (size_t i = 0; i < r->n_doms; i++)
		if (r->doms[i].id == one->id)
			return 0;
	for (size_t i = 0; i < r->n_doms; i++)
		if (text_add(&ids, "%s%" PRIu32, i ? ", " : "", r->doms[i].id))
			return -ENOMEM;
	return layout_error(e, v->class, one->line, "%s: %" PRIu32 ": there is none; this host has %s",
			    rdt_res_name[res], one->id, ids ? ids : "none at all");
}

/* What the host has no means for, and ids that it does not have. */
static int check_share(struct layout_class *v, enum rdt_res res, const struct caps_rdt *rdt,
		       struct layout_errors *e)
{
	const struct qos_share *share = &v->class->res[res];
	const struct rdt_resource *r = resource_of(rdt, res);
	int rc = 0;

	if (!share->line)
		return 0;
	if (!rdt->supported && rdt->psr)
		return lacks(v, knob_of[res],
			     "Xen divides neither caches nor bandwidth here: the processor cannot, or Xen "
			     "was booted "
			     "without psr=cat,mba");
	if (!rdt->supported)
		return lacks(v, knob_of[res],
			     "this host has no resctrl: no means to divide caches and bandwidth");
	if (!rdt->mounted)
		return lacks(v, knob_of[res],
			     "resctrl is not mounted: mount -t resctrl resctrl /sys/fs/resctrl");
	if (!r->present)
		return lacks(v, knob_of[res], "this host cannot divide %s", rdt_res_name[res]);
	for (size_t i = 0; i < share->n_ids && !rc; i++)
		rc = check_id(v, res, r, &share->ids[i], e);
	return rc;
}

int layout_asks(struct layout *l, const struct caps_rdt *rdt, struct layout_errors *e)
{
	int rc = 0;

	for (size_t i = 0; i < l->n && !rc; i++) {
		for (enum rdt_res r = 0; r < RDT_RESOURCES && !rc; r++)
			rc = check_share(&l->v[i], r, rdt, e);
		for (size_t k = 0; k < l->n_spaces && !rc; k++)
			rc = ask_space(l, i, k, rdt, e);
		for (size_t k = 0; k < 2 && !rc; k++)
			rc = ask_bandwidth(&l->v[i], k, rdt, e);
	}
	return rc;
}
