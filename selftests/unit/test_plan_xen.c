// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_plan_xen.c - what a domain of Xen gets: weight, cap, CPUs, cpupools, and parts of caches
 */
#include <string.h>

#include "lib/append.h"
#include "simhost_priv.h"
#include "simplan.h"
#include "simxen.h"

static void weight_and_cap_are_in_xens_scale_and_clear_gives_its_defaults(void **state)
{
	struct sim s;

	(void)state;
	dom0(&s, "guests: {db1: {cpu: {weight: 300, quota: 50.4%}}}");
	domain(&s, "db1", 1);
	domain(&s, "other", 1);
	expect_done(&s, false, "db1 weight 768\ndb1 cap 50");
	expect_done(&s, true, "db1 weight 256\ndb1 cap 0");
	sim_config(&s, "guests: {db1: {cpu: {weight: 1, quota: 2000%}}}");
	expect_done(&s, false, "db1 weight 3\ndb1 cap 2000");
	sim_config(&s, "guests: {db1: {cpu: {weight: 10000, quota: max}}}");
	expect_done(&s, false, "db1 weight 25600\ndb1 cap 0");
	sim_free(&s);
}

static void a_scheduler_without_weights_is_said(void **state)
{
	struct sim s;

	(void)state;
	dom0(&s, "guests: {db1: {cpu: {weight: 300, quota: 50%}}}");
	s.caps.xen.pools[0].sched = XEN_SCHED_NULL;
	domain(&s, "db1", 1);
	expect_note(&s, "the scheduler of cpupool Pool-0 is null, which has no weights");
	expect_note(&s, "the scheduler of cpupool Pool-0 is null, which has no caps");
	expect_done(&s, false, "");
	sim_config(&s, "guests: {db1: {cpu: {weight: 300}, require: [cpu.weight]}}");
	expect_error(&s, "require: cpu.weight: the scheduler");
	sim_free(&s);
}

static void vcpus_are_pinned_hard_and_to_nodes_softly(void **state)
{
	struct sim s;

	(void)state;
	dom0(&s, "guests: {db1: {pin: {vcpus: {all: 2-3, 1: 5}}, numa: {prefer: 1}}}");
	domain(&s, "db1", 2);
	expect_done(&s, false, "0 hard 2-3\n0 soft 4-7\n1 hard 5\n1 soft 4-7");
	expect_done(&s, true, "0 hard 0-7\n0 soft 0-7\n1 hard 0-7\n1 soft 0-7");
	sim_config(&s, "guests: {db1: {cpu: {cpus: 1-2}}}");
	expect_done(&s, false, "0 hard 1-2\n1 hard 1-2");
	sim_config(&s, "guests: {db1: {numa: {mems: 1}}}");
	expect_done(&s, false, "0 hard 4-7\n1 hard 4-7");
	sim_free(&s);
}

static void cpus_and_nodes_are_the_machines_and_not_the_dom0s(void **state)
{
	struct sim s;

	(void)state;
	dom0(&s, "guests: {db1: {pin: {vcpus: {0: 6-12, 4: 1}}}}");
	domain(&s, "db1", 1);
	expect_note(&s, "the machine has no CPUs 8-12");
	expect_note(&s, "it has no vcpu 4");
	expect_done(&s, false, "0 hard 6-7");
	sim_config(&s, "guests: {db1: {pin: {vcpus: 8-12}}}");
	expect_error(&s, "pin: vcpus: none of CPUs 8-12 is there for it: cpupool Pool-0 has 0-7");
	sim_config(&s, "guests: {db1: {numa: {prefer: 2}}}");
	expect_error(&s, "numa: prefer: this host has no node 2, of 2");
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
	expect_note(&s, "Xen's schedulers have no burst");
	expect_note(&s, "Xen's schedulers have a period of their own");
	expect_note(&s, "has the memory that it was built with");
	expect_note(&s, "Xen does not swap");
	expect_note(&s, "nothing in the dom0 does I/O for it");
	expect_note(&s, "nothing in the dom0 does that for it");
	expect_note(&s, "Xen was booted without psr=cat,mba");
	expect_done(&s, false, "db1 cap 50");
	sim_free(&s);
}

