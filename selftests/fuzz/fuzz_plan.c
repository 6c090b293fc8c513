// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_plan.c - any host, any classes, any guests: the bytes choose
 *
 * A first configuration is applied, perhaps only in part, as if it had been killed. Then a second one. By the rules
 * of the kernel no step may be refused, nobody may have ways of an exclusive class, and planning again may find
 * nothing to do. What is taken back leaves nothing of ours.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/hostfs.h"
#include "simhost.h"

#define GUESTS 6

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/** struct bytes - the input, 0 when it is used up */
struct bytes {
	const uint8_t *v;
	size_t n;
};

static unsigned int next(struct bytes *b, unsigned int below)
{
	unsigned int v = b->n ? *b->v : 0;

	if (b->n) {
		b->v++;
		b->n--;
	}
	return v % below;
}

static void cache_amount(struct bytes *b, char **yaml)
{
	switch (next(b, 4)) {
	case 0:
		text_add(yaml, "%u ways", next(b, 12) + 1);
		break;
	case 1:
		text_add(yaml, "%u%%", next(b, 100) + 1);
		break;
	case 2:
		text_add(yaml, "%uKiB", (next(b, 250) + 1) * 64);
		break;
	default:
		text_add(yaml, "0x%x", ((1U << (next(b, 8) + 1)) - 1) << next(b, 12));
	}
}

static void a_class(struct bytes *b, unsigned int i, char **yaml)
{
	static const char *const caches[] = { "L3", "L3CODE", "L3DATA", "L2", "L2CODE", "L2DATA" };
	bool any = false;

	text_add(yaml, "  c%u: {", i);
	for (unsigned int k = 0; k < 6; k++) {
		unsigned int how = next(b, k == 0 ? 2 : 6);

		if (k ? how != 1 && how != 2 : !how)
			continue;
		text_add(yaml, "%s: ", caches[k]);
		if (how == 2) {
			text_add(yaml, "{%u: ", next(b, 4));
			cache_amount(b, yaml);
			text_add(yaml, "}, ");
		} else {
			cache_amount(b, yaml);
			text_add(yaml, ", ");
		}
		any = true;
	}
	if (any && next(b, 2))
		text_add(yaml, "partition: exclusive, ");
	text_add(yaml, "MB: %u%%}\n", next(b, 100) + 1);
}

static char *config(struct bytes *b)
{
	unsigned int classes = next(b, 5) + 1;
	char *yaml = strdup("classes:\n");

	for (unsigned int i = 0; i < classes; i++)
		a_class(b, i, &yaml);
	text_add(&yaml, "host: {ways: %u}\nguests:\n", next(b, 3));
	for (unsigned int i = 0; i < GUESTS; i++) {
		unsigned int class = next(b, classes + 2), more = next(b, 8);

		text_add(&yaml, "  g%u: {monitor: %s", i, more & 1 ? "yes" : "no");
		if (class < classes)
			text_add(&yaml, ", class: c%u", class);
		if (more & 2)
			text_add(&yaml, ", cpu: {weight: %u, quota: %u%%, burst: 1%%}", next(b, 200) + 1,
				 next(b, 200) + 1);
		if (more & 4)
			text_add(&yaml, ", pin: {vcpus: %u, emulator: 0-3}", next(b, 16));
		text_add(&yaml, "}\n");
	}
	return yaml;
}

