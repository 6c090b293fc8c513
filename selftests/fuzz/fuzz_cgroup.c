// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_cgroup.c - any files where cgroups, disks, CPUs and nodes would be: read, planned for, explained, counted
 */
#include "host/caps.h"
#include "effect/effect.h"
#include "guest/guest_priv.h"
#include "hosttree.h"
#include "effect/metrics.h"
#include "plan/qos_check.h"
#include "simhost.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const char yaml[] =
	"host: {cpus: 0, memory: 1GiB}\n"
	"guests:\n"
	"  a: {cpu: {weight: 300, quota: 50%, burst: 10%, cpus: 0-1, partition: isolated}, pin: {vcpus: 1},\n"
	"      numa: {mems: 0}, memory: {min: 1G, low: 1G, high: 2G, max: 3G, swap: 0}, devices: "
	"[\"00:01.0\"],\n"
	"      io: {weight: 300, priority: rt/1, devices: {/dev/sda: {weight: 7, rbps: 1M, wiops: 9}}}}\n";

static void explain(const struct sim *s, const struct plan *p)
{
	struct effect_args a = { .fs = &fuzz_fs,
				 .qos = &s->cfg->qos,
				 .caps = &s->caps,
				 .guests = &s->guests,
				 .want = &s->cfg->qos.guests[0],
				 .plan = p };
	struct effects out = { 0 };

	if (effect_cgroup(&a, &out) || effect_devices(&a, &out))
		abort();
	free(effects_missing(&out, ~0U, false, 0));
	free(effects_missing(&out, ~0U, true, 0));
	effects_free(&out);
}

static void count(const struct sim *s)
{
	static FILE *nowhere;
	struct metrics m = { 0 };

	if (!nowhere)
		nowhere = fopen("/dev/null", "w");
	if (!nowhere || metrics_guest(&m, &fuzz_fs, &s->guests.v[0], "a", NULL))
		abort();
	metrics_print(&m, nowhere);
	metrics_free(&m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct qos_check sums;
	struct guest *g;
	char *err = NULL;
	struct plan p;
	struct sim s;

	fuzz_tree_fill(data, len);
	sim_new(&s, yaml);
	caps_free(&s.caps);
	if (caps_read(&fuzz_fs, &s.caps, &err) || caps_disks(&fuzz_fs, &s.cfg->qos, &s.caps)) {
		if (!err)
			abort();
		free(err);
		sim_free(&s);
		return 0;
	}
	sim_block(&s, "sda", "none", false);
	g = sim_guest(&s, "a", 2);
	free(g->cgroup);
	g->cgroup = strdup("/vm/a");
	g->knobs = GUEST_EVERYTHING;
	if (guest_values_read(&fuzz_fs, g, &(bool){ false }))
		abort();
	sim_plan(&s, false, &p);
	explain(&s, &p);
	plan_free(&p);
	if (qos_check_make(&s.cfg->qos, &s.guests, &s.caps, &sums))
		abort();
	qos_check_free(&sums);
	count(&s);
	sim_free(&s);
	return 0;
}
