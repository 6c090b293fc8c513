// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest_libvirt.c - libvirt's records of its running domains
 *
 * /run/libvirt/qemu/NAME.xml is what libvirtd itself reads after a restart: the process, the threads of the vCPUs
 * and the definition as it runs. libvirtd is not asked: it may be stopped, or be waiting for us (hooks).
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guest/guest_priv.h"
#include "lib/xml.h"

/* more are no vCPUs of any QEMU */
#define VCPUS_MAX 4096

/* elements of a definition that set what we set, too; below the element @under of the domain */
static const struct {
	const char *under, *element;
	enum qos_area area;
} tunes[] = {
	{ "cputune", "shares", AREA_CPU },
	{ "cputune", "quota", AREA_CPU },
	{ "cputune", "global_quota", AREA_CPU },
	{ "cputune", "emulator_quota", AREA_CPU },
	{ "cputune", "iothread_quota", AREA_CPU },
	{ "cputune", "vcpupin", AREA_PIN },
	{ "cputune", "emulatorpin", AREA_PIN },
	{ "cputune", "iothreadpin", AREA_PIN },
	{ "cputune", "cachetune", AREA_CLASS },
	{ "cputune", "memorytune", AREA_CLASS },
	{ "numatune", "memory", AREA_NUMA },
	{ "numatune", "memnode", AREA_NUMA },
	{ "blkiotune", "weight", AREA_IO },
	{ "blkiotune", "device", AREA_IO },
	{ "memtune", "hard_limit", AREA_MEMORY },
	{ "memtune", "soft_limit", AREA_MEMORY },
	{ "memtune", "swap_hard_limit", AREA_MEMORY },
	{ "memtune", "min_guarantee", AREA_MEMORY },
};

#define N_TUNES (sizeof(tunes) / sizeof(tunes[0]))

int guest_foreign_add(struct guest_foreign **v, size_t *n, enum qos_area area, const char *what)
{
	struct guest_foreign *grown = realloc(*v, (*n + 1) * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	*v = grown;
	grown[*n] = (struct guest_foreign){ .area = area, .what = strdup(what) };
	return grown[*n].what ? (++*n, 0) : -ENOMEM;
}

static void domain_clear(struct libvirt_domain *d)
{
	free(d->name);
	free(d->uuid);
	free(d->vcpus);
	for (size_t i = 0; i < d->n_foreign; i++)
		free(d->foreign[i].what);
	free(d->foreign);
	memset(d, 0, sizeof(*d));
}

static long number(xmlNode *n, const char *attribute)
{
	_cleanup_(freep) char *text = xml_attribute(n, attribute);
	char *end;
	long value;

	if (!text || !*text)
		return -1;
	errno = 0;
	value = strtol(text, &end, 10);
	return errno || *end || value < 0 || value > INT32_MAX ? -1 : value;
}

static int read_vcpus(struct libvirt_domain *d, xmlNode *list)
{
	for (xmlNode *n = list ? list->children : NULL; n; n = n->next) {
		long id = xml_is(n, "vcpu") ? number(n, "id") : -1, pid = number(n, "pid");
		pid_t *v;

		if (id < 0 || id >= VCPUS_MAX || pid <= 0)
			continue;
		if ((size_t)id >= d->n_vcpus) {
			v = realloc(d->vcpus, ((size_t)id + 1) * sizeof(*v));
			if (!v)
				return -ENOMEM;
			memset(v + d->n_vcpus, 0, ((size_t)id + 1 - d->n_vcpus) * sizeof(*v));
			d->vcpus = v;
			d->n_vcpus = (size_t)id + 1;
		}
		d->vcpus[id] = (pid_t)pid;
	}
	return 0;
}

static int read_tunes(struct libvirt_domain *d, xmlNode *domain)
{
	_cleanup_(freep) char *cpuset = xml_attribute(xml_child(domain, "vcpu"), "cpuset");
	char *what[AREAS] = { NULL };
	int rc = 0;

	for (size_t i = 0; i < N_TUNES && !rc; i++) {
		char **w = &what[tunes[i].area];

		if (xml_child(xml_child(domain, tunes[i].under), tunes[i].element))
			rc = *w ? text_add(w, ", %s", tunes[i].element)
				: text_add(w, "libvirt's %s: %s", tunes[i].under, tunes[i].element);
	}
	if (!rc && cpuset)
		rc = text_add(&what[AREA_PIN], what[AREA_PIN] ? ", %s" : "libvirt's %s", "vcpu cpuset");
	for (size_t i = 0; i < AREAS; i++) {
		if (what[i] && !rc)
			rc = guest_foreign_add(&d->foreign, &d->n_foreign, (enum qos_area)i, what[i]);
		free(what[i]);
	}
	return rc;
}

static int read_domain(struct libvirt_domains *all, const char *path)
{
	_cleanup_(xml_doc_freep) xmlDoc *doc = NULL;
	_cleanup_(domain_clear) struct libvirt_domain d = { 0 };
	int rc = xml_read(path, &doc);
	xmlNode *status = xml_root(doc);
	xmlNode *domain = status && xml_is(status, "domstatus") ? xml_child(status, "domain") : NULL;
	struct libvirt_domain *v;
	long pid = domain ? number(status, "pid") : -1;

	if (rc || pid <= 0)
		return rc; /* not a record of a running domain */
	d.pid = (pid_t)pid;
	d.name = xml_text(xml_child(domain, "name"));
	d.uuid = xml_text(xml_child(domain, "uuid"));
	if (!d.name || !*d.name)
		return 0;
	rc = read_vcpus(&d, xml_child(status, "vcpus"));
	if (!rc)
		rc = read_tunes(&d, domain);
	v = rc ? NULL : realloc(all->v, (all->n + 1) * sizeof(*v));
	if (!v)
		return -ENOMEM;
	all->v = v;
	v[all->n++] = d;
	memset(&d, 0, sizeof(d));
	return 0;
}

int libvirt_domains_read(const struct hostfs *fs, struct libvirt_domains *out)
{
	_cleanup_(closedirp) DIR *dir = hostfs_dir("%s/libvirt/qemu", fs->run);
	struct dirent *e;
	int rc = 0;

	memset(out, 0, sizeof(*out));
	while (!rc && dir && (e = dir_next(dir))) {
		size_t n = strlen(e->d_name);
		_cleanup_(freep) char *path = NULL;

		if (n < 5 || strcmp(e->d_name + n - 4, ".xml"))
			continue;
		path = text_fmt("%s/libvirt/qemu/%s", fs->run, e->d_name);
		rc = path ? read_domain(out, path) : -ENOMEM;
	}
	if (rc)
		libvirt_domains_free(out);
	return rc;
}

void libvirt_domains_free(struct libvirt_domains *all)
{
	for (size_t i = 0; i < all->n; i++)
		domain_clear(&all->v[i]);
	free(all->v);
	memset(all, 0, sizeof(*all));
}
