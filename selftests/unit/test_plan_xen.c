// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_plan_xen.c - what a domain of Xen gets: weight, cap, CPUs, cpupools, and parts of caches
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config/config_priv.h"
#include "lib/hostfs.h"
#include "simhost_priv.h"
#include "lib/units.h"

/* A dom0 with 2 CPUs on a machine with 8, on two nodes */
static void dom0(struct sim *s, const char *yaml)
{
	static const char *const lists[] = { "0-3", "4-7" };
	struct caps_xen *x;
	struct xen_pool *pool;

	sim_new(s, yaml);
	x = &s->caps.xen;
	x->dom0 = true;
	sim_list("0-7", &x->cpus);
	for (uint32_t i = 0; i < 2; i++) {
		struct caps_node *n = append(x->nodes, x->n_nodes);

		n->id = i;
		sim_list(lists[i], &n->cpus);
	}
	pool = append(x->pools, x->n_pools);
	pool->name = sim_dup("Pool-0");
	pool->sched = XEN_SCHED_CREDIT2;
	pool->cpus = x->cpus;
	pool->n_domains = 1;
	s->caps.rdt.psr = true;
	sim_list("0-1", &s->caps.online);
}

static struct guest *domain(struct sim *s, const char *name, uint32_t vcpus)
{
	struct guest *g = append(s->guests.v, s->guests.n);

	g->name = sim_dup(name);
	g->kind = GUEST_XEN;
	g->domid = (uint32_t)s->guests.n;
	g->xen = calloc(1, sizeof(*g->xen));
	g->xen->weight = 256;
	for (uint32_t i = 0; i < vcpus; i++) {
		struct xen_vcpu *v = append(g->xen->vcpus, g->xen->n_vcpus);

		*v = (struct xen_vcpu){ i, true, s->caps.xen.cpus, s->caps.xen.cpus };
	}
	s->caps.xen.pools[0].n_domains++;
	return g;
}

static void psr(struct sim *s)
{
	sim_cache(s, RDT_L3, 8, 8 << 20, 4, "0-1");
	sim_mb(s, 10, 10, 4, "0-1");
	for (uint32_t i = 0; i < 2; i++) {
		struct rdt_value *v = append(s->caps.xen.values[RDT_L3].v, s->caps.xen.values[RDT_L3].n);

		*v = (struct rdt_value){ i, 0xff };
		v = append(s->caps.xen.values[RDT_MB].v, s->caps.xen.values[RDT_MB].n);
		*v = (struct rdt_value){ i, 100 };
	}
}

static void full(struct guest *g)
{
	for (uint32_t i = 0; i < 2; i++) {
		struct rdt_value *v = append(g->xen->values[RDT_L3].v, g->xen->values[RDT_L3].n);

		*v = (struct rdt_value){ i, 0xff };
		v = append(g->xen->values[RDT_MB].v, g->xen->values[RDT_MB].n);
		*v = (struct rdt_value){ i, 100 };
	}
}

/* ---- what Xen does with a step */

static uint32_t pool_id(struct sim *s, const char *name)
{
	const struct xen_pool *pool = caps_pool_named(&s->caps, name);

	if (!pool)
		DIE("no pool %s\n", name);
	return pool->id;
}

static void set_pool(struct sim *s, const struct step *st)
{
	struct caps_xen *x = &s->caps.xen;
	struct xen_pool *pool = NULL;
	struct idset set = { 0 }, gone;

	if (*st->want)
		sim_list(st->want, &set);
	for (size_t i = 0; i < x->n_pools; i++)
		if (!strcmp(x->pools[i].name, st->target))
			pool = &x->pools[i];
	if (!*st->want) {
		assert_non_null(pool);
		assert_int_equal(pool->n_domains, 0);
		idset_join(&x->pools[0].cpus, &pool->cpus);
		free(pool->name);
		*pool = x->pools[--x->n_pools];
		return;
	}
	if (!pool) {
		pool = append(x->pools, x->n_pools);
		pool->id = (uint32_t)x->n_pools + 4;
		pool->name = sim_dup(st->target);
		pool->sched = x->pools[0].sched;
	}
	gone = idset_minus(&pool->cpus, &set);
	pool->cpus = set;
	idset_join(&x->pools[0].cpus, &gone);
	x->pools[0].cpus = idset_minus(&x->pools[0].cpus, &set);
}