static void io_goes_to_the_threads_that_do_it(void **state)
{
	struct guest_thread *t;
	struct guest *g;
	struct sim s;
	struct plan p;

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
	assert_xen_steps(&p, "db1 weight 512\n/hvclaim/db1 io.bfq.weight 200\n 1");
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
	expect_error(&s, "cpu: pool: there is no cpupool fast; there are Pool-0");
	pool = append(s.caps.xen.pools, s.caps.xen.n_pools);
	*pool = (struct xen_pool){ .id = 1, .name = sim_dup("fast"), .sched = XEN_SCHED_CREDIT };
	expect_error(&s, "cpupool fast has no CPUs");
	sim_list("6-7", &s.caps.xen.pools[1].cpus);
	sim_list("0-5", &s.caps.xen.pools[0].cpus);
	expect_done(&s, false, "db1 fast\ndb1 weight 512\n0 hard 6-7");
	expect_done(&s, true, "db1 Pool-0\ndb1 weight 256\n0 hard 0-7");
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
	expect_done(&s, false, "hvclaim-db1 2-3\ndb1 hvclaim-db1");
	sim_config(&s, "guests: {db1: {cpu: {cpus: 2-4, partition: isolated}}}");
	expect_done(&s, false, "hvclaim-db1 2-4");
	expect_done(&s, true, "db1 Pool-0\nhvclaim-db1 ");
	assert_int_equal(s.caps.xen.n_pools, 1);
	expect_done(&s, false, "hvclaim-db1 2-4\ndb1 hvclaim-db1");
	/* it ended */
	guest_clear(&s.guests.v[0]);
	s.guests.n = 0;
	s.caps.xen.pools[1].n_domains = 0;
	expect_done(&s, false, "hvclaim-db1 ");
	sim_free(&s);
}

static void what_is_not_asked_for_any_more_is_taken_back(void **state)
{
	struct sim s;

	(void)state;
	dom0(&s, "guests: {db1: {cpu: {weight: 300, quota: 50%}, pin: {vcpus: {0: 2}}, numa: {prefer: 1}}}");
	domain(&s, "db1", 2);
	expect_done(&s, false, "db1 weight 768\ndb1 cap 50\n0 hard 2\n0 soft 4-7\n1 soft 4-7");
	sim_config(&s, "guests: {db1: {cpu: {weight: 300}, pin: {vcpus: {1: 3}}}}");
	expect_note(&s, "set by an earlier apply, and not in the file any more: it is taken back");
	expect_done(&s, false, "db1 cap 0\n0 hard 0-7\n0 soft 0-7\n1 soft 0-7\n1 hard 3");
	/* what another key sets now is not taken back before */
	sim_config(&s, "guests: {db1: {cpu: {cpus: 3}}}");
	expect_done(&s, false, "db1 weight 256\n0 hard 3");
	/* an entry that is gone */
	sim_config(&s, "guests: {x: {}}");
	expect_done(&s, false, "0 hard 0-7\n1 hard 0-7");
	sim_free(&s);
}

static void a_pool_that_is_not_asked_for_any_more_is_left(void **state)
{
	struct sim s;
	struct guest *g;

	(void)state;
	dom0(&s, "guests: {db1: {cpu: {weight: 300, cpus: 2-3, partition: isolated}}}");
	g = domain(&s, "db1", 1);
	expect_done(&s, false, "hvclaim-db1 2-3\ndb1 hvclaim-db1\ndb1 weight 768");
	/* its CPUs come back only after it has left */
	sim_config(&s, "guests: {db1: {cpu: {weight: 300, cpus: 2-3}}}");
	expect_pass(&s, "db1 Pool-0\ndb1 weight 768\nhvclaim-db1 ");
	expect_done(&s, false, "0 hard 2-3");
	sim_config(&s, "guests: {db1: {cpu: {cpus: 2-3, partition: root}}}");
	expect_done(&s, false, "db1 weight 256\nhvclaim-db1 2-3\ndb1 hvclaim-db1");
	sim_config(&s, "guests: {x: {}}");
	expect_done(&s, false, "db1 Pool-0\nhvclaim-db1 ");
	/* one that somebody else put it into */
	assert_int_equal(g->n_past, 0);
	expect_done(&s, false, "");
	sim_free(&s);
}

static void cpus_of_other_pools_and_the_dom0s_last_one_are_not_taken(void **state)
{
	struct sim s;

	(void)state;
	dom0(&s, "guests: {a: {cpu: {cpus: 0-7, partition: root}}}");
	domain(&s, "a", 1);
	expect_error(&s, "0-7 are all CPUs of cpupool Pool-0, where the dom0 is: one must stay");
	sim_config(
		&s,
		"guests: {a: {cpu: {cpus: 6-7, partition: root}}, b: {cpu: {cpus: 5-6, partition: root}}}");
	expect_done(&s, false, "hvclaim-a 6-7\na hvclaim-a");
	domain(&s, "b", 1);
	expect_error(&s, "cpu: cpus: cpupool hvclaim-a has CPUs 6");
	sim_free(&s);
}

