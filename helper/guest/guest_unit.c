// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest_unit.c - what systemd has set for the units of guests
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "guest/guest_priv.h"
#include "guest/sdmanager.h"
#include "lib/units.h"

/* seconds for all answers together: systemd may be busy starting guests */
#define TIMEOUT 60

static const char *const names[] = {
	"CPUWeight",	       "CPUQuotaPerSecUSec", "CPUQuotaPeriodUSec", "AllowedCPUs",
	"AllowedMemoryNodes",  "IOWeight",	     "IODeviceWeight",	   "IOReadBandwidthMax",
	"IOWriteBandwidthMax", "IOReadIOPSMax",	     "IOWriteIOPSMax",	   "MemoryMin",
	"MemoryLow",	       "MemoryHigh",	     "MemoryMax",	   "MemorySwapMax",
};

#define N_NAMES (sizeof(names) / sizeof(names[0]))

/* knobs of which systemd has one of these */
static const uint32_t with_property = 1U << KNOB_CPU_WEIGHT | 1U << KNOB_CPU_QUOTA | 1U << KNOB_CPU_CPUS |
				      1U << KNOB_NUMA_MEMS | 1U << KNOB_IO_WEIGHT | 1U << KNOB_IO_MAX |
				      1U << KNOB_MEMORY_MIN | 1U << KNOB_MEMORY_LOW | 1U << KNOB_MEMORY_HIGH |
				      1U << KNOB_MEMORY_MAX | 1U << KNOB_MEMORY_SWAP;

static bool wanted(const char *name)
{
	for (size_t i = 0; i < N_NAMES; i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

/* one call under way */
struct asking {
	struct guest *g;
	size_t *pending;
	int rc; /* the first failure */
};

static char *number_text(uint64_t n)
{
	return n == UINT64_MAX ? strdup("infinity") : text_fmt("%" PRIu64, n);
}

static char *list_text(const uint8_t *bits, size_t len)
{
	struct idset *set = calloc(1, sizeof(*set));
	char *text;

	for (size_t i = 0; set && i < len * 8; i++)
		if (bits[i / 8] >> i % 8 & 1)
			idset_add(set, (uint32_t)i);
	text = set ? units_list_str(set) : NULL;
	free(set);
	return text;
}

static int read_devices(sd_bus_message *m, char **text)
{
	int rc = libsystemd.sd_bus_message_enter_container(m, 'a', "(st)");
	const char *path;
	uint64_t n;

	*text = strdup("");
	while (rc >= 0 && *text && (rc = libsystemd.sd_bus_message_read(m, "(st)", &path, &n)) > 0)
		rc = n == UINT64_MAX ? text_add(text, "%s%s infinity", **text ? "\n" : "", path)
				     : text_add(text, "%s%s %" PRIu64, **text ? "\n" : "", path, n);
	return rc < 0 ? rc : libsystemd.sd_bus_message_exit_container(m);
}

/* The variant that stands next in the message. */
static int read_value(sd_bus_message *m, struct guest *g, const char *name)
{
	const char *type;
	const void *bits;
	char *text = NULL;
	uint64_t n;
	size_t len;
	char kind;
	int rc = libsystemd.sd_bus_message_peek_type(m, &kind, &type);

	if (rc >= 0)
		rc = libsystemd.sd_bus_message_enter_container(m, 'v', type);
	if (rc < 0)
		return rc;
	if (!strcmp(type, "t")) {
		rc = libsystemd.sd_bus_message_read(m, "t", &n);
		text = rc < 0 ? NULL : number_text(n);
	} else if (!strcmp(type, "ay")) {
		rc = libsystemd.sd_bus_message_read_array(m, 'y', &bits, &len);
		text = rc < 0 ? NULL : list_text(bits, len);
	} else if (!strcmp(type, "a(st)")) {
		rc = read_devices(m, &text);
	} else {
		rc = libsystemd.sd_bus_message_skip(m, type);
		return rc < 0 ? rc : libsystemd.sd_bus_message_exit_container(m);
	}
	if (rc < 0) {
		free(text);
		return rc;
	}
	rc = guest_value_set(&g->props, &g->n_props, name, text);
	return rc < 0 ? rc : libsystemd.sd_bus_message_exit_container(m);
}

static int read_answer(sd_bus_message *m, struct guest *g)
{
	int rc = libsystemd.sd_bus_message_enter_container(m, 'a', "{sv}");
	const char *name;

	while (rc >= 0 && (rc = libsystemd.sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
		rc = libsystemd.sd_bus_message_read(m, "s", &name);
		if (rc >= 0)
			rc = wanted(name) ? read_value(m, g, name) : libsystemd.sd_bus_message_skip(m, "v");
		if (rc >= 0)
			rc = libsystemd.sd_bus_message_exit_container(m);
	}
	return rc < 0 ? rc : 0;
}

/* A unit that has ended meanwhile has no properties: the guest is then found gone when it is changed. */
static int answered(sd_bus_message *m, void *arg, sd_bus_error *error)
{
	struct asking *a = arg;

	(void)error;
	--*a->pending;
	if (!libsystemd.sd_bus_message_is_method_error(m, NULL))
		a->rc = read_answer(m, a->g);
	return 0;
}

static int ask(sd_bus *bus, struct asking *a)
{
	_cleanup_(freep) char *path = sdmanager_unit_path(a->g->unit);
	const char *dot = strrchr(a->g->unit, '.');
	const char *interface = dot && !strcmp(dot, ".service") ? SD_DESTINATION ".Service"
								: SD_DESTINATION ".Scope";

	if (!path)
		return -ENOMEM;
	++*a->pending;
	return libsystemd.sd_bus_call_method_async(bus, NULL, SD_DESTINATION, path,
						   "org.freedesktop.DBus.Properties", "GetAll", answered, a,
						   "s", interface);
}

int units_values_read(struct guests *all, char **err)
{
	struct asking *calls = calloc(all->n + 1, sizeof(*calls));
	size_t pending = 0;
	sd_bus *bus = NULL;
	int rc = calls ? 0 : -ENOMEM;

	for (size_t i = 0; i < all->n && rc >= 0; i++) {
		const struct guest *g = &all->v[i];

		if (!g->unit || g->homeless || g->n_props || !(g->knobs & with_property))
			continue;
		if (!bus)
			rc = sdmanager_open(&bus, err);
		if (rc < 0)
			break;
		calls[i] = (struct asking){ .g = &all->v[i], .pending = &pending };
		rc = ask(bus, &calls[i]);
	}
	/* all questions are under way at once: a host has hundreds of guests */
	while (rc >= 0 && pending) {
		rc = libsystemd.sd_bus_process(bus, NULL);
		if (!rc)
			rc = libsystemd.sd_bus_wait(bus, TIMEOUT * 1000000ULL) > 0 ? 0 : -ETIMEDOUT;
	}
	for (size_t i = 0; i < all->n && rc >= 0; i++)
		rc = calls[i].rc;
	if (rc < 0 && !*err)
		*err = text_fmt("cannot read systemd's units: %s", strerror(-rc));
	if (bus)
		libsystemd.sd_bus_flush_close_unref(bus);
	free(calls);
	return rc < 0 ? rc : 0;
}
