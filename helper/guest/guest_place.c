// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest_place.c - which cgroup and which unit is a guest's own; pure
 *
 * A guest's process is often in a cgroup below its own one: libvirt makes scope/libvirt/emulator. And it may be
 * in one that is not its own at all: somebody's session, or the root.
 */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "guest/guest_priv.h"

static bool ends(const char *s, size_t n, const char *with)
{
	size_t k = strlen(with);

	return n > k && !strncmp(s + n - k, with, k);
}

static bool starts(const char *s, size_t n, const char *with)
{
	size_t k = strlen(with);

	return n >= k && !strncmp(s, with, k);
}

/*
 * A login session holds a user's other programs as well, and units below user@N.service are those of the user's
 * own systemd, which the system's one cannot change.
 */
static bool is_user(const char *name, size_t n)
{
	return starts(name, n, "session-") || starts(name, n, "user@");
}

int guest_place(struct guest *g, const char *path)
{
	const char *c = path, *unit = NULL, *end = NULL;
	size_t unit_len = 0;

	g->cgroup = NULL;
	g->unit = NULL;
	g->homeless = true;
	while (*c == '/' && c[1]) {
		size_t n = strcspn(++c, "/");

		if (ends(c, n, ".scope") || ends(c, n, ".service")) {
			if (is_user(c, n))
				return 0;
			/*
			 * The system's manager has its units in slices only: what looks like one further down was
			 * made by whom the cgroup was delegated to.
			 */
			unit = c;
			unit_len = n;
			end = c + n;
			break;
		} else if (ends(c, n, ".libvirt-qemu")) {
			end = c + n; /* without systemd: /machine/qemu-1-db1.libvirt-qemu/libvirt/emulator */
		}
		c += n;
	}
	if (!end && strcmp(path, "/"))
		end = path + strlen(path);
	if (!end)
		return 0;
	g->homeless = false;
	g->cgroup = strndup(path, (size_t)(end - path));
	if (unit)
		g->unit = strndup(unit, unit_len);
	return g->cgroup && (!unit || g->unit) ? 0 : -ENOMEM;
}

/* As systemd-escape does, which is fit for the name of a cgroup as well. */
static char *escape(const char *name)
{
	static const char hex[] = "0123456789abcdef";
	char *out = malloc(strlen(name) * 4 + 1), *to = out;

	for (const char *c = name; out && *c; c++) {
		unsigned char u = (unsigned char)*c;

		if (isalnum(u) || u == '_' || u == ':' || (u == '.' && c != name)) {
			*to++ = *c;
		} else {
			*to++ = '\\';
			*to++ = 'x';
			*to++ = hex[u >> 4];
			*to++ = hex[u & 15];
		}
	}
	if (out)
		*to = '\0';
	return out;
}

/* two guests of one name cannot have one cgroup; a stranger takes no name from another */
static bool name_taken(const struct guests *all, const struct guest *g)
{
	for (size_t i = 0; i < all->n; i++)
		if (&all->v[i] != g && !strcmp(all->v[i].name, g->name) &&
		    (g->stranger || !all->v[i].stranger))
			return true;
	return false;
}

int guest_own_cgroup(const struct guests *all, struct guest *g, bool systemd)
{
	_cleanup_(freep) char *name = escape(g->name), *pid = NULL;

	free(g->cgroup);
	free(g->unit);
	g->cgroup = g->unit = NULL;
	g->homeless = true;
	pid = name && name_taken(all, g) ? text_fmt("-%d", g->pid ? g->pid : (int)g->domid) : strdup("");
	if (!name || !pid)
		return -ENOMEM;
	if (systemd) {
		g->unit = text_fmt("hvclaim-%s%s.scope", name, pid);
		g->cgroup = g->unit ? text_fmt("/machine.slice/%s", g->unit) : NULL;
	} else {
		g->cgroup = text_fmt("/hvclaim/%s%s", name, pid);
	}
	return g->cgroup ? 0 : -ENOMEM;
}

/* So that the cgroups below one are next to it: no letter comes before the slash. */
static int by_path(const void *a, const void *b)
{
	const char *x = (*(struct guest *const *)a)->cgroup, *y = (*(struct guest *const *)b)->cgroup;

	while (*x && *x == *y)
		x++, y++;
	if (!*x || !*y)
		return !!*x - !!*y;
	return *x == '/' ? -1 : *y == '/' ? 1 : *x - *y;
}

/* Whether somebody else is in the same cgroup, or in one below it; @all: in the order of their paths. */
static bool shared(struct guest *const *all, size_t n, size_t i)
{
	return (i + 1 < n && path_below(all[i + 1]->cgroup, all[i]->cgroup)) ||
	       (i && !strcmp(all[i - 1]->cgroup, all[i]->cgroup));
}

static void find_losers(struct guests *all, struct guest **homes, bool *lose)
{
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].cgroup && !all->v[i].homeless)
			homes[n++] = &all->v[i];
		else
			lose[i] = all->v[i].kind != GUEST_XEN && all->v[i].homeless;
	qsort(homes, n, sizeof(*homes), by_path);
	for (size_t i = 0; i < n; i++)
		lose[homes[i] - all->v] = homes[i]->kind != GUEST_XEN && shared(homes, n, i);
}

int guests_own_cgroups(struct guests *all, bool systemd)
{
	struct guest **homes = calloc(all->n + 1, sizeof(*homes));
	bool *lose = calloc(all->n + 1, sizeof(*lose));
	int rc = lose && homes ? 0 : -ENOMEM;

	if (!rc)
		find_losers(all, homes, lose);
	for (size_t i = 0; i < all->n && !rc; i++)
		if (lose[i])
			rc = guest_own_cgroup(all, &all->v[i], systemd);
	free(homes);
	free(lose);
	return rc;
}
