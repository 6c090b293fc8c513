// SPDX-License-Identifier: GPL-2.0-only
/*
 * simapply.c - carries out steps on a host made of plain data, and refuses what the kernel refuses
 */
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "apply/guest_past.h"
#include "config/config_priv.h"
#include "lib/hostfs.h"
#include "simhost_priv.h"
#include "lib/units.h"

static bool refuse(struct sim *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static bool refuse(struct sim *s, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(s->refused, sizeof(s->refused), fmt, args);
	va_end(args);
	return false;
}

static struct rdt_group *group(struct sim *s, const char *name)
{
	for (size_t i = 0; i < s->caps.rdt.n_groups; i++)
		if (!strcmp(s->caps.rdt.groups[i].name, name))
			return &s->caps.rdt.groups[i];
	return NULL;
}

static bool is_contiguous(uint64_t m)
{
	while (m && !(m & 1))
		m >>= 1;
	return !(m & (m + 1));
}

/* All ways of other groups, or only of exclusive ones, as rdtgroup_cbm_overlaps() looks at them. */
static uint64_t others(struct sim *s, const struct rdt_group *g, enum rdt_res r, uint32_t id, bool exclusive)
{
	uint64_t m = exclusive ? 0 : s->caps.rdt.res[r].shareable_bits;

	for (size_t i = 0; i < s->caps.rdt.n_groups; i++) {
		struct rdt_group *o = &s->caps.rdt.groups[i];

		if (o == g || (exclusive && o->mode == RDT_SHAREABLE))
			continue;
		m |= *sim_value(o, r, id);
		m |= *sim_value(o, sim_peer(r), id);
	}
	return m;
}

static bool check_value(struct sim *s, struct rdt_group *g, enum rdt_res r, uint32_t id, uint64_t v)
{
	const struct rdt_resource *res = &s->caps.rdt.res[r];

	if (!res->present || !sim_value(g, r, id))
		return refuse(s, "no %s %u", rdt_res_name[r], id);
	if (!rdt_is_cache(r)) {
		if (v < res->min_bandwidth || v > res->max_bandwidth ||
		    (res->unit == MB_PERCENT && v % res->bandwidth_gran))
			return refuse(s, "bandwidth %" PRIu64, v);
	} else {
		if (!v || v & ~res->cbm_mask || (!res->sparse_masks && !is_contiguous(v)) ||
		    (unsigned int)__builtin_popcountll(v) < res->min_cbm_bits)
			return refuse(s, "%s: mask %" PRIx64 " of group %s", rdt_res_name[r], v, g->name);
		if (v & others(s, g, r, id, true))
			return refuse(s, "overlaps with exclusive group: %s %u=%" PRIx64 " of %s",
				      rdt_res_name[r], id, v, g->name);
		if (g->mode == RDT_EXCLUSIVE && v & others(s, g, r, id, false))
			return refuse(s, "overlaps with other group");
	}
	sim_set(g, r, id, v);
	return true;
}

static bool make_group(struct sim *s, const char *name)
{
	struct caps_rdt *rdt = &s->caps.rdt;
	size_t rmids = rdt->n_groups;
	struct rdt_group *g;

	for (enum rdt_res r = 0; r < RDT_RESOURCES; r++)
		if (rdt->res[r].present && rdt->n_groups >= rdt->res[r].num_closids)
			return refuse(s, "no class id left for %s", name);
	for (size_t i = 0; i < rdt->n_groups; i++)
		rmids += rdt->groups[i].n_mons;
	if (rdt->mon && rmids >= rdt->num_rmids)
		return refuse(s, "no RMID left for %s", name);
	g = sim_group(s, name, RDT_OURS, RDT_SHAREABLE, "");
	for (enum rdt_res r = 0; rdt_is_cache(r); r++)
		for (size_t i = 0; i < rdt->res[r].n_doms; i++) {
			uint32_t id = rdt->res[r].doms[i].id;
			uint64_t m = rdt->res[r].cbm_mask & ~others(s, g, r, id, true);

			/* the first run only, where gaps are not known */
			if (!rdt->res[r].sparse_masks && m)
				m &= ~(m & (m + (m & -m)));
			if (!m || (unsigned int)__builtin_popcountll(m) < rdt->res[r].min_cbm_bits)
				return refuse(s, "no room for %s", name);
			sim_set(g, r, id, m);
		}
	return true;
}

static bool close_group(struct sim *s, struct rdt_group *g)
{
	for (enum rdt_res r = 0; rdt_is_cache(r); r++)
		for (size_t i = 0; i < g->schemata[r].n; i++)
			if (g->schemata[r].v[i].value & others(s, g, r, g->schemata[r].v[i].id, false))
				return refuse(s, "%s cannot be exclusive", g->name);
	g->mode = RDT_EXCLUSIVE;
	return true;
}

static void move_to(struct sim *s, pid_t tid, const char *from, const char *to, const char *mon)
{
	for (size_t i = 0; i < s->guests.n; i++)
		for (size_t k = 0; k < s->guests.v[i].n_threads; k++) {
			struct guest_thread *t = &s->guests.v[i].threads[k];

			if (from ? strcmp(t->rdt_group, from) : t->tid != tid)
				continue;
			group(s, t->rdt_group)->n_tasks -= group(s, t->rdt_group)->n_tasks ? 1 : 0;
			group(s, to)->n_tasks++;
			free(t->rdt_group);
			free(t->rdt_mon);
			t->rdt_group = sim_dup(to);
			t->rdt_mon = sim_dup(mon);
		}
}

static void free_group(struct rdt_group *g)
{
	free(g->name);
	for (enum rdt_res r = 0; r < RDT_RESOURCES; r++)
		free(g->schemata[r].v);
	for (size_t i = 0; i < g->n_mons; i++)
		free(g->mons[i]);
	free(g->mons);
}

static bool remove_group(struct sim *s, struct rdt_group *g)
{
	struct caps_rdt *rdt = &s->caps.rdt;
	char *name = sim_dup(g->name);

	if (g->owner != RDT_OURS)
		return refuse(s, "%s is not ours", name);
	move_to(s, 0, name, "", "");
	free(name);
	free_group(g);
	memmove(g, g + 1, (size_t)(&rdt->groups[rdt->n_groups] - (g + 1)) * sizeof(*g));
	rdt->n_groups--;
	return true;
}

static bool write_root(struct sim *s, struct rdt_group *g, const struct step *st)
{
	struct caps_rdt *rdt = &s->caps.rdt;
	bool first = true;

	for (enum rdt_res r = 0; r < RDT_RESOURCES; r++)
		first = first && !rdt->root_before[r].n;
	for (enum rdt_res r = 0; rdt_is_cache(r); r++) {
		if (!strcmp(st->key, "shrink") && first && g->schemata[r].n) {
			rdt->root_before[r].n = g->schemata[r].n;
			rdt->root_before[r].v = calloc(g->schemata[r].n, sizeof(struct rdt_value));
			memcpy(rdt->root_before[r].v, g->schemata[r].v,
			       g->schemata[r].n * sizeof(struct rdt_value));
		}
		if (!strcmp(st->key, "restore")) {
			free(rdt->root_before[r].v);
			rdt->root_before[r] = (struct rdt_values){ 0 };
		}
	}
	return sim_each(s, st->want, g, check_value);
}

static bool has_mon(const struct rdt_group *g, const char *mon)
{
	for (size_t i = 0; i < g->n_mons; i++)
		if (!strcmp(g->mons[i], mon))
			return true;
	return false;
}

static bool remove_mon(struct rdt_group *g, const char *mon)
{
	for (size_t i = 0; i < g->n_mons; i++)
		if (!strcmp(g->mons[i], mon)) {
			free(g->mons[i]);
			g->mons[i] = g->mons[--g->n_mons];
			return true;
		}
	return false;
}

static bool move_mon(struct sim *s, const struct step *st)
{
	for (size_t k = 0; k < st->n_tids; k++)
		for (size_t i = 0; i < s->guests.n; i++)
			for (size_t j = 0; j < s->guests.v[i].n_threads; j++) {
				const struct guest_thread *t = &s->guests.v[i].threads[j];

				if (t->tid == st->tids[k] && strcmp(t->rdt_group, st->target))
					return refuse(s, "task is not in %s", st->target);
			}
	for (size_t k = 0; k < st->n_tids; k++)
		move_to(s, st->tids[k], NULL, st->target, st->key);
	return true;
}

static bool rdt_step(struct sim *s, const struct step *st)
{
	struct rdt_group *g = group(s, st->target), *new;
	size_t rmids = s->caps.rdt.n_groups;

	if (st->kind == STEP_RDT_MKDIR)
		return g ? refuse(s, "%s is there", st->target) : make_group(s, st->target);
	if (!g)
		return refuse(s, "no group %s", st->target);
	switch (st->kind) {
	case STEP_RDT_SCHEMATA:
		return g->owner != RDT_OURS ? refuse(s, "%s is not ours", g->name)
					    : sim_each(s, st->want, g, check_value);
	case STEP_RDT_ROOT:
		return write_root(s, g, st);
	case STEP_RDT_MODE:
		if (!strcmp(st->want, "exclusive"))
			return close_group(s, g);
		g->mode = RDT_SHAREABLE;
		return true;
	case STEP_RDT_TASKS:
		for (size_t i = 0; i < st->n_tids; i++)
			move_to(s, st->tids[i], NULL, st->target, "");
		return true;
	case STEP_RDT_MON_MKDIR:
		for (size_t i = 0; i < s->caps.rdt.n_groups; i++)
			rmids += s->caps.rdt.groups[i].n_mons;
		if (!s->caps.rdt.mon || rmids >= s->caps.rdt.num_rmids || has_mon(g, st->key))
			return refuse(s, "monitor group %s", st->key);
		new = g;
		*(char **)append(new->mons, new->n_mons) = sim_dup(st->key);
		return true;
	case STEP_RDT_MON_TASKS:
		return has_mon(g, st->key) ? move_mon(s, st) : refuse(s, "no monitor group %s", st->key);
	case STEP_RDT_MON_RMDIR:
		return remove_mon(g, st->key) || refuse(s, "no monitor group %s", st->key);
	default:
		return remove_group(s, g);
	}
}

/* What systemd makes of a property in the files that the guest has. */
static void follow(struct guest *g, const struct step *st)
{
	static const struct {
		const char *prop, *file;
	} names[] = {
		{ "CPUWeight", "cpu.weight" },	  { "MemoryMin", "memory.min" },
		{ "MemoryLow", "memory.low" },	  { "MemoryHigh", "memory.high" },
		{ "MemoryMax", "memory.max" },	  { "MemorySwapMax", "memory.swap.max" },
		{ "AllowedCPUs", "cpuset.cpus" }, { "AllowedMemoryNodes", "cpuset.mems" },
	};
	const char *period = guest_prop(g, "CPUQuotaPeriodUSec");
	char *max;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(st->key, names[i].prop) && guest_file(g, names[i].file))
			sim_file(g, names[i].file, strcmp(st->want, "infinity") ? st->want : "max");
	if (strcmp(st->key, "CPUQuotaPerSecUSec") || !guest_file(g, "cpu.max"))
		return;
	period = period && strcmp(period, "infinity") ? period : "100000";
	max = strcmp(st->want, "infinity")
		      ? text_fmt("%" PRIu64 " %s", st->number * strtoul(period, NULL, 10) / 1000000, period)
		      : text_fmt("max %s", period);
	sim_file(g, "cpu.max", max);
	free(max);
}

