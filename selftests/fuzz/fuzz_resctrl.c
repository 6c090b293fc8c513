// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_resctrl.c - any files where resctrl would be: what is read is planned for, and explained
 *
 * Whatever the kernel may have there, a plan is made or refused, and nothing that is said of it is without words.
 */
#include "effect/effect_resctrl.h"
#include "hosttree.h"
#include "host/resctrl.h"
#include "simhost.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const char yaml[] = "classes:\n"
			   "  gold: {partition: exclusive, L3: {all: 3 ways, 1: 0x3}, MB: 35%}\n"
			   "  bulk: {L3CODE: 10%, L3DATA: 2MiB, L2: 2 ways, MB: 4GB/s}\n"
			   "guests: {db1: {class: gold, monitor: true}, web1: {class: bulk}}\n";

static void explain(const struct sim *s, const struct plan *p)
{
	for (size_t i = 0; i < s->guests.n; i++) {
		struct effect_args a = {
			.fs = &fuzz_fs,
			.qos = &s->cfg->qos,
			.caps = &s->caps,
			.guests = &s->guests,
			.guest = (int)i,
			.want = &s->cfg->qos.guests[i],
			.plan = p,
		};
		struct effects out = { 0 };

		if (effect_resctrl(&a, &out))
			abort();
		for (size_t k = 0; k < out.n; k++)
			if (!out.v[k].why && !out.v[k].effective)
				abort();
		free(effects_missing(&out, ~0U, false, 0));
		effects_free(&out);
	}
}

static void use(struct sim *s)
{
	struct plan p;

	for (size_t i = 0; i < s->caps.rdt.n_groups; i++) {
		const struct rdt_group *g = &s->caps.rdt.groups[i];
		struct rdt_mon *m;
		size_t n;

		if (!resctrl_monitor(&fuzz_fs, g->name, g->n_mons ? g->mons[0] : NULL, &m, &n))
			free(m);
	}
	sim_plan(s, false, &p);
	explain(s, &p);
	plan_free(&p);
	sim_plan(s, true, &p);
	plan_free(&p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *err = NULL;
	struct sim s;

	fuzz_tree_fill(data, len);
	sim_new(&s, yaml);
	sim_guest(&s, "db1", 2);
	sim_guest(&s, "web1", 1);
	for (size_t i = 0; i < s.guests.v[0].n_threads; i++) {
		free(s.guests.v[0].threads[i].rdt_group);
		s.guests.v[0].threads[i].rdt_group = strdup("hvclaim-gold");
	}
	if (!resctrl_read(&fuzz_fs, &s.caps.rdt, &err))
		use(&s);
	else if (!err)
		abort();
	free(err);
	sim_free(&s);
	return 0;
}
