// SPDX-License-Identifier: GPL-2.0-only
/*
 * metrics_guest.c - what the kernel counts for a guest, and the ledger's devices
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/caps.h"
#include "effect/metrics.h"
#include "host/resctrl.h"
#include "lib/words.h"

/* microseconds in a second */
#define US 1000000

struct source {
	struct metrics *m;
	const struct hostfs *fs;
	const struct guest *g;
	const char *name;
};

static char *read_file(const struct source *s, const char *file)
{
	return hostfs_value(NULL, "%s/fs/cgroup%s/%s", s->fs->sysfs, s->g->cgroup, file);
}

static int add(const struct source *s, enum metric family, uint64_t value, uint32_t divisor)
{
	return metrics_add(s->m, family, (const char *const[]){ "guest", s->name, NULL }, value, divisor);
}

/* "KEY NUMBER" in a file of such lines */
static bool flat(const char *text, const char *key, uint64_t *value)
{
	size_t n = strlen(key);

	for (const char *line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
		if (!strncmp(line, key, n) && line[n] == ' ')
			return sscanf(line + n, "%" SCNu64, value) == 1;
	return false;
}

static int cpu(const struct source *s)
{
	static const struct {
		const char *key;
		enum metric family;
		uint32_t divisor;
	} keys[] = {
		{ "usage_usec", METRIC_CPU, US },
		{ "nr_periods", METRIC_PERIODS, 1 },
		{ "nr_throttled", METRIC_THROTTLED_PERIODS, 1 },
		{ "throttled_usec", METRIC_THROTTLED, US },
	};
	_cleanup_(freep) char *text = read_file(s, "cpu.stat");
	uint64_t value;
	int rc = 0;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && !rc; i++)
		if (flat(text, keys[i].key, &value))
			rc = add(s, keys[i].family, value, keys[i].divisor);
	return rc;
}

/* "some avg10=0.00 avg60=0.00 avg300=0.00 total=1234" and the same with "full" */
static int pressure(const struct source *s, const char *resource)
{
	_cleanup_(freep) char *file = text_fmt("%s.pressure", resource);
	_cleanup_(freep) char *text = file ? read_file(s, file) : NULL;
	int rc = 0;

	for (const char *line = text; line && !rc;
	     line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
		const char *total = strstr(line, "total=");
		bool some = !strncmp(line, "some ", 5);
		uint64_t us;

		if (!total || (!some && strncmp(line, "full ", 5)) ||
		    sscanf(total, "total=%" SCNu64, &us) != 1)
			continue;
		rc = metrics_add(s->m, some ? METRIC_PRESSURE_WAITING : METRIC_PRESSURE_STALLED,
				 (const char *const[]){ "guest", s->name, "resource", resource, NULL }, us,
				 US);
	}
	return rc;
}

static int memory(const struct source *s)
{
	_cleanup_(freep) char *text = read_file(s, "memory.current");
	uint64_t bytes;

	return text && sscanf(text, "%" SCNu64, &bytes) == 1 ? add(s, METRIC_MEMORY, bytes, 1) : 0;
}

static char *disk_name(const struct source *s, const char *devno)
{
	_cleanup_(freep) char *real = hostfs_real("%s/dev/block/%s", s->fs->sysfs, devno);

	return strdup(real ? path_base(real) : devno);
}

/* "8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0" */
static int disk_io(const struct source *s, const char *line)
{
	uint64_t rbytes, wbytes, rios, wios;
	_cleanup_(freep) char *disk = NULL;
	char devno[24];
	int rc;

	if (sscanf(line, "%23[0-9:] rbytes=%" SCNu64 " wbytes=%" SCNu64 " rios=%" SCNu64 " wios=%" SCNu64,
		   devno, &rbytes, &wbytes, &rios, &wios) != 5)
		return 0;
	disk = disk_name(s, devno);
	if (!disk)
		return -ENOMEM;
	for (int w = 0; w < 2; w++) {
		const char *const labels[] = { "guest", s->name,     "device",
					       disk,	"direction", w ? "write" : "read",
					       NULL };

		rc = metrics_add(s->m, METRIC_IO, labels, w ? wbytes : rbytes, 1);
		if (!rc)
			rc = metrics_add(s->m, METRIC_IO_OPERATIONS, labels, w ? wios : rios, 1);
		if (rc)
			return rc;
	}
	return 0;
}

