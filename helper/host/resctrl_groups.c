// SPDX-License-Identifier: GPL-2.0-only
/*
 * resctrl_groups.c - the groups of resctrl, and the caches that their values are about
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/append.h"
#include "lib/units.h"
#include "host/resctrl_priv.h"

static size_t count_lines(const char *text)
{
	size_t n = *text ? 1 : 0;

	for (; (text = strchr(text, '\n')); text++)
		n++;
	return n;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names of directories, sorted; none when @path cannot be read. */
static int list_dirs(const char *path, char ***names, size_t *n)
{
	_cleanup_(closedirp) DIR *d = opendir(path);
	struct dirent *e;

	*names = NULL;
	*n = 0;
	while (d && (e = dir_next(d))) {
		char **name;

		if (e->d_type != DT_DIR)
			continue;
		name = append(*names, *n);
		if (name)
			*name = strdup(e->d_name);
		if (!name || !*name)
			return -ENOMEM;
	}
	if (*n)
		qsort(*names, *n, sizeof(**names), by_name);
	return 0;
}

static int read_group(const char *root, struct rdt_group *g, char **err)
{
	_cleanup_(freep) char *dir = text_fmt("%s%s%s", root, *g->name ? "/" : "", g->name);
	_cleanup_(freep) char *schemata = NULL, *mode = NULL, *tasks = NULL, *cpus = NULL, *mons = NULL;
	int rc;

	if (!dir)
		return -ENOMEM;
	g->owner = rdt_owner_of(g->name);
	schemata = hostfs_read(NULL, "%s/schemata", dir);
	/* hardware that only monitors has none */
	if (!schemata && errno != ENOENT)
		rc = -errno;
	else
		rc = schemata_parse(schemata, g->schemata);
	if (rc) {
		*err = text_fmt("%s/schemata: %s", dir, rc == -EINVAL ? "not understood" : strerror(-rc));
		return rc;
	}
	mode = hostfs_value(NULL, "%s/mode", dir);
	if (mode && !strcmp(mode, "exclusive"))
		g->mode = RDT_EXCLUSIVE;
	else if (mode && !strncmp(mode, "pseudo-locked", strlen("pseudo-locked")))
		g->mode = RDT_PSEUDO_LOCKED;
	/* all threads of the host are in the root's: nobody asks, and the list is long */
	tasks = *g->name ? hostfs_read(NULL, "%s/tasks", dir) : NULL;
	g->n_tasks = tasks ? count_lines(tasks) : 0;
	cpus = hostfs_value(NULL, "%s/cpus_list", dir);
	g->has_cpus = cpus && *cpus;
	mons = text_fmt("%s/mon_groups", dir);
	return mons ? list_dirs(mons, &g->mons, &g->n_mons) : -ENOMEM;
}

static bool is_group(const char *name)
{
	return strcmp(name, "info") && strcmp(name, "mon_groups") && strcmp(name, "mon_data");
}

static int add_group(struct caps_rdt *out, const char *root, const char *name, char **err)
{
	struct rdt_group *g = append(out->groups, out->n_groups);

	if (g)
		g->name = strdup(name);
	return g && g->name ? read_group(root, g, err) : -ENOMEM;
}

int resctrl_groups(const struct hostfs *fs, struct caps_rdt *out, char **err)
{
	_cleanup_(freep) char *root = text_fmt("%s/fs/resctrl", fs->sysfs);
	char **names = NULL;
	size_t n = 0;
	int rc;

	rc = root ? list_dirs(root, &names, &n) : -ENOMEM;
	if (!rc)
		rc = add_group(out, root, "", err);
	for (size_t i = 0; i < n && !rc; i++)
		if (is_group(names[i]))
			rc = add_group(out, root, names[i], err);
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
	return rc;
}

static bool read_u32(uint32_t *out, char *suffix, const char *cache, const char *file)
{
	_cleanup_(freep) char *text = hostfs_value(NULL, "%s/%s", cache, file);

	*suffix = '\0';
	return text && sscanf(text, "%u%c", out, suffix) >= 1;
}

/* One CPU's cache: the domain with its id has this CPU and those that share it, and this size. */
static void see_cache(struct rdt_resource *r, unsigned int level, uint32_t cpu, const char *cache)
{
	_cleanup_(freep) char *sharing = NULL;
	uint32_t its_level, id, size;
	struct idset all = {};
	char unit;

	if (!read_u32(&its_level, &unit, cache, "level") || its_level != level ||
	    !read_u32(&id, &unit, cache, "id"))
		return;
	sharing = hostfs_value(NULL, "%s/shared_cpu_list", cache);
	if (sharing && *sharing)
		units_list(sharing, &all);
	for (size_t i = 0; i < r->n_doms; i++) {
		struct rdt_dom *d = &r->doms[i];

		if (d->id != id)
			continue;
		idset_add(&d->cpus, cpu);
		idset_join(&d->cpus, &all);
		if (!d->size && read_u32(&size, &unit, cache, "size"))
			d->size = (uint64_t)size << (unit == 'M' ? 20 : unit == 'K' ? 10 : 0);
	}
}

/* Its cache was seen with another CPU. */
static bool was_seen(const struct rdt_resource *r, uint32_t cpu)
{
	for (size_t i = 0; i < r->n_doms; i++)
		if (idset_has(&r->doms[i].cpus, cpu))
			return true;
	return false;
}

int resctrl_doms(const struct hostfs *fs, struct rdt_resource *r, unsigned int level)
{
	_cleanup_(closedirp) DIR *cpus = hostfs_dir("%s/devices/system/cpu", fs->sysfs);
	struct dirent *e;

	while (cpus && (e = dir_next(cpus))) {
		_cleanup_(closedirp) DIR *caches = NULL;
		struct dirent *c;
		uint32_t cpu;
		int end = 0;

		if (sscanf(e->d_name, "cpu%u%n", &cpu, &end) != 1 || e->d_name[end] || was_seen(r, cpu))
			continue;
		caches = hostfs_dir("%s/devices/system/cpu/%s/cache", fs->sysfs, e->d_name);
		while (caches && (c = dir_next(caches))) {
			_cleanup_(freep) char *cache = NULL;

			if (strncmp(c->d_name, "index", strlen("index")))
				continue;
			cache = text_fmt("%s/devices/system/cpu/%s/cache/%s", fs->sysfs, e->d_name,
					 c->d_name);
			if (!cache)
				return -ENOMEM;
			see_cache(r, level, cpu, cache);
		}
	}
	return 0;
}
