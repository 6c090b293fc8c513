// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage_net.c - what the host does over a function's network interfaces
 *
 * Addresses and default routes, also those of the bonds, bridges and VLANs stacked on it. That an interface is
 * up, or has an upper device at all, in any network namespace, is the kernel's finding (netdev-busy).
 */
#define _GNU_SOURCE 1
#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "usage/usage_priv.h"

/* More interfaces stacked on one than this are not looked at */
#define IFS_MAX 64

struct iface {
	char name[IF_NAMESIZE];
	const char *lower; /* the function's own interface below it, or NULL when it is that */
};

struct ifaces {
	struct iface v[IFS_MAX];
	size_t n;
};

static void add(struct ifaces *all, const char *name, const char *lower)
{
	for (size_t i = 0; i < all->n; i++)
		if (!strcmp(all->v[i].name, name))
			return;
	if (all->n == IFS_MAX || strlen(name) >= IF_NAMESIZE)
		return;
	memcpy(all->v[all->n].name, name, strlen(name) + 1);
	all->v[all->n++].lower = lower;
}

static int load_netifs(struct usage *u)
{
	_cleanup_(closedirp) DIR *d = NULL;
	struct dirent *e;

	if (u->netifs.loaded)
		return 0;
	u->netifs.loaded = true;
	d = hostfs_dir("%s/class/net", u->fs.sysfs);
	while (d && (e = dir_next(d))) {
		_cleanup_(netif_clear) struct netif n = { .name = strdup(e->d_name) };

		n.path = hostfs_device("%s/class/net/%s", u->fs.sysfs, e->d_name);
		if (!n.name || (!n.path && errno == ENOMEM))
			return -ENOMEM;
		if (n.path && list_push(&u->netifs, &n))
			return -ENOMEM;
	}
	return 0;
}

/* Interfaces below the function (virtio has a device in between), then what is stacked on them. */
static int collect(struct usage *u, const char *sysdir, struct ifaces *all)
{
	struct dirent *e;
	int rc = load_netifs(u);

	for (size_t i = 0; !rc && i < u->netifs.n; i++)
		if (path_below(u->netifs.v[i].path, sysdir))
			add(all, u->netifs.v[i].name, NULL);
	for (size_t i = 0; i < all->n; i++) {
		const struct iface *on = &all->v[i];
		_cleanup_(closedirp) DIR *uppers = hostfs_dir("%s/class/net/%s", u->fs.sysfs, on->name);

		while (uppers && (e = dir_next(uppers)))
			if (!strncmp(e->d_name, "upper_", 6))
				add(all, e->d_name + 6, on->lower ? on->lower : on->name);
	}
	return rc;
}