static int io(const struct source *s)
{
	_cleanup_(freep) char *text = read_file(s, "io.stat");
	char *rest = text, *line;
	int rc = 0;

	while (!rc && rest && (line = strsep(&rest, "\n")))
		rc = disk_io(s, line);
	return rc;
}

static int threads(const struct source *s)
{
	uint64_t n[ROLES] = { 0 };
	int rc = 0;

	for (size_t i = 0; i < s->g->n_threads; i++)
		n[s->g->threads[i].role]++;
	if (s->g->xen) /* no threads of the dom0, but Xen's */
		n[ROLE_VCPU] = s->g->xen->n_vcpus;
	for (int r = 0; r < ROLES && !rc; r++)
		rc = metrics_add(s->m, METRIC_THREADS,
				 (const char *const[]){ "guest", s->name, "role", thread_role_name[r], NULL },
				 n[r], 1);
	return rc;
}

static int counter(const struct source *s, enum metric family, const char *cache, const char *scope,
		   struct rdt_reading r)
{
	const char *const labels[] = {
		"guest", s->name, "cache", cache, scope ? "scope" : NULL, scope, NULL
	};

	return r.state == RDT_READ_OK ? metrics_add(s->m, family, labels, r.value, 1) : 0;
}

/* Only what is the guest's alone: a class may have others in it. */
static int caches(const struct source *s)
{
	const struct guest_thread *t = s->g->n_threads ? &s->g->threads[0] : NULL;
	struct rdt_mon *m = NULL;
	char *err = NULL, cache[16];
	size_t n = 0;
	int rc;

	if (!t || !t->rdt_mon || !*t->rdt_mon || resctrl_lock(s->fs, false, &err)) {
		free(err);
		return 0;
	}
	rc = resctrl_monitor(s->fs, t->rdt_group, t->rdt_mon, &m, &n);
	resctrl_unlock();
	if (rc)
		return rc == -ENOMEM ? rc : 0;
	for (size_t i = 0; i < n && !rc; i++) {
		snprintf(cache, sizeof(cache), "%u", m[i].id);
		rc = counter(s, METRIC_OCCUPANCY, cache, NULL, m[i].occupancy);
		if (!rc)
			rc = counter(s, METRIC_BANDWIDTH, cache, "total", m[i].total);
		if (!rc)
			rc = counter(s, METRIC_BANDWIDTH, cache, "local", m[i].local);
	}
	free(m);
	return rc;
}

int metrics_guest(struct metrics *m, const struct hostfs *fs, const struct guest *g, const char *name,
		  const char *class)
{
	const struct source s = { m, fs, g, name };
	int rc = metrics_add(m, METRIC_INFO,
			     (const char *const[]){ "guest", name, "kind", guest_kind_name[g->kind], "class",
						    class ? class : "", NULL },
			     1, 1);

	if (!rc)
		rc = threads(&s);
	if (!rc)
		rc = caches(&s);
	/* in a group with others it cannot be told apart */
	if (rc || !g->cgroup || g->homeless)
		return rc;
	/* that of a domain is what works for it in the dom0: CPU and memory are not the domain's own */
	if (g->xen) {
		rc = pressure(&s, "io");
		return rc ? rc : io(&s);
	}
	rc = cpu(&s);
	if (!rc)
		rc = pressure(&s, "cpu");
	if (!rc)
		rc = pressure(&s, "io");
	if (!rc)
		rc = pressure(&s, "memory");
	if (!rc)
		rc = memory(&s);
	return rc ? rc : io(&s);
}

int metrics_claims(struct metrics *m, const struct claims *ledger)
{
	char addr[ADDR_STR_LEN];
	int rc = 0;

	for (size_t i = 0; i < ledger->n; i++)
		for (size_t k = 0; k < ledger->v[i].n_fns && !rc; k++) {
			const struct claim *c = &ledger->v[i];
			const struct claim_fn *fn = &c->fns[k];

			if (fn->state == HVCLAIM_FN_STATE_RESTORED || fn->state == HVCLAIM_FN_STATE_GONE)
				continue;
			rc = metrics_add(m, METRIC_DEVICE,
					 (const char *const[]){ "guest", c->owner, "device",
								addr_str(fn->addr, addr), "state",
								claim_state_word(c->state), NULL },
					 1, 1);
		}
	return rc;
}