/* Replaces the line with the same first word, or adds one; "8:0 default" takes that of a disk away. */
static char *with_line(const char *text, const char *line)
{
	size_t word = strcspn(line, " ");
	char *out = sim_dup("");
	bool done = false;

	for (const char *l = text; l && *l; l = strchr(l, '\n') ? strchr(l, '\n') + 1 : NULL) {
		int n = (int)strcspn(l, "\n");
		bool same = !strncmp(l, line, word + 1);

		if (same && !strcmp(line + word, " default")) {
			done = true;
			continue;
		}
		text_add(&out, "%s%.*s", *out ? "\n" : "", same ? (int)strlen(line) : n, same ? line : l);
		done = done || same;
	}
	if (!done && strcmp(line + word, " default"))
		text_add(&out, "%s%s", *out ? "\n" : "", line);
	return out;
}

/* io.max keeps the limits of a disk that a write does not name, and has no line for one without limits. */
static char *with_limits(const char *text, const char *want)
{
	static const char *const keys[] = { " rbps=", " wbps=", " riops=", " wiops=" };
	size_t word = strcspn(want, " ");
	char *line = text_fmt("%.*s", (int)word, want), *out;
	const char *have = text;
	bool limited = false;

	while (have && strncmp(have, want, word + 1))
		have = strchr(have, '\n') ? strchr(have, '\n') + 1 : NULL;
	for (size_t i = 0; i < 4; i++) {
		const char *at = strstr(want, keys[i]), *value;

		at = at ? at : have ? strstr(have, keys[i]) : NULL;
		value = at ? at + strlen(keys[i]) : "max";
		text_add(&line, "%s%.*s", keys[i], (int)strcspn(value, " \n"), value);
		limited = limited || strncmp(value, "max", 3);
	}
	if (!limited)
		strcpy(line + word, " default");
	out = with_line(text, line);
	free(line);
	return out;
}

