// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest_list.c - hvclaim guest list
 */
#define _GNU_SOURCE 1
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device/report.h"
#include "lib/units.h"
#include "guest.h"

static struct json_object *json_thread(const struct guest_thread *t)
{
	struct json_object *o = json_object_new_object();
	char *cpus = units_list_str(&t->cpus);

	json_add_int(o, "tid", t->tid);
	json_add_str(o, "role", thread_role_name[t->role]);
	if (t->role == ROLE_VCPU || t->role == ROLE_IOTHREAD)
		json_add_int(o, "index", t->index);
	json_add_bool(o, "kernel", t->kernel);
	json_opt_str(o, "cpus", cpus);
	json_opt_str(o, "rdt_group", t->rdt_group);
	json_opt_str(o, "rdt_monitor", t->rdt_mon);
	free(cpus);
	return o;
}

static struct json_object *json_domain(const struct guest_host *h, const struct guest *g)
{
	struct json_object *o = json_object_new_object(), *list = json_object_new_array();
	const struct xen_pool *pool = caps_pool(&h->caps, g->xen->pool);

	json_add_int(o, "domid", g->domid);
	json_opt_str(o, "cpupool", pool ? pool->name : NULL);
	json_opt_str(o, "scheduler", pool ? xen_sched_name[pool->sched] : NULL);
	if (g->xen->weight) {
		json_add_int(o, "weight", g->xen->weight);
		json_add_int(o, "cap", g->xen->cap);
	}
	for (size_t i = 0; i < g->xen->n_vcpus; i++) {
		const struct xen_vcpu *v = &g->xen->vcpus[i];
		struct json_object *one = json_object_new_object();
		char *hard = units_list_str(&v->hard), *soft = units_list_str(&v->soft);

		json_add_int(one, "index", v->id);
		json_add_bool(one, "online", v->online);
		json_opt_str(one, "hard", hard);
		json_opt_str(one, "soft", soft);
		json_object_array_add(list, one);
		free(hard);
		free(soft);
	}
	json_object_object_add(o, "vcpus", list);
	return o;
}

static struct json_object *json_guest(const struct guest_host *h, const struct guest *g,
				      const struct qos_guest *entry)
{
	struct json_object *o = json_object_new_object(), *list = json_object_new_array();

	json_add_str(o, "name", g->name);
	json_add_str(o, "kind", guest_kind_name[g->kind]);
	json_opt_str(o, "uuid", g->uuid);
	json_opt_str(o, "vmid", g->vmid);
	json_add_int(o, "pid", g->pid);
	json_opt_str(o, "user", g->user);
	json_add_bool(o, "stranger", g->stranger);
	if (g->xen)
		json_object_object_add(o, "xen", json_domain(h, g));
	json_opt_str(o, "unit", g->unit);
	json_opt_str(o, "cgroup", g->cgroup);
	json_add_bool(o, "own_cgroup", g->cgroup && !g->homeless);
	if (g->memory)
		json_add_int(o, "memory", (int64_t)g->memory);
	json_add_bool(o, "passthrough", g->passthrough);
	json_opt_str(o, "entry", entry ? entry->name : NULL);
	json_opt_str(o, "class", entry ? entry->class : NULL);
	for (size_t i = 0; i < g->n_threads; i++)
		json_object_array_add(list, json_thread(&g->threads[i]));
	json_object_object_add(o, "threads", list);
	list = json_object_new_array();
	for (size_t i = 0; i < g->n_foreign; i++) {
		struct json_object *f = json_object_new_object();

		json_add_str(f, "area", qos_area_name[g->foreign[i].area]);
		json_add_str(f, "what", g->foreign[i].what);
		json_object_array_add(list, f);
	}
	json_object_object_add(o, "set_by_manager", list);
	return o;
}

static void print_row(struct libscols_table *table, const struct guest *g, const struct qos_guest *entry)
{
	char pid[16], count[ROLES][16];
	size_t n[ROLES] = { 0 };

	for (size_t i = 0; i < g->n_threads; i++)
		n[g->threads[i].role]++;
	if (g->xen)
		n[ROLE_VCPU] = g->xen->n_vcpus;
	for (size_t i = 0; i < ROLES; i++)
		snprintf(count[i], sizeof(count[i]), "%zu", n[i]);
	snprintf(pid, sizeof(pid), "%d", g->pid);
	table_row(table,
		  (const char *const[]){ g->name, guest_kind_name[g->kind], g->pid ? pid : "-",
					 count[ROLE_VCPU], count[ROLE_EMULATOR], count[ROLE_IOTHREAD],
					 count[ROLE_VHOST], entry ? entry->name : "-",
					 entry && entry->class ? entry->class : "-",
					 g->homeless ? "(shared)"
					 : g->unit   ? g->unit
					 : g->cgroup ? g->cgroup
						     : "-" },
		  0, NULL);
}