static void move(struct sim *s, struct guest *g, const char *name)
{
	for (size_t i = 0; i < s->caps.xen.n_pools; i++) {
		if (s->caps.xen.pools[i].id == g->xen->pool)
			s->caps.xen.pools[i].n_domains--;
		if (!strcmp(s->caps.xen.pools[i].name, name))
			s->caps.xen.pools[i].n_domains++;
	}
	g->xen->pool = pool_id(s, name);
	/* another scheduler knows nothing of it */
	g->xen->weight = 256;
	g->xen->cap = 0;
	for (size_t i = 0; i < g->xen->n_vcpus; i++)
		g->xen->vcpus[i].hard = g->xen->vcpus[i].soft = s->caps.xen.cpus;
}

static void set_affinity(struct guest *g, const struct sim *s, const struct step *st)
{
	const struct xen_pool *pool = caps_pool(&s->caps, g->xen->pool);
	struct idset *to = !strcmp(st->key, "hard") ? &g->xen->vcpus[st->number].hard
						    : &g->xen->vcpus[st->number].soft;
	struct idset usable;

	sim_list(st->want, to);
	usable = idset_and(to, &pool->cpus);
	assert_false(idset_empty(&usable));
}

static void set_value(struct sim *s, struct guest *g, const struct step *st)
{
	struct rdt_values *v = g ? g->xen->values : s->caps.xen.values;
	enum rdt_res r = !strcmp(st->key, "L3") ? RDT_L3 : RDT_MB;

	for (size_t i = 0; i < v[r].n; i++)
		if (v[r].v[i].id == (uint32_t)st->tid)
			v[r].v[i].value = st->number;
}

static void xen_step(struct sim *s, const struct step *st)
{
	struct guest *g = st->guest < 0 ? NULL : &s->guests.v[st->guest];

	switch (st->kind) {
	case STEP_XEN_SCHED:
		*(!strcmp(st->key, "cap") ? &g->xen->cap : &g->xen->weight) = (uint32_t)st->number;
		break;
	case STEP_XEN_AFFINITY:
		set_affinity(g, s, st);
		break;
	case STEP_XEN_POOL:
		set_pool(s, st);
		break;
	case STEP_XEN_MOVE:
		move(s, g, st->want);
		break;
	case STEP_XEN_PSR:
		set_value(s, g, st);
		break;
	case STEP_XEN_MONITOR:
		g->xen->monitored = !strcmp(st->want, "on");
		break;
	default:
		fail_msg("no step of Xen's: %d", (int)st->kind);
	}
}

static char *steps_of(const struct plan *p)
{
	char *text = strdup("");

	for (size_t i = 0; i < p->n_steps; i++) {
		const struct step *s = &p->steps[i];

		if (!s->changes)
			continue;
		text_add(&text, "%s%s", *text ? "\n" : "", s->target ? s->target : "");
		text_add(&text, "%s%s", s->key ? " " : "", s->key ? s->key : "");
		if (s->kind == STEP_XEN_PSR)
			text_add(&text, ":%d", (int)s->tid);
		text_add(&text, " %s", s->want);
	}
	return text;
}

/* Plans, compares, carries out; a second plan changes nothing. */
static void expect_steps(struct sim *s, bool clear, const char *expected)
{
	struct plan p;
	char *text;

	sim_plan(s, clear, &p);
	if (p.n_errors)
		fail_msg("%s", p.errors[0]);
	text = steps_of(&p);
	assert_string_equal(text, expected);
	free(text);
	for (size_t i = 0; i < p.n_steps; i++)
		if (p.steps[i].changes)
			xen_step(s, &p.steps[i]);
	plan_free(&p);
	sim_plan(s, clear, &p);
	text = steps_of(&p);
	assert_string_equal(text, "");
	free(text);
	plan_free(&p);
}

