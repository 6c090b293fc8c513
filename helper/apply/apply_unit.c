// SPDX-License-Identifier: GPL-2.0-only
/*
 * apply_unit.c - properties of systemd's units
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "apply/apply_unit.h"
#include "guest/sdmanager.h"
#include "lib/units.h"

/* seconds for systemd to put a process into a scope: it may be busy starting guests */
#define SCOPE_WAIT 30

enum prop_type {
	PROP_NUMBER,  /* t */
	PROP_LIST,    /* ay: bits */
	PROP_DEVICES, /* a(st) */
};

/* numbers that a unit has which nobody told anything: UINT64_MAX but for these */
static const struct {
	const char *name;
	enum prop_type type;
	uint64_t none;
} props[] = {
	{ "CPUWeight", PROP_NUMBER, UINT64_MAX },
	{ "CPUQuotaPerSecUSec", PROP_NUMBER, UINT64_MAX },
	{ "CPUQuotaPeriodUSec", PROP_NUMBER, UINT64_MAX },
	{ "AllowedCPUs", PROP_LIST, 0 },
	{ "AllowedMemoryNodes", PROP_LIST, 0 },
	{ "IOWeight", PROP_NUMBER, UINT64_MAX },
	{ "IODeviceWeight", PROP_DEVICES, UINT64_MAX },
	{ "IOReadBandwidthMax", PROP_DEVICES, UINT64_MAX },
	{ "IOWriteBandwidthMax", PROP_DEVICES, UINT64_MAX },
	{ "IOReadIOPSMax", PROP_DEVICES, UINT64_MAX },
	{ "IOWriteIOPSMax", PROP_DEVICES, UINT64_MAX },
	{ "MemoryMin", PROP_NUMBER, 0 },
	{ "MemoryLow", PROP_NUMBER, 0 },
	{ "MemoryHigh", PROP_NUMBER, UINT64_MAX },
	{ "MemoryMax", PROP_NUMBER, UINT64_MAX },
	{ "MemorySwapMax", PROP_NUMBER, UINT64_MAX },
};

#define N_PROPS (sizeof(props) / sizeof(props[0]))

void unit_manager_close(struct unit_manager *m)
{
	if (m->bus)
		m->bus = libsystemd.sd_bus_flush_close_unref(m->bus);
}

static int connect_to(struct unit_manager *m, char **err)
{
	return m->bus ? 0 : sdmanager_open(&m->bus, err);
}

static int find_prop(const char *name)
{
	for (size_t i = 0; i < N_PROPS; i++)
		if (!strcmp(props[i].name, name))
			return (int)i;
	return -EINVAL;
}

static bool number_of(const char *text, uint64_t *n)
{
	if (!strcmp(text, "infinity")) {
		*n = UINT64_MAX;
		return true;
	}
	return units_number(text, 0, UINT64_MAX, n);
}

static int append_number(sd_bus_message *m, const char *text, uint64_t none)
{
	uint64_t n = none;

	if (text && !number_of(text, &n))
		return -EINVAL;
	return libsystemd.sd_bus_message_append(m, "v", "t", n);
}

static int append_list(sd_bus_message *m, const char *text)
{
	struct idset *set = text && *text ? calloc(1, sizeof(*set)) : NULL;
	uint8_t *bits = calloc(1, IDSET_MAX / 8);
	size_t len = 0;
	int rc = bits ? 0 : -ENOMEM;

	if (!rc && text && *text && (!set || !units_list(text, set)))
		rc = -EINVAL;
	for (uint32_t i = 0; set && !rc && i < IDSET_MAX; i++)
		if (idset_has(set, i)) {
			bits[i / 8] |= (uint8_t)(1 << i % 8);
			len = i / 8 + 1;
		}
	if (!rc)
		rc = libsystemd.sd_bus_message_open_container(m, 'v', "ay");
	if (rc >= 0)
		rc = libsystemd.sd_bus_message_append_array(m, 'y', bits, len);
	if (rc >= 0)
		rc = libsystemd.sd_bus_message_close_container(m);
	free(bits);
	free(set);
	return rc;
}

/* The last word is the number: a path may have spaces. */
static int append_device(sd_bus_message *m, const char *text)
{
	const char *space = strrchr(text, ' ');
	_cleanup_(freep) char *path = space ? strndup(text, (size_t)(space - text)) : NULL;
	uint64_t n;

	if (!path || !number_of(space + 1, &n))
		return -EINVAL;
	return libsystemd.sd_bus_message_append(m, "(st)", path, n);
}

/* One "PATH NUMBER" a line; none empties systemd's list, else it adds to that. */
static int append_devices(sd_bus_message *m, const char *lines)
{
	_cleanup_(freep) char *copy = strdup(lines ? lines : "");
	char *rest = copy, *line;
	int rc = copy ? libsystemd.sd_bus_message_open_container(m, 'v', "a(st)") : -ENOMEM;

	if (rc >= 0)
		rc = libsystemd.sd_bus_message_open_container(m, 'a', "(st)");
	while (rc >= 0 && (line = strsep(&rest, "\n")))
		if (*line)
			rc = append_device(m, line);
	if (rc >= 0)
		rc = libsystemd.sd_bus_message_close_container(m);
	return rc < 0 ? rc : libsystemd.sd_bus_message_close_container(m);
}