static void resources(struct bytes *b, struct sim *s)
{
	static const char *const ids[] = { "0", "0-1", "0,3", "1-3" };
	unsigned int l3 = next(b, 4), l2 = next(b, 4), ways = next(b, 14) + 2, closids = next(b, 8) + 1;
	const char *domains = ids[next(b, 4)];
	enum rdt_res first = l3 == 1 ? RDT_L3CODE : RDT_L3;

	if (l3 && l3 < 3)
		sim_cache(s, first, ways, ways * (1ULL << 20), closids, domains);
	if (l3 == 1)
		sim_cache(s, RDT_L3DATA, ways, ways * (1ULL << 20), closids, domains);
	if (l2 && l2 < 3)
		sim_cache(s, l2 == 1 ? RDT_L2CODE : RDT_L2, 8, 1 << 20, next(b, 8) + 1, "0-3");
	if (l2 == 1)
		sim_cache(s, RDT_L2DATA, 8, 1 << 20, s->caps.rdt.res[RDT_L2CODE].num_closids, "0-3");
	if (next(b, 2))
		sim_mb(s, next(b, 2) ? 10 : 1, 10, next(b, 8) + 1, domains);
	if (next(b, 2))
		sim_mon(s, next(b, 20) + 8);
	for (enum rdt_res r = 0; rdt_is_cache(r); r++) {
		struct rdt_resource *res = &s->caps.rdt.res[r];
		bool data = r == RDT_L3DATA || r == RDT_L2DATA;

		if (!res->present)
			continue;
		if (data) {
			const struct rdt_resource *code = &s->caps.rdt.res[r - 1];

			res->min_cbm_bits = code->min_cbm_bits;
			res->shareable_bits = code->shareable_bits;
			res->sparse_masks = code->sparse_masks;
			continue;
		}
		res->min_cbm_bits = next(b, 2) + 1;
		res->shareable_bits = (next(b, 8) << 8 | next(b, 2) << 1) & res->cbm_mask;
		res->sparse_masks = next(b, 2);
	}
}

/* Groups of others, as they were there before us: all resources of the first kind of cache that there is. */
static void others(struct bytes *b, struct sim *s)
{
	unsigned int n = next(b, 3);
	uint32_t ids = UINT32_MAX;

	for (enum rdt_res r = 0; r < RDT_RESOURCES; r++)
		if (s->caps.rdt.res[r].present && s->caps.rdt.res[r].num_closids < ids)
			ids = s->caps.rdt.res[r].num_closids;
	for (unsigned int i = 0; i < n && s->caps.rdt.n_groups && s->caps.rdt.n_groups < ids; i++) {
		const struct rdt_resource *res = &s->caps.rdt.res[RDT_L3];
		char *name = text_fmt("other%u", i), *text = strdup("");
		uint64_t mask = 3ULL << next(b, 12) & res->cbm_mask;
		enum rdt_owner owner = next(b, 2) ? RDT_LIBVIRT : RDT_OTHER;

		if (res->present && mask && __builtin_popcountll(mask) == 2) {
			text_add(&text, "L3:");
			for (size_t k = 0; k < res->n_doms; k++)
				text_add(&text, "%s%u=%llx", k ? ";" : "", res->doms[k].id,
					 (unsigned long long)mask);
		}
		sim_group(s, name, owner, RDT_SHAREABLE, text);
		free(name);
		free(text);
	}
}

static void fail(struct sim *s, const char *yaml, const char *words)
{
	char *groups = sim_groups(s);

	fprintf(stderr, "%s: %s\n%s%s\n", words, s->refused, yaml, groups);
	abort();
}

static void apply(struct sim *s, char *yaml, bool clear, size_t max)
{
	struct plan p;

	sim_config(s, yaml);
	sim_plan(s, clear, &p);
	if (!sim_apply(s, &p, max))
		fail(s, yaml, "refused");
	if (!p.n_errors && max == SIZE_MAX) {
		plan_free(&p);
		if (sim_overlap(s) && !clear)
			fail(s, yaml, sim_overlap(s));
		sim_plan(s, clear, &p);
		if (p.n_errors || plan_changes(&p))
			fail(s, yaml, "again");
	}
	plan_free(&p);
	free(yaml);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct bytes b = { data, len };
	struct sim s;

	sim_new(&s, "guests:\n");
	resources(&b, &s);
	others(&b, &s);
	for (unsigned int i = 0; i < GUESTS - 1; i++) {
		char *name = text_fmt("g%u", i);
		struct guest *g = sim_guest(&s, name, 1);

		sim_file(g, "cpu.max", "max 100000");
		sim_file(g, "cpu.max.burst", "0");
		free(name);
	}
	apply(&s, config(&b), false, next(&b, 2) ? next(&b, 40) : SIZE_MAX);
	apply(&s, config(&b), false, SIZE_MAX);
	apply(&s, strdup("guests:\n"), false, SIZE_MAX);
	for (size_t i = 0; i < s.caps.rdt.n_groups; i++)
		if (s.caps.rdt.groups[i].owner == RDT_OURS)
			fail(&s, "", "left");
	sim_free(&s);
	return 0;
}