static void expect_words(struct sim *s, bool error, const char *words)
{
	struct plan p;
	bool found = false;

	sim_plan(s, false, &p);
	for (size_t i = 0; i < p.n_notes && !error; i++)
		found = found || strstr(p.notes[i].text, words);
	for (size_t i = 0; i < p.n_errors && error; i++)
		found = found || strstr(p.errors[i], words);
	if (!found)
		fail_msg("not said: %s\nbut: %s\nand: %s", words, p.n_errors ? p.errors[0] : "",
			 p.n_notes ? p.notes[0].text : "");
	if (error)
		assert_false(plan_changes(&p));
	plan_free(&p);
}

/* ---- tests */

static void weight_and_cap_are_in_xens_scale_and_clear_gives_its_defaults(void **state)
{
	struct sim s;

	(void)state;
	dom0(&s, "guests: {db1: {cpu: {weight: 300, quota: 50.4%}}}");
	domain(&s, "db1", 1);
	domain(&s, "other", 1);
	expect_steps(&s, false, "db1 weight 768\ndb1 cap 50");
	expect_steps(&s, true, "db1 weight 256\ndb1 cap 0");
	sim_config(&s, "guests: {db1: {cpu: {weight: 1, quota: 2000%}}}");
	expect_steps(&s, false, "db1 weight 3\ndb1 cap 2000");
	sim_config(&s, "guests: {db1: {cpu: {weight: 10000, quota: max}}}");
	expect_steps(&s, false, "db1 weight 25600\ndb1 cap 0");
	sim_free(&s);
}

static void a_scheduler_without_weights_is_said(void **state)
{
	struct sim s;

	(void)state;
	dom0(&s, "guests: {db1: {cpu: {weight: 300, quota: 50%}}}");
	s.caps.xen.pools[0].sched = XEN_SCHED_NULL;
	domain(&s, "db1", 1);
	expect_words(&s, false, "the scheduler of cpupool Pool-0 is null, which has no weights");
	expect_words(&s, false, "the scheduler of cpupool Pool-0 is null, which has no caps");
	expect_steps(&s, false, "");
	sim_config(&s, "guests: {db1: {cpu: {weight: 300}, require: [cpu.weight]}}");
	expect_words(&s, true, "require: cpu.weight: the scheduler");
	sim_free(&s);
}

static void vcpus_are_pinned_hard_and_to_nodes_softly(void **state)
{
	struct sim s;

	(void)state;
	dom0(&s, "guests: {db1: {pin: {vcpus: {all: 2-3, 1: 5}}, numa: {prefer: 1}}}");
	domain(&s, "db1", 2);
	expect_steps(&s, false, "0 hard 2-3\n0 soft 4-7\n1 hard 5\n1 soft 4-7");
	expect_steps(&s, true, "0 hard 0-7\n0 soft 0-7\n1 hard 0-7\n1 soft 0-7");
	sim_config(&s, "guests: {db1: {cpu: {cpus: 1-2}}}");
	expect_steps(&s, false, "0 hard 1-2\n1 hard 1-2");
	sim_config(&s, "guests: {db1: {numa: {mems: 1}}}");
	expect_steps(&s, false, "0 hard 4-7\n1 hard 4-7");
	sim_free(&s);
}