static void pools_are_nothing_for_others(void **state)
{
	struct sim s;

	(void)state;
	sim_new(&s, "guests: {g: {cpu: {pool: fast}}}");
	sim_guest(&s, "g", 1);
	expect_note(&s, "only Xen has cpupools");
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
	expect_done(&s, false,
		    "Domain-0 L3:0 f8\nDomain-0 L3:1 f8\nother L3:0 f8\nother L3:1 f8\n"
		    "db1 L3:0 7\ndb1 L3:1 7\ndb1 MB:0 50\ndb1 MB:1 50\n"
		    "web L3:0 c0\nweb L3:1 c0\nweb MB:0 20");
	/* one that starts has all of it */
	g = domain(&s, "new", 1);
	full(g);
	expect_done(&s, false, "new L3:0 f8\nnew L3:1 f8");
	expect_done(
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

	(void)state;
	dom0(&s, "classes: {gold: {partition: exclusive, L3: 3 ways}, bulk: {L3: 2 ways}}\n"
		 "guests: {db1: {class: gold}, web: {class: bulk}}");
	psr(&s);
	full(domain(&s, "db1", 1));
	full(domain(&s, "web", 1));
	expect_done(&s, false,
		    "Domain-0 L3:0 f8\nDomain-0 L3:1 f8\ndb1 L3:0 7\ndb1 L3:1 7\nweb L3:0 c0\nweb L3:1 c0");
	for (int clear = 0; clear < 2; clear++) {
		const struct plan_args a = { .qos = &s.cfg->qos,
					     .guests = &s.guests,
					     .caps = &s.caps,
					     .only = web,
					     .n_only = 1,
					     .clear = clear };

		assert_int_equal(plan_make(&a, &p), 0);
		assert_xen_steps(&p, clear ? "web L3:0 f8\nweb L3:1 f8" : "");
		plan_free(&p);
	}
	sim_free(&s);
}

static void a_class_that_is_not_asked_for_any_more_is_taken_back(void **state)
{
	struct sim s;

	(void)state;
	dom0(&s, "classes: {bulk: {L3: 2 ways, MB: 50%}, slow: {MB: 20%}}\nguests: {web: {class: bulk}}");
	psr(&s);
	full(domain(&s, "web", 1));
	full(domain(&s, "other", 1));
	expect_done(&s, false, "web L3:0 c0\nweb L3:1 c0\nweb MB:0 50\nweb MB:1 50");
	sim_config(&s, "classes: {slow: {MB: 20%}}\nguests: {web: {class: slow}}");
	expect_done(&s, false, "web L3:0 ff\nweb L3:1 ff\nweb MB:0 20\nweb MB:1 20");
	sim_config(&s, "guests: {web: {cpu: {weight: 100}}}");
	expect_note(&s, "set by an earlier apply, and not in the file any more: it is taken back");
	expect_done(&s, false, "web MB:0 100\nweb MB:1 100");
	sim_config(&s, "classes: {bulk: {L3: 2 ways, MB: 50%}}\nguests: {web: {class: bulk}}");
	expect_done(&s, false, "web L3:0 c0\nweb L3:1 c0\nweb MB:0 50\nweb MB:1 50");
	sim_config(&s, "guests: {x: {}}");
	expect_done(&s, false, "web L3:0 ff\nweb L3:1 ff\nweb MB:0 100\nweb MB:1 100");
	/* what somebody else set since then is theirs */
	s.guests.v[0].xen->values[RDT_MB].v[0].value = 30;
	expect_done(&s, false, "");
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
	expect_done(&s, false, "web L3:0 c0\nweb L3:1 c0");
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
	expect_error(&s, "4 classes want a class id each");
	sim_free(&s);
}

static void monitoring_is_turned_on_and_off_again(void **state)
{
	struct sim s;

	(void)state;
	dom0(&s, "guests: {db1: {monitor: true}}");
	domain(&s, "db1", 1);
	expect_note(&s, "Xen was booted without psr=cmt");
	psr(&s);
	sim_mon(&s, 8);
	expect_done(&s, false, "db1 on");
	expect_done(&s, true, "db1 off");
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
		cmocka_unit_test(what_is_not_asked_for_any_more_is_taken_back),
		cmocka_unit_test(a_pool_that_is_not_asked_for_any_more_is_left),
		cmocka_unit_test(cpus_of_other_pools_and_the_dom0s_last_one_are_not_taken),
		cmocka_unit_test(pools_are_nothing_for_others),
		cmocka_unit_test(an_exclusive_class_has_its_ways_alone),
		cmocka_unit_test(a_class_stays_alone_while_others_are_changed),
		cmocka_unit_test(a_class_that_is_not_asked_for_any_more_is_taken_back),
		cmocka_unit_test(masks_that_others_set_stay_when_nobody_is_alone),
		cmocka_unit_test(too_few_class_ids_are_an_error),
		cmocka_unit_test(monitoring_is_turned_on_and_off_again),
	};

	return cmocka_run_group_tests_name("plan-xen", tests, NULL, NULL);
}