/* Link-local addresses come with every interface that is up: not a use. */
static bool worth_telling(const struct sockaddr *sa)
{
	if (sa->sa_family == AF_INET6)
		return !IN6_IS_ADDR_LINKLOCAL(&((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr);
	return sa->sa_family == AF_INET;
}

static unsigned int prefix_length(const struct sockaddr *mask)
{
	const unsigned char *p;
	unsigned int bits = 0;
	size_t n;

	if (!mask)
		return 0;
	if (mask->sa_family == AF_INET6) {
		p = (const void *)&((const struct sockaddr_in6 *)(const void *)mask)->sin6_addr;
		n = 16;
	} else {
		p = (const void *)&((const struct sockaddr_in *)(const void *)mask)->sin_addr;
		n = 4;
	}
	for (size_t i = 0; i < n; i++)
		bits += (unsigned int)__builtin_popcount(p[i]);
	return bits;
}

static int say_addresses(const struct dev *dev, const struct iface *i, const struct ifaddrs *addrs,
			 struct findings *out)
{
	_cleanup_(freep) char *list = NULL;
	size_t n = 0;

	for (; addrs; addrs = addrs->ifa_next) {
		const struct sockaddr *sa = addrs->ifa_addr;
		char text[INET6_ADDRSTRLEN];
		const void *bytes;

		if (!sa || strcmp(addrs->ifa_name, i->name) || !worth_telling(sa))
			continue;
		bytes = sa->sa_family == AF_INET6
				? (const void *)&((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr
				: (const void *)&((const struct sockaddr_in *)(const void *)sa)->sin_addr;
		if (!inet_ntop(sa->sa_family, bytes, text, sizeof(text)))
			continue;
		if (text_add(&list, "%s%s/%u", n++ ? ", " : "", text, prefix_length(addrs->ifa_netmask)))
			return -ENOMEM;
	}
	if (!n)
		return 0;
	return usage_say(out, dev, HVCLAIM_SEVERITY_ASK, "%s has the address%s %s%s%s", i->name,
			 n > 1 ? "es" : "", list, i->lower ? ", on " : "", i->lower ? i->lower : "");
}

/* The interface of a line of the kernel's routing tables, when the line is a default route. */
static bool default_route4(const char *line, char name[IF_NAMESIZE])
{
	unsigned int dest, gateway, flags, mask;
	char iface[64];

	/* Iface Destination Gateway Flags RefCnt Use Metric Mask */
	if (sscanf(line, "%63s %8x %8x %4x %*s %*s %*s %8x", iface, &dest, &gateway, &flags, &mask) != 5 ||
	    dest || mask || !(flags & RTF_UP) || (flags & RTF_REJECT) || strlen(iface) >= IF_NAMESIZE)
		return false;
	memcpy(name, iface, strlen(iface) + 1);
	return true;
}

static bool default_route6(const char *line, char name[IF_NAMESIZE])
{
	char dest[64], iface[64];
	unsigned int plen, flags;

	/* destination, its prefix length, source, its length, next hop, metric, refcnt, use, flags, interface */
	if (sscanf(line, "%63s %2x %*s %*s %*s %*s %*s %*s %8x %63s", dest, &plen, &flags, iface) != 4 ||
	    plen || strspn(dest, "0") != strlen(dest) || !(flags & RTF_UP) || (flags & RTF_REJECT) ||
	    strlen(iface) >= IF_NAMESIZE)
		return false;
	memcpy(name, iface, strlen(iface) + 1);
	return true;
}

static const struct {
	const char *file, *words;
	bool (*parse)(const char *line, char name[IF_NAMESIZE]);
} tables[] = {
	{ "route", "", default_route4 },
	{ "ipv6_route", "IPv6 ", default_route6 },
};

#define N_TABLES (sizeof(tables) / sizeof(tables[0]))

/* Whether a routing table has a default route through an interface. */
static bool default_route(const struct usage *u, size_t table, const char *iface)
{
	_cleanup_(freep) char *text = hostfs_read(NULL, "%s/net/%s", u->fs.proc, tables[table].file);
	char name[IF_NAMESIZE], *save = NULL;
	char *line = text ? strtok_r(text, "\n", &save) : NULL;

	for (; line; line = strtok_r(NULL, "\n", &save))
		if (tables[table].parse(line, name) && !strcmp(name, iface))
			return true;
	return false;
}

static int say_routes(const struct usage *u, const struct dev *dev, const struct iface *i,
		      struct findings *out)
{
	int rc = 0;

	for (size_t t = 0; !rc && t < N_TABLES; t++)
		if (default_route(u, t, i->name))
			rc = usage_say(out, dev, HVCLAIM_SEVERITY_ASK,
				       "the %sdefault route goes through %s%s%s", tables[t].words, i->name,
				       i->lower ? ", on " : "", i->lower ? i->lower : "");
	return rc;
}

int usage_net_default(struct usage *u, const char *sysdir)
{
	struct ifaces all = { .n = 0 };
	int rc = collect(u, sysdir, &all);
	bool found = false;

	if (rc)
		return rc;
	for (size_t i = 0; !found && i < all.n; i++)
		for (size_t t = 0; !found && t < N_TABLES; t++)
			found = default_route(u, t, all.v[i].name);
	return found;
}

int usage_net(struct usage *u, const struct dev *dev, const char *sysdir, struct findings *out)
{
	struct ifaces all = { .n = 0 };
	struct ifaddrs *addrs = NULL;
	int rc = collect(u, sysdir, &all);

	if (rc || !all.n)
		return rc;
	if (getifaddrs(&addrs))
		addrs = NULL;
	for (size_t i = 0; !rc && i < all.n; i++) {
		rc = say_routes(u, dev, &all.v[i], out);
		if (!rc)
			rc = say_addresses(dev, &all.v[i], addrs, out);
	}
	freeifaddrs(addrs);
	return rc;
}