static void cpus_and_nodes_are_the_machines_and_not_the_dom0s(void **state)
{
	struct sim s;

	(void)state;
	dom0(&s, "guests: {db1: {pin: {vcpus: {0: 6-12, 4: 1}}}}");
	domain(&s, "db1", 1);
	expect_words(&s, false, "the machine has no CPUs 8-12");
	expect_words(&s, false, "it has no vcpu 4");
	expect_steps(&s, false, "0 hard 6-7");
	sim_config(&s, "guests: {db1: {pin: {vcpus: 8-12}}}");
	expect_words(&s, true, "pin: vcpus: none of CPUs 8-12 is there for it: cpupool Pool-0 has 0-7");
	sim_config(&s, "guests: {db1: {numa: {prefer: 2}}}");
	expect_words(&s, true, "numa: prefer: this host has no node 2, of 2");
	sim_free(&s);
}

static void what_xen_has_nothing_for_is_said(void **state)
{
	struct sim s;

	(void)state;
	dom0(&s, "guests: {db1: {cpu: {quota: 50%, burst: 10%, period: 10ms}, memory: {max: 4G, swap: 1G}, "
		 "io: {weight: 200, priority: idle}, pin: {iothreads: 0}, class: c}}\n"
		 "classes: {c: {L3: 50%}}");
	domain(&s, "db1", 1);
	expect_words(&s, false, "Xen's schedulers have no burst");
	expect_words(&s, false, "Xen's schedulers have a period of their own");
	expect_words(&s, false, "has the memory that it was built with");
	expect_words(&s, false, "Xen does not swap");
	expect_words(&s, false, "nothing in the dom0 does I/O for it");
	expect_words(&s, false, "nothing in the dom0 does that for it");
	expect_words(&s, false, "Xen was booted without psr=cat,mba");
	expect_steps(&s, false, "db1 cap 50");
	sim_free(&s);
}

static void io_goes_to_the_threads_that_do_it(void **state)
{
	struct guest_thread *t;
	struct guest *g;
	struct sim s;
	struct plan p;
	char *text;

	(void)state;
	dom0(&s, "guests: {db1: {cpu: {weight: 200}, io: {weight: 200}, pin: {iothreads: 1}}}");
	s.caps.systemd = false;
	sim_block(&s, "sda", "bfq", false);
	g = domain(&s, "db1", 1);
	t = append(g->threads, g->n_threads);
	*t = (struct guest_thread){ .tid = 50, .role = ROLE_IOTHREAD, .kernel = true, .cpus = s.caps.online };
	g->cgroup = sim_dup("/hvclaim/db1");
	g->homeless = true;
	sim_plan(&s, false, &p);
	assert_int_equal(p.n_errors, 0);
	text = steps_of(&p);
	assert_string_equal(text, "db1 weight 512\n/hvclaim/db1 io.bfq.weight 200\n 1");
	free(text);
	plan_free(&p);
	sim_free(&s);
}

static void a_named_pool_is_gone_into_before_the_rest(void **state)
{
	struct xen_pool *pool;
	struct sim s;

	(void)state;
	dom0(&s, "guests: {db1: {cpu: {weight: 200, pool: fast}, pin: {vcpus: 4-7}}}");
	domain(&s, "db1", 1);
	expect_words(&s, true, "cpu: pool: there is no cpupool fast; there are Pool-0");
	pool = append(s.caps.xen.pools, s.caps.xen.n_pools);
	*pool = (struct xen_pool){ .id = 1, .name = sim_dup("fast"), .sched = XEN_SCHED_CREDIT };
	expect_words(&s, true, "cpupool fast has no CPUs");
	sim_list("6-7", &s.caps.xen.pools[1].cpus);
	sim_list("0-5", &s.caps.xen.pools[0].cpus);
	expect_steps(&s, false, "db1 fast\ndb1 weight 512\n0 hard 6-7");
	expect_steps(&s, true, "db1 Pool-0\ndb1 weight 256\n0 hard 0-7");
	/* a pool that is not ours stays, although nobody is in it */
	assert_int_equal(s.caps.xen.n_pools, 2);
	sim_free(&s);
}