static int append_property(sd_bus_message *m, const char *name, const char *value)
{
	int i = find_prop(name), rc;

	if (i < 0)
		return i;
	rc = libsystemd.sd_bus_message_open_container(m, 'r', "sv");
	if (rc >= 0)
		rc = libsystemd.sd_bus_message_append(m, "s", name);
	if (rc < 0)
		return rc;
	switch (props[i].type) {
	case PROP_NUMBER:
		rc = append_number(m, value, props[i].none);
		break;
	case PROP_LIST:
		rc = append_list(m, value);
		break;
	case PROP_DEVICES:
		rc = append_devices(m, value);
		break;
	}
	return rc < 0 ? rc : libsystemd.sd_bus_message_close_container(m);
}

/*
 * A device's entry in a list cannot be taken out: the list is emptied, and filled with what the guest had
 * there when it was read.
 */
static int append_step(sd_bus_message *m, const struct step *s, const struct guest *g, bool undo)
{
	int i = find_prop(s->key), rc;
	const char *all;

	if (!undo)
		return append_property(m, s->key, s->want);
	if (i < 0 || props[i].type != PROP_DEVICES)
		return append_property(m, s->key, s->have);
	all = g ? guest_prop(g, s->key) : NULL;
	rc = append_property(m, s->key, NULL);
	return rc < 0 || !all || !*all ? rc : append_property(m, s->key, all);
}

static int call(struct unit_manager *m, sd_bus_message *msg, const char *unit, char **err)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	int rc = libsystemd.sd_bus_call(m->bus, msg, 0, &error, NULL);

	if (rc < 0) {
		*err = text_fmt("%s: %s", unit, error.message ? error.message : strerror(-rc));
		if (libsystemd.sd_bus_error_has_name(&error, SD_DESTINATION ".NoSuchUnit"))
			rc = -ESRCH;
	}
	libsystemd.sd_bus_error_free(&error);
	return rc < 0 ? rc : 0;
}

int apply_unit(struct unit_manager *m, const struct guest *g, const struct step *const *steps, size_t n,
	       bool undo, char **err)
{
	sd_bus_message *msg = NULL;
	int rc = connect_to(m, err), runtime = 1;

	if (rc < 0)
		return rc;
	rc = libsystemd.sd_bus_message_new_method_call(m->bus, &msg, SD_DESTINATION, SD_PATH, SD_MANAGER,
						       "SetUnitProperties");
	if (rc >= 0)
		rc = libsystemd.sd_bus_message_append(msg, "sb", steps[0]->target, runtime);
	if (rc >= 0)
		rc = libsystemd.sd_bus_message_open_container(msg, 'a', "(sv)");
	for (size_t i = 0; i < n && rc >= 0; i++)
		rc = append_step(msg, steps[i], g, undo);
	if (rc >= 0)
		rc = libsystemd.sd_bus_message_close_container(msg);
	if (rc < 0)
		*err = text_fmt("%s: cannot ask systemd: %s", steps[0]->target, strerror(-rc));
	else
		rc = call(m, msg, steps[0]->target, err);
	libsystemd.sd_bus_message_unref(msg);
	return rc < 0 ? rc : 0;
}

static int append_scope(sd_bus_message *m, const struct guest *g)
{
	int rc = libsystemd.sd_bus_message_append(m, "ss", g->unit, "fail");

	if (rc >= 0)
		rc = libsystemd.sd_bus_message_open_container(m, 'a', "(sv)");
	if (rc >= 0)
		rc = libsystemd.sd_bus_message_append(m, "(sv)", "Description", "s", g->name);
	if (rc >= 0)
		rc = libsystemd.sd_bus_message_append(m, "(sv)", "Slice", "s", "machine.slice");
	if (rc >= 0)
		rc = libsystemd.sd_bus_message_append(m, "(sv)", "PIDs", "au", 1, (uint32_t)g->pid);
	/* a scope that failed to stop would keep its name for ever */
	if (rc >= 0)
		rc = libsystemd.sd_bus_message_append(m, "(sv)", "CollectMode", "s", "inactive-or-failed");
	if (rc >= 0)
		rc = libsystemd.sd_bus_message_close_container(m);
	return rc < 0 ? rc : libsystemd.sd_bus_message_append(m, "a(sa(sv))", 0);
}

static bool is_in(const struct hostfs *fs, const struct guest *g)
{
	_cleanup_(freep) char *text = hostfs_read(NULL, "%s/%d/cgroup", fs->proc, g->pid);
	const char *line = text ? strstr(text, "0::") : NULL;
	size_t n = strlen(g->cgroup);

	return line && !strncmp(line + 3, g->cgroup, n) && (!line[3 + n] || strchr("\n/", line[3 + n]));
}

int unit_make_scope(struct unit_manager *m, const struct hostfs *fs, const struct guest *g, char **err)
{
	const struct timespec pause = { .tv_nsec = 5000000 };
	sd_bus_message *msg = NULL;
	int rc = connect_to(m, err);

	if (rc < 0)
		return rc;
	rc = libsystemd.sd_bus_message_new_method_call(m->bus, &msg, SD_DESTINATION, SD_PATH, SD_MANAGER,
						       "StartTransientUnit");
	if (rc >= 0)
		rc = append_scope(msg, g);
	if (rc < 0)
		*err = text_fmt("%s: cannot ask systemd: %s", g->unit, strerror(-rc));
	else
		rc = call(m, msg, g->unit, err);
	libsystemd.sd_bus_message_unref(msg);
	for (int i = 0; rc >= 0 && !is_in(fs, g); i++) {
		if (i == SCOPE_WAIT * 200) {
			*err = text_fmt("%s: systemd did not put process %d into it", g->unit, g->pid);
			return -ETIMEDOUT;
		}
		nanosleep(&pause, NULL);
	}
	return rc < 0 ? rc : 0;
}
