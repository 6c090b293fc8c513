// SPDX-License-Identifier: GPL-2.0-only
/*
 * simhost.c - a host made of plain data, on which plans are carried out as the kernel would
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config_priv.h"
#include "lib/hostfs.h"
#include "simhost_priv.h"
#include "lib/units.h"

char *sim_dup(const char *s)
{
	char *d = strdup(s);

	if (!d)
		DIE("memory\n");
	return d;
}

void sim_list(const char *text, struct idset *set)
{
	if (!units_list(text, set))
		DIE("not a list: %s\n", text);
}

void sim_config(struct sim *s, const char *yaml)
{
	char *text = text_fmt("version: 1\n%s", yaml), *err = NULL;

	config_free(s->cfg);
	s->cfg = calloc(1, sizeof(*s->cfg));
	if (!text || !s->cfg || config_parse(s->cfg, "f.yaml", text, strlen(text), &err) ||
	    config_finish(s->cfg, &err))
		DIE("%s\n%s\n", text, err ? err : "memory");
	free(text);
}

void sim_new(struct sim *s, const char *yaml)
{
	memset(s, 0, sizeof(*s));
	sim_config(s, yaml);
	s->caps.cgroup = HOST_CGROUP_V2;
	s->caps.systemd = true;
	s->caps.has_cpu = s->caps.has_cpuset = s->caps.has_io = s->caps.has_memory = true;
	s->caps.memory = 64ULL << 30;
	sim_list("0-15", &s->caps.online);
	s->caps.nodes = calloc(1, sizeof(*s->caps.nodes));
	s->caps.n_nodes = 1;
	s->caps.nodes[0].cpus = s->caps.online;
	s->caps.nodes[0].memory = s->caps.memory;
}

void sim_free(struct sim *s)
{
	config_free(s->cfg);
	caps_free(&s->caps);
	guests_free(&s->guests);
}

uint64_t *sim_value(struct rdt_group *g, enum rdt_res res, uint32_t id)
{
	for (size_t i = 0; i < g->schemata[res].n; i++)
		if (g->schemata[res].v[i].id == id)
			return &g->schemata[res].v[i].value;
	return NULL;
}

void sim_set(struct rdt_group *g, enum rdt_res res, uint32_t id, uint64_t v)
{
	uint64_t *at = sim_value(g, res, id);
	struct rdt_value *e;

	if (at) {
		*at = v;
		return;
	}
	e = append(g->schemata[res].v, g->schemata[res].n);
	if (!e)
		DIE("memory\n");
	*e = (struct rdt_value){ id, v };
}

enum rdt_res sim_peer(enum rdt_res r)
{
	return r == RDT_L3CODE	 ? RDT_L3DATA
	       : r == RDT_L3DATA ? RDT_L3CODE
	       : r == RDT_L2CODE ? RDT_L2DATA
	       : r == RDT_L2DATA ? RDT_L2CODE
				 : r;
}

static struct rdt_resource *resource(struct sim *s, enum rdt_res res, uint32_t closids, const char *ids)
{
	struct caps_rdt *rdt = &s->caps.rdt;
	struct rdt_resource *r = &rdt->res[res];
	struct idset set;

	rdt->supported = rdt->mounted = true;
	if (!rdt->n_groups) {
		struct rdt_group *g = append(rdt->groups, rdt->n_groups);

		g->name = sim_dup("");
	}
	sim_list(ids, &set);
	r->present = true;
	r->num_closids = closids;
	for (uint32_t i = 0; i < 64; i++)
		if (idset_has(&set, i)) {
			struct rdt_dom *d = append(r->doms, r->n_doms);

			d->id = i;
		}
	return r;
}

void sim_cache(struct sim *s, enum rdt_res res, unsigned int ways, uint64_t size, uint32_t closids,
	       const char *ids)
{
	struct rdt_resource *r = resource(s, res, closids, ids);

	r->cbm_mask = (1ULL << ways) - 1;
	r->min_cbm_bits = 1;
	for (size_t i = 0; i < r->n_doms; i++) {
		r->doms[i].size = size;
		sim_set(&s->caps.rdt.groups[0], res, r->doms[i].id, r->cbm_mask);
	}
}

void sim_mb(struct sim *s, uint32_t gran, uint32_t min, uint32_t closids, const char *ids)
{
	struct rdt_resource *r = resource(s, RDT_MB, closids, ids);

	r->bandwidth_gran = gran;
	r->min_bandwidth = min;
	r->max_bandwidth = 100;
	for (size_t i = 0; i < r->n_doms; i++)
		sim_set(&s->caps.rdt.groups[0], RDT_MB, r->doms[i].id, 100);
}

void sim_mon(struct sim *s, uint32_t rmids)
{
	s->caps.rdt.mon = s->caps.rdt.mon_occupancy = true;
	s->caps.rdt.num_rmids = rmids;
}

static enum rdt_res res_named(const char *name, size_t n)
{
	for (enum rdt_res r = 0; r < RDT_RESOURCES; r++)
		if (strlen(rdt_res_name[r]) == n && !strncmp(rdt_res_name[r], name, n))
			return r;
	DIE("no resource %s\n", name);
}

bool sim_each(struct sim *s, const char *text, struct rdt_group *g,
	      bool (*take)(struct sim *s, struct rdt_group *g, enum rdt_res r, uint32_t id, uint64_t v))
{
	while (*text) {
		size_t n = strcspn(text, ":");
		enum rdt_res r = res_named(text, n);

		text += n;
		do {
			char *end;
			uint32_t id = (uint32_t)strtoul(text + 1, &end, 10);
			uint64_t v;

			if (*end != '=')
				DIE("schemata: %s\n", text);
			v = strtoull(end + 1, &end, rdt_is_cache(r) ? 16 : 10);
			if (!take(s, g, r, id, v))
				return false;
			text = end;
		} while (*text == ';');
		text += *text == '\n';
	}
	return true;
}

static bool just_set(struct sim *s, struct rdt_group *g, enum rdt_res r, uint32_t id, uint64_t v)
{
	(void)s;
	sim_set(g, r, id, v);
	return true;
}

struct rdt_group *sim_group(struct sim *s, const char *name, enum rdt_owner owner, enum rdt_mode mode,
			    const char *schemata)
{
	struct caps_rdt *rdt = &s->caps.rdt;
	struct rdt_group *g = append(rdt->groups, rdt->n_groups);

	g->name = sim_dup(name);
	g->owner = owner;
	g->mode = mode;
	for (enum rdt_res r = 0; r < RDT_RESOURCES; r++)
		for (size_t i = 0; i < rdt->res[r].n_doms; i++)
			sim_set(g, r, rdt->res[r].doms[i].id,
				rdt_is_cache(r) ? rdt->res[r].cbm_mask : rdt->res[r].max_bandwidth);
	sim_each(s, schemata, g, just_set);
	return g;
}

struct guest *sim_guest(struct sim *s, const char *name, unsigned int vcpus)
{
	struct guest *g = append(s->guests.v, s->guests.n);
	pid_t pid = (pid_t)(s->guests.n * 1000);

	g->name = sim_dup(name);
	g->kind = GUEST_LIBVIRT;
	g->pid = pid;
	g->unit = text_fmt("machine-qemu-%s.scope", name);
	g->cgroup = text_fmt("/machine.slice/%s", g->unit);
	for (unsigned int i = 0; i < vcpus + 3; i++) {
		struct guest_thread *t = append(g->threads, g->n_threads);

		t->tid = pid + (pid_t)i;
		t->role = i < 2 ? ROLE_EMULATOR : i < vcpus + 2 ? ROLE_VCPU : ROLE_VHOST;
		t->index = t->role == ROLE_VCPU ? i - 2 : 0;
		t->kernel = t->role == ROLE_VHOST;
		t->cpus = s->caps.online;
		t->rdt_group = sim_dup("");
		t->rdt_mon = sim_dup("");
	}
	return g;
}

void sim_text(struct guest_value **v, size_t *n, const char *key, const char *text)
{
	struct guest_value *e = NULL;

	for (size_t i = 0; i < *n; i++)
		if (!strcmp((*v)[i].key, key))
			e = &(*v)[i];
	if (!e) {
		e = append(*v, *n);
		e->key = sim_dup(key);
	}
	free(e->value);
	e->value = sim_dup(text);
}

void sim_file(struct guest *g, const char *key, const char *text)
{
	sim_text(&g->files, &g->n_files, key, text);
}

void sim_block(struct sim *s, const char *name, const char *scheduler, bool iocost)
{
	struct caps_block *b = append(s->caps.blocks, s->caps.n_blocks);
	struct caps_path *p = append(s->caps.paths, s->caps.n_paths);

	b->name = sim_dup(name);
	b->major = 8;
	b->minor = (uint32_t)(s->caps.n_blocks * 16);
	b->scheduler = sim_dup(scheduler);
	b->iocost = iocost;
	p->path = text_fmt("/dev/%s", name);
	p->block = (int)s->caps.n_blocks - 1;
}

static size_t block_named(const struct sim *s, const char *name)
{
	for (size_t i = 0; i < s->caps.n_blocks; i++)
		if (!strcmp(s->caps.blocks[i].name, name))
			return i;
	DIE("no disk %s\n", name);
}

void sim_below(struct sim *s, const char *name, const char *disk)
{
	struct caps_block *b = &s->caps.blocks[block_named(s, name)];
	size_t *v = append(b->below, b->n_below);

	*v = block_named(s, disk);
}

void sim_plan(const struct sim *s, bool clear, struct plan *p)
{
	struct plan_args a = { .qos = &s->cfg->qos, .guests = &s->guests, .caps = &s->caps, .clear = clear };

	if (plan_make(&a, p))
		DIE("memory\n");
}

static int by_name(const void *a, const void *b)
{
	return strcmp((*(const struct rdt_group *const *)a)->name,
		      (*(const struct rdt_group *const *)b)->name);
}

char *sim_groups(const struct sim *s)
{
	const struct caps_rdt *rdt = &s->caps.rdt;
	const struct rdt_group **v = calloc(rdt->n_groups + 1, sizeof(const struct rdt_group *));
	char *text = sim_dup("");

	for (size_t i = 0; i < rdt->n_groups; i++)
		v[i] = &rdt->groups[i];
	qsort(v, rdt->n_groups, sizeof(const struct rdt_group *), by_name);
	for (size_t i = 0; i < rdt->n_groups; i++) {
		text_add(&text, "%s%s", i ? " | " : "", *v[i]->name ? v[i]->name : "root");
		if (v[i]->mode == RDT_EXCLUSIVE)
			text_add(&text, " exclusive");
		for (enum rdt_res r = 0; r < RDT_RESOURCES; r++)
			for (size_t k = 0; k < v[i]->schemata[r].n; k++) {
				text_add(&text, "%s%s", k ? ";" : " ", k ? "" : rdt_res_name[r]);
				text_add(&text, rdt_is_cache(r) ? "%s%u=%" PRIx64 : "%s%u=%" PRIu64,
					 k ? "" : ":", v[i]->schemata[r].v[k].id,
					 v[i]->schemata[r].v[k].value);
			}
		for (size_t k = 0; k < v[i]->n_mons; k++)
			text_add(&text, " mon:%s", v[i]->mons[k]);
	}
	free(v);
	return text;
}

char *sim_state(const struct sim *s)
{
	char *text = sim_groups(s);

	for (size_t i = 0; i < s->guests.n; i++) {
		const struct guest *g = &s->guests.v[i];

		text_add(&text, "\n%s", g->name);
		for (size_t k = 0; k < g->n_props; k++)
			text_add(&text, " %s=%s", g->props[k].key, g->props[k].value);
		for (size_t k = 0; k < g->n_files; k++)
			text_add(&text, " %s=%s", g->files[k].key, g->files[k].value);
		for (size_t k = 0; k < g->n_threads; k++) {
			char *cpus = units_list_str(&g->threads[k].cpus);

			text_add(&text, " %d:%s:%d:%s/%s", g->threads[k].tid, cpus, g->threads[k].ioprio,
				 g->threads[k].rdt_group, g->threads[k].rdt_mon);
			free(cpus);
		}
	}
	return text;
}

static bool wants_alone(const struct sim *s, const struct rdt_group *g, enum rdt_res r)
{
	const struct qos_class *c =
		g->owner == RDT_OURS ? qos_class_find(&s->cfg->qos, g->name + strlen(RDT_PREFIX)) : NULL;
	enum rdt_res base = r >= RDT_L2 ? RDT_L2 : RDT_L3;

	return c && c->partition == PARTITION_EXCLUSIVE && c->res[r].all.kind != AMOUNT_NONE &&
	       (r == base || c->res[base].all.kind != AMOUNT_NONE || c->res[r].line);
}

const char *sim_overlap(const struct sim *s)
{
	static char words[200];
	const struct caps_rdt *rdt = &s->caps.rdt;

	for (size_t i = 0; i < rdt->n_groups; i++)
		for (size_t k = 0; k < rdt->n_groups; k++)
			for (enum rdt_res r = 0; rdt_is_cache(r); r++)
				for (size_t d = 0; d < rdt->res[r].n_doms && i != k; d++) {
					struct rdt_group *a = &rdt->groups[i], *b = &rdt->groups[k];
					uint32_t id = rdt->res[r].doms[d].id;

					if (!wants_alone(s, a, r) ||
					    (b->owner != RDT_ROOT && b->owner != RDT_OURS &&
					     b->owner != RDT_LIBVIRT) ||
					    !(*sim_value(a, r, id) &
					      (*sim_value(b, r, id) | *sim_value(b, sim_peer(r), id))) ||
					    *sim_value(b, r, id) == rdt->res[r].cbm_mask)
						continue;
					snprintf(words, sizeof(words), "%s and %s: %s %u", a->name, b->name,
						 rdt_res_name[r], id);
					return words;
				}
	return NULL;
}