static void a_partition_is_a_pool_of_its_own_that_goes_with_its_last_domain(void **state)
{
	struct sim s;

	(void)state;
	dom0(&s, "guests: {db1: {cpu: {cpus: 2-3, partition: isolated}}, w: {cpu: {cpus: 3-4, partition: "
		 "root}}}");
	domain(&s, "db1", 1);
	expect_steps(&s, false, "hvclaim-db1 2-3\ndb1 hvclaim-db1");
	sim_config(&s, "guests: {db1: {cpu: {cpus: 2-4, partition: isolated}}}");
	expect_steps(&s, false, "hvclaim-db1 2-4");
	expect_steps(&s, true, "db1 Pool-0\nhvclaim-db1 ");
	assert_int_equal(s.caps.xen.n_pools, 1);
	expect_steps(&s, false, "hvclaim-db1 2-4\ndb1 hvclaim-db1");
	/* it ended */
	guest_clear(&s.guests.v[0]);
	s.guests.n = 0;
	s.caps.xen.pools[1].n_domains = 0;
	expect_steps(&s, false, "hvclaim-db1 ");
	sim_free(&s);
}

static void cpus_of_other_pools_and_the_dom0s_last_one_are_not_taken(void **state)
{
	struct sim s;

	(void)state;
	dom0(&s, "guests: {a: {cpu: {cpus: 0-7, partition: root}}}");
	domain(&s, "a", 1);
	expect_words(&s, true, "0-7 are all CPUs of cpupool Pool-0, where the dom0 is: one must stay");
	sim_config(
		&s,
		"guests: {a: {cpu: {cpus: 6-7, partition: root}}, b: {cpu: {cpus: 5-6, partition: root}}}");
	expect_steps(&s, false, "hvclaim-a 6-7\na hvclaim-a");
	domain(&s, "b", 1);
	expect_words(&s, true, "cpu: cpus: cpupool hvclaim-a has CPUs 6");
	sim_free(&s);
}

static void pools_are_nothing_for_others(void **state)
{
	struct sim s;

	(void)state;
	sim_new(&s, "guests: {g: {cpu: {pool: fast}}}");
	sim_guest(&s, "g", 1);
	expect_words(&s, false, "only Xen has cpupools");
	sim_free(&s);
}

static void an_exclusive_class_has_its_ways_alone(void **state)
{
	struct guest *g;
	struct sim s;

	(void)state;
	dom0(&s, "classes: {gold: {partition: exclusive, L3: 3 ways, MB: 50%}, bulk: {L3: 2 ways, MB: {0: "
		 "14%}}}\n"
		 "guests: {db1: {class: gold}, web: {class: bulk}}");
	psr(&s);
	full(domain(&s, "db1", 1));
	full(domain(&s, "web", 1));
	full(domain(&s, "other", 1));
	expect_steps(&s, false,
		     "Domain-0 L3:0 f8\nDomain-0 L3:1 f8\nother L3:0 f8\nother L3:1 f8\n"
		     "db1 L3:0 7\ndb1 L3:1 7\ndb1 MB:0 50\ndb1 MB:1 50\n"
		     "web L3:0 c0\nweb L3:1 c0\nweb MB:0 20");
	/* one that starts has all of it */
	g = domain(&s, "new", 1);
	full(g);
	expect_steps(&s, false, "new L3:0 f8\nnew L3:1 f8");
	expect_steps(
		&s, true,
		"Domain-0 L3:0 ff\nDomain-0 L3:1 ff\ndb1 L3:0 ff\ndb1 L3:1 ff\ndb1 MB:0 100\ndb1 MB:1 100\n"
		"web L3:0 ff\nweb L3:1 ff\nweb MB:0 100\nother L3:0 ff\nother L3:1 ff\nnew L3:0 ff\nnew L3:1 "
		"ff");
	sim_free(&s);
}

