// SPDX-License-Identifier: GPL-2.0-only
/*
 * effect_devices.c - a guest's devices: whether they are held for a guest, and how far they are from its CPUs and
 * memory
 *
 * A device that writes to the other node's memory, and interrupts CPUs there, passes the link between the sockets
 * each time.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "effect/effect_priv.h"
#include "device/select.h"
#include "device/sysdevs.h"
#include "lib/units.h"

/* Memory elsewhere that is nothing to worry about: libraries and caches are spread over all nodes. */
#define STRAY_PERCENT 5
#define MOST_PERCENT  50

static const char *find_alias(void *data, const char *name)
{
	const struct effect_args *a = data;

	return a->cfg ? config_alias(a->cfg, name) : NULL;
}

/* vfio-pci and the variants of it such as mlx5_vfio_pci, and Xen's */
static bool is_for_guests(const char *driver)
{
	return strstr(driver, "vfio") || !strcmp(driver, "pciback");
}

/* How far node @to is from @from; 0 when the firmware does not tell. */
static uint64_t distance(const struct effect_args *a, uint32_t from, uint32_t to)
{
	_cleanup_(freep) char *text =
		hostfs_read(NULL, "%s/devices/system/node/node%u/distance", a->fs->sysfs, from);
	char *rest = text, *word;

	/* one number for each node that there is, in the order of their ids */
	for (size_t i = 0; i < a->caps->n_nodes && rest; i++) {
		uint64_t n;

		word = strsep(&rest, " ");
		if (a->caps->nodes[i].id == to)
			return units_number(word, 0, UINT64_MAX, &n) ? n : 0;
	}
	return 0;
}

/* Where its vCPUs may run; with a QEMU that does not name them, any of its threads. */
static struct idset cpus_of(const struct guest *g)
{
	struct idset vcpus = { 0 }, all = { 0 };

	for (size_t i = 0; i < g->n_threads; i++) {
		idset_join(&all, &g->threads[i].cpus);
		if (g->threads[i].role == ROLE_VCPU)
			idset_join(&vcpus, &g->threads[i].cpus);
	}
	return idset_empty(&vcpus) ? all : vcpus;
}

static struct idset nodes_of(const struct caps *c, const struct idset *cpus)
{
	struct idset nodes = { 0 };

	for (size_t i = 0; i < c->n_nodes; i++) {
		struct idset both = idset_and(&c->nodes[i].cpus, cpus);

		if (!idset_empty(&both))
			idset_add(&nodes, c->nodes[i].id);
	}
	return nodes;
}

static int tell_cpus(const struct effect_args *a, const char *name, uint32_t node, struct effects *out)
{
	struct idset cpus = cpus_of(effect_guest(a)), nodes = nodes_of(a->caps, &cpus);
	_cleanup_(freep) char *list = units_list_str(&nodes), *far = NULL;
	bool near = idset_has(&nodes, node);

	if (!list)
		return -ENOMEM;
	if (idset_empty(&nodes) || (near && idset_count(&nodes) == 1))
		return 0;
	for (size_t i = 0; i < a->caps->n_nodes; i++) {
		uint32_t other = a->caps->nodes[i].id;
		uint64_t d = idset_has(&nodes, other) && other != node ? distance(a, node, other) : 0;

		if (d && text_add(&far, "%s%" PRIu64, far ? ", " : ", distance ", d))
			return -ENOMEM;
	}
	if (near)
		return effect_add(
			out, KNOB_DEVICES, EFFECT_NOTE, NULL,
			text_fmt(
				"%s is on node %u; the guest's vCPUs may run on nodes %s%s: pin: vcpus keeps "
				"them near",
				name, node, list, far ? far : ""));
	return effect_add(out, KNOB_DEVICES, EFFECT_PARTLY, text_fmt("%s is far from its CPUs", name),
			  text_fmt("%s is on node %u; the guest's vCPUs run on node %s%s", name, node, list,
				   far ? far : ""));
}