static bool cgroup_step(struct sim *s, struct guest *g, const struct step *st)
{
	bool unit = st->kind == STEP_UNIT_PROPERTY, lines = strchr(st->want, ' ');
	const char *have = unit ? guest_prop(g, st->key) : guest_file(g, st->key), *max, *burst;
	char *text;

	if (strcmp(st->target, unit ? g->unit : g->cgroup))
		return refuse(s, "%s is not %s's", st->target, g->name);
	if (!strcmp(st->key, "cpu.max"))
		lines = false;
	text = !strcmp(st->key, "io.max") ? with_limits(have, st->want)
	       : lines			  ? with_line(have, st->want)
					  : sim_dup(st->want);
	if (unit) {
		sim_text(&g->props, &g->n_props, st->key, text);
		follow(g, st);
	} else {
		sim_file(g, st->key, text);
	}
	free(text);
	max = guest_file(g, "cpu.max");
	burst = guest_file(g, "cpu.max.burst");
	if (max && burst && strtoull(max, NULL, 10) && strtoull(burst, NULL, 10) > strtoull(max, NULL, 10))
		return refuse(s, "burst %s over quota %s", burst, max);
	return true;
}

static bool thread_step(struct sim *s, struct guest *g, const struct step *st)
{
	if (st->kind == STEP_MIGRATE) {
		struct idset to;

		sim_list(st->want, &to);
		for (uint32_t i = 0; i < g->n_nodes; i++)
			if (!idset_has(&to, i))
				g->node_bytes[i] = 0;
		return st->tid == g->pid || refuse(s, "not the process");
	}
	for (size_t i = 0; i < g->n_threads; i++) {
		struct guest_thread *t = &g->threads[i];
		struct idset cpus;

		if (t->tid != st->tid)
			continue;
		if (st->kind == STEP_IOPRIO) {
			t->ioprio = (int)st->number;
			return true;
		}
		sim_list(st->want, &cpus);
		t->cpus = idset_and(&cpus, &s->caps.online);
		return !idset_empty(&t->cpus) || refuse(s, "no CPU of %s", st->want);
	}
	return refuse(s, "no thread %d", st->tid);
}

bool sim_apply(struct sim *s, const struct plan *p, size_t max)
{
	bool ok = true;

	s->refused[0] = '\0';
	for (size_t i = 0; i < p->n_steps && max && ok; i++) {
		const struct step *st = &p->steps[i];
		struct guest *g = st->guest < 0 ? NULL : &s->guests.v[st->guest];

		if (!st->changes)
			continue;
		max--;
		if (st->kind >= STEP_RDT_MKDIR)
			ok = rdt_step(s, st);
		else if (st->kind == STEP_UNIT_PROPERTY || st->kind == STEP_CGROUP_FILE)
			ok = cgroup_step(s, g, st);
		else
			ok = thread_step(s, g, st);
	}
	return ok;
}

void sim_keep(struct sim *s, const struct plan *p)
{
	for (size_t i = 0; i < p->n_asked; i++) {
		struct guest *g = &s->guests.v[i];

		if (!p->asked[i].known)
			continue;
		guest_past_forget(g);
		for (size_t k = 0; k < p->asked[i].n; k++)
			(void)guest_past_add(g, p->asked[i].v[k]);
	}
}