static void a_class_stays_alone_while_others_are_changed(void **state)
{
	static const char *const web[] = { "web" };
	struct sim s;
	struct plan p;
	char *text;

	(void)state;
	dom0(&s, "classes: {gold: {partition: exclusive, L3: 3 ways}, bulk: {L3: 2 ways}}\n"
		 "guests: {db1: {class: gold}, web: {class: bulk}}");
	psr(&s);
	full(domain(&s, "db1", 1));
	full(domain(&s, "web", 1));
	expect_steps(&s, false,
		     "Domain-0 L3:0 f8\nDomain-0 L3:1 f8\ndb1 L3:0 7\ndb1 L3:1 7\nweb L3:0 c0\nweb L3:1 c0");
	for (int clear = 0; clear < 2; clear++) {
		const struct plan_args a = { .qos = &s.cfg->qos,
					     .guests = &s.guests,
					     .caps = &s.caps,
					     .only = web,
					     .n_only = 1,
					     .clear = clear };

		assert_int_equal(plan_make(&a, &p), 0);
		text = steps_of(&p);
		assert_string_equal(text, clear ? "web L3:0 f8\nweb L3:1 f8" : "");
		free(text);
		plan_free(&p);
	}
	sim_free(&s);
}

static void masks_that_others_set_stay_when_nobody_is_alone(void **state)
{
	struct guest *g;
	struct sim s;

	(void)state;
	dom0(&s, "classes: {bulk: {L3: 2 ways}}\nguests: {web: {class: bulk}}");
	psr(&s);
	full(domain(&s, "web", 1));
	g = domain(&s, "other", 1);
	full(g);
	g->xen->values[RDT_L3].v[0].value = 0xf;
	expect_steps(&s, false, "web L3:0 c0\nweb L3:1 c0");
	sim_free(&s);
}

static void too_few_class_ids_are_an_error(void **state)
{
	struct sim s;

	(void)state;
	dom0(&s, "classes: {a: {L3: 1 way}, b: {L3: 2 ways}, c: {L3: 3 ways}, d: {L3: 4 ways}}\n"
		 "guests: {a: {class: a}, b: {class: b}, c: {class: c}, d: {class: d}}");
	psr(&s);
	for (const char *c = "abcd"; *c; c++)
		full(domain(&s, (const char[]){ *c, 0 }, 1));
	expect_words(&s, true, "4 classes want a class id each");
	sim_free(&s);
}

static void monitoring_is_turned_on_and_off_again(void **state)
{
	struct sim s;

	(void)state;
	dom0(&s, "guests: {db1: {monitor: true}}");
	domain(&s, "db1", 1);
	expect_words(&s, false, "Xen was booted without psr=cmt");
	psr(&s);
	sim_mon(&s, 8);
	expect_steps(&s, false, "db1 on");
	expect_steps(&s, true, "db1 off");
	sim_free(&s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(weight_and_cap_are_in_xens_scale_and_clear_gives_its_defaults),
		cmocka_unit_test(a_scheduler_without_weights_is_said),
		cmocka_unit_test(vcpus_are_pinned_hard_and_to_nodes_softly),
		cmocka_unit_test(cpus_and_nodes_are_the_machines_and_not_the_dom0s),
		cmocka_unit_test(what_xen_has_nothing_for_is_said),
		cmocka_unit_test(io_goes_to_the_threads_that_do_it),
		cmocka_unit_test(a_named_pool_is_gone_into_before_the_rest),
		cmocka_unit_test(a_partition_is_a_pool_of_its_own_that_goes_with_its_last_domain),
		cmocka_unit_test(cpus_of_other_pools_and_the_dom0s_last_one_are_not_taken),
		cmocka_unit_test(pools_are_nothing_for_others),
		cmocka_unit_test(an_exclusive_class_has_its_ways_alone),
		cmocka_unit_test(a_class_stays_alone_while_others_are_changed),
		cmocka_unit_test(masks_that_others_set_stay_when_nobody_is_alone),
		cmocka_unit_test(too_few_class_ids_are_an_error),
		cmocka_unit_test(monitoring_is_turned_on_and_off_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