static int tell_memory(const struct effect_args *a, const char *name, uint32_t node, struct effects *out)
{
	const struct guest *g = effect_guest(a);
	uint64_t all = 0, far = 0, percent;

	for (size_t i = 0; i < g->n_nodes; i++) {
		all += g->node_bytes[i];
		far += i == node ? 0 : g->node_bytes[i];
	}
	percent = all / 100 ? far / (all / 100) : 0;
	if (percent < STRAY_PERCENT)
		return 0;
	return effect_add(out, KNOB_DEVICES, percent > MOST_PERCENT ? EFFECT_PARTLY : EFFECT_NOTE,
			  percent > MOST_PERCENT ? text_fmt("%s is far from its memory", name) : NULL,
			  text_fmt("%s is on node %u; %" PRIu64
				   "%% of the guest's memory is on other nodes: numa: "
				   "{mems: %u} before it starts",
				   name, node, percent, node));
}

static int one_device(const struct effect_args *a, const struct dev *d, struct effects *out)
{
	char name[ADDR_STR_LEN];
	size_t before = out->n;
	int rc = 0;

	addr_str(d->addr, name);
	if (!is_for_guests(d->driver))
		return effect_add(
			out, KNOB_DEVICES, EFFECT_NONE, text_fmt("%s is not held", name),
			*d->driver ? text_fmt("%s has the driver %s of the host: hvclaim claim %s -o %s",
					      name, d->driver, name, a->want->name)
				   : text_fmt("%s has no driver: hvclaim claim %s -o %s", name, name,
					      a->want->name));
	if (d->numa_node >= 0 && a->caps->n_nodes > 1) {
		rc = tell_cpus(a, name, (uint32_t)d->numa_node, out);
		if (!rc)
			rc = tell_memory(a, name, (uint32_t)d->numa_node, out);
	}
	if (rc || (out->n > before && effects_worst(out, KNOB_DEVICES) > EFFECT_NOTE))
		return rc;
	return effect_add(out, KNOB_DEVICES, EFFECT_FULL,
			  d->numa_node >= 0 ? text_fmt("%s on node %d", name, d->numa_node)
					    : text_fmt("%s", name),
			  NULL);
}

static int one_selector(const struct effect_args *a, const struct qos_device *q, const struct devs *all,
			struct effects *out)
{
	const struct select_env env = { .alias = find_alias, .data = (void *)(uintptr_t)a };
	const struct dev **picked = NULL;
	_cleanup_(freep) char *err = NULL;
	struct selector *s = NULL;
	size_t n = 0;
	int rc = selector_parse(q->selector, &env, &s, &err);

	if (!rc)
		rc = selector_match(s, all, &env, &picked, &n, &err);
	selector_free(s);
	if (rc && rc != -ENOMEM)
		rc = effect_add(out, KNOB_DEVICES, EFFECT_NONE, text_fmt("%s is not there", q->selector),
				text_fmt("%s: %s", q->selector, err ? err : strerror(-rc)));
	else
		for (size_t i = 0; i < n && !rc; i++)
			rc = one_device(a, picked[i], out);
	free(picked);
	return rc;
}

/* Classes are of threads: what a device writes to memory goes where the hardware lets it. */
static int tell_class(const struct effect_args *a, struct effects *out)
{
	const struct qos_class *c = a->want->class ? qos_class_find(a->qos, a->want->class) : NULL;
	const struct rdt_resource *l3 = &a->caps->rdt.res[RDT_L3];

	if (!c || !l3->present)
		return 0;
	return effect_add(
		out, KNOB_DEVICES, EFFECT_NOTE, NULL,
		text_fmt("the class %s is of the guest's threads: this kernel cannot put what its devices "
			 "write to the cache into a class; they use the ways %#jx",
			 c->name, (uintmax_t)(l3->shareable_bits ? l3->shareable_bits : l3->cbm_mask)));
}

int effect_devices(const struct effect_args *a, struct effects *out)
{
	struct devs all = { 0 };
	int rc;

	if (!a->want->n_devices)
		return 0;
	rc = sysdevs_load(a->fs, true, &all);
	if (rc == -ENOENT)
		return effect_add(out, KNOB_DEVICES, EFFECT_NONE, NULL, text_fmt("this host has no PCI bus"));
	for (size_t i = 0; i < a->want->n_devices && !rc; i++)
		rc = one_selector(a, &a->want->devices[i], &all, out);
	devs_free(&all);
	return rc ? rc : tell_class(a, out);
}
