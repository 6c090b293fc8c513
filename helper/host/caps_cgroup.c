// SPDX-License-Identifier: GPL-2.0-only
/*
 * caps_cgroup.c - which cgroups the host has
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <string.h>

#include "host/cgroup.h"

#define MOUNT "/sys/fs/cgroup"

/* what one line of mountinfo says */
struct mount {
	char *at;    /* points into the line */
	char *type;  /* of the file system */
	char *super; /* its options */
};

/* "36 35 98:0 /root /at options [optional…] - type source super" */
static bool split(char *line, struct mount *m)
{
	char *fields[5], *rest = strstr(line, " - ");

	if (!rest)
		return false;
	*rest = '\0';
	rest += 3;
	for (size_t i = 0; i < 5; i++) {
		fields[i] = strsep(&line, " ");
		if (!fields[i])
			return false;
	}
	m->at = fields[4];
	m->type = strsep(&rest, " ");
	if (rest)
		strsep(&rest, " ");
	m->super = rest ? rest : (char *)"";
	return true;
}

/* A hierarchy of version 1 with controllers; systemd's own one, name=systemd, has none. */
static bool is_v1(const struct mount *m)
{
	return !strcmp(m->type, "cgroup") && !strstr(m->super, "name=");
}

static bool has_word(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *c = list; (c = strstr(c, word)); c += n)
		if ((c == list || c[-1] == ' ') && (c[n] == ' ' || !c[n]))
			return true;
	return false;
}

static enum cgroup_mode mode_of(char *mountinfo)
{
	bool v1 = false, v2 = false, here = false;
	struct mount m;
	char *line;

	while ((line = strsep(&mountinfo, "\n"))) {
		if (!split(line, &m))
			continue;
		v1 |= is_v1(&m);
		v2 |= !strcmp(m.type, "cgroup2");
		here |= !strcmp(m.type, "cgroup2") && !strcmp(m.at, MOUNT);
	}
	/* some tool's net_cls of version 1 elsewhere takes nothing away that is needed: the controllers tell */
	if (here)
		return HOST_CGROUP_V2;
	return v1 && v2 ? HOST_CGROUP_HYBRID : v1 ? HOST_CGROUP_V1 : HOST_CGROUP_NONE;
}

int caps_cgroup(const struct hostfs *fs, struct caps *c)
{
	_cleanup_(freep) char *mounts = hostfs_read(NULL, "%s/self/mountinfo", fs->proc);
	_cleanup_(freep) char *names = NULL;
	_cleanup_(closedirp) DIR *systemd = hostfs_dir("%s/systemd/system", fs->run);

	if (!mounts && errno == ENOMEM)
		return -ENOMEM;
	c->cgroup = mounts ? mode_of(mounts) : HOST_CGROUP_NONE;
	c->systemd = systemd; /* as sd_booted() finds out */
	if (c->cgroup != HOST_CGROUP_V2)
		return 0;
	names = hostfs_value(NULL, "%s/fs/cgroup/cgroup.controllers", fs->sysfs);
	if (!names)
		return errno == ENOMEM ? -ENOMEM : 0;
	c->has_cpu = has_word(names, "cpu");
	c->has_cpuset = has_word(names, "cpuset");
	c->has_io = has_word(names, "io");
	c->has_memory = has_word(names, "memory");
	return 0;
}

const char *cgroup_refusal(enum cgroup_mode mode)
{
	switch (mode) {
	case HOST_CGROUP_V2:
		return NULL;
	case HOST_CGROUP_V1:
		return "this host has cgroup v1, and guests' shares need cgroup v2 on " MOUNT
		       ": with systemd boot with systemd.unified_cgroup_hierarchy=1";
	case HOST_CGROUP_HYBRID:
		return "this host has cgroup v1 and v2 side by side (hybrid), and guests' shares need cgroup "
		       "v2 "
		       "alone on " MOUNT ": with systemd boot with systemd.unified_cgroup_hierarchy=1";
	case HOST_CGROUP_NONE:
		break;
	}
	return "cgroup v2 is not mounted on " MOUNT ", and guests' shares need it: "
	       "mount -t cgroup2 none " MOUNT;
}