/* A domain's vCPUs are no threads of the dom0 */
static void print_vcpus(struct libscols_table *table, const struct guest *g)
{
	for (size_t i = 0; g->xen && i < g->xen->n_vcpus; i++) {
		char index[16], *cpus = units_list_str(&g->xen->vcpus[i].hard);

		snprintf(index, sizeof(index), "%u", g->xen->vcpus[i].id);
		table_row(table,
			  (const char *const[]){ g->name, "-", thread_role_name[ROLE_VCPU], index, "-",
						 cpus ? cpus : "?" },
			  0, NULL);
		free(cpus);
	}
}

/* with -v: one thread a line */
static void print_threads(struct libscols_table *table, const struct guest *g)
{
	print_vcpus(table, g);
	for (size_t i = 0; i < g->n_threads; i++) {
		const struct guest_thread *t = &g->threads[i];
		char tid[16], index[16] = "-";
		char *cpus = units_list_str(&t->cpus);

		snprintf(tid, sizeof(tid), "%d", t->tid);
		if (t->role == ROLE_VCPU || t->role == ROLE_IOTHREAD)
			snprintf(index, sizeof(index), "%u", t->index);
		table_row(table,
			  (const char *const[]){ g->name, tid, thread_role_name[t->role], index,
						 t->rdt_group ? *t->rdt_group ? t->rdt_group : "(root)" : "-",
						 cpus ? cpus : "?" },
			  0, NULL);
		free(cpus);
	}
}

static bool meant(const struct guest_opts *opts, const struct guest *g, const struct qos_guest *entry)
{
	for (size_t i = 0; i < opts->words.n; i++)
		if (!strcmp(opts->words.v[i], g->name) || (entry && !strcmp(opts->words.v[i], entry->name)))
			return true;
	return !opts->words.n;
}

int guest_run_list(const struct guest_opts *opts)
{
	static const char *const heads[] = { "GUEST", "KIND",  "PID",	"VCPU",	  "EMU", "IO",
					     "VHOST", "ENTRY", "CLASS", "CGROUP", NULL };
	static const char *const thread_heads[] = { "GUEST", "TID", "ROLE", "INDEX", "CLASS", "CPUS", NULL };
	_cleanup_(guest_host_free) struct guest_host h = GUEST_HOST_INIT;
	struct json_object *list, *o;
	struct libscols_table *table;
	int rc = guest_host_config(&h);

	if (!rc)
		rc = guest_host_read(&h, false, GUEST_PINS | GUEST_CLASS | 1U << KNOB_DEVICES);
	if (rc)
		return rc;
	table = table_new(globals.verbose ? thread_heads : heads);
	list = json_object_new_array();
	for (size_t i = 0; i < h.guests.n && table; i++) {
		const struct guest *g = &h.guests.v[i];
		const struct qos_guest *entry = guest_host_entry(&h, g);

		if (!meant(opts, g, entry))
			continue;
		json_object_array_add(list, json_guest(&h, g, entry));
		if (globals.verbose)
			print_threads(table, g);
		else
			print_row(table, g, entry);
	}
	o = json_object_new_object();
	json_object_object_add(o, "guests", list);
	json_finish(o);
	if (table && !globals.json)
		table_print(table);
	return EXIT_DONE;
}

/* A guest that does not run has nothing but its name: entries that ask for more cannot be meant by it. */
int guest_run_devices(const struct guest_opts *opts)
{
	_cleanup_(guest_host_free) struct guest_host h = GUEST_HOST_INIT;
	struct json_object *list, *o;
	int rc = guest_host_config(&h);

	if (!rc)
		rc = guest_host_read(&h, false, GUEST_CLASS);
	if (rc)
		return rc;
	list = json_object_new_array();
	for (size_t i = 0; i < h.cfg->qos.n_guests; i++) {
		const struct qos_guest *q = &h.cfg->qos.guests[i];
		struct guest g = { .name = (char *)(uintptr_t)opts->words.v[0], .kind = GUEST_LIBVIRT };
		bool found = guest_matches(&g, q);

		for (size_t k = 0; k < h.guests.n && !found; k++)
			found = !strcmp(h.guests.v[k].name, g.name) && guest_matches(&h.guests.v[k], q);
		for (size_t k = 0; k < q->n_devices && (found || !strcmp(q->name, g.name)); k++) {
			json_object_array_add(list, json_object_new_string(q->devices[k].selector));
			if (!globals.json)
				printf("%s\n", q->devices[k].selector);
		}
	}
	o = json_object_new_object();
	json_object_object_add(o, "devices", list);
	json_finish(o);
	return EXIT_DONE;
}
