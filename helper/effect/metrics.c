// SPDX-License-Identifier: GPL-2.0-only
/*
 * metrics.c - families of metrics, and writing them
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "effect/metrics.h"

static const struct {
	const char *name, *type, *help;
} families[METRICS] = {
	[METRIC_INFO] = { "hvclaim_guest_info", "gauge", "A guest that runs; the value is always 1." },
	[METRIC_THREADS] = { "hvclaim_guest_threads", "gauge", "Threads of a guest by role." },
	[METRIC_CPU] = { "hvclaim_guest_cpu_seconds_total", "counter", "CPU time that a guest used." },
	[METRIC_PERIODS] = { "hvclaim_guest_cpu_quota_periods_total", "counter",
			     "Periods in which a guest with a quota ran." },
	[METRIC_THROTTLED_PERIODS] = { "hvclaim_guest_cpu_throttled_periods_total", "counter",
				       "Periods in which a guest's quota was used up." },
	[METRIC_THROTTLED] = { "hvclaim_guest_cpu_throttled_seconds_total", "counter",
			       "Time for which a guest's CPUs were stopped by its quota." },
	[METRIC_PRESSURE_WAITING] = { "hvclaim_guest_pressure_waiting_seconds_total", "counter",
				      "Time in which some threads of a guest waited for a resource." },
	[METRIC_PRESSURE_STALLED] = { "hvclaim_guest_pressure_stalled_seconds_total", "counter",
				      "Time in which all threads of a guest waited for a resource." },
	[METRIC_MEMORY] = { "hvclaim_guest_memory_bytes", "gauge", "Memory that a guest's cgroup holds." },
	[METRIC_IO] = { "hvclaim_guest_io_bytes_total", "counter",
			"Bytes that a guest read and wrote, by disk." },
	[METRIC_IO_OPERATIONS] = { "hvclaim_guest_io_operations_total", "counter",
				   "Reads and writes of a guest, by disk." },
	[METRIC_OCCUPANCY] = { "hvclaim_guest_cache_occupancy_bytes", "gauge",
			       "Bytes of an L3 cache that a monitored guest holds." },
	[METRIC_BANDWIDTH] = { "hvclaim_guest_memory_traffic_bytes_total", "counter",
			       "Bytes between an L3 cache and memory, for a monitored guest." },
	[METRIC_DEVICE] = { "hvclaim_device_info", "gauge",
			    "A device in the ledger, with its state; the value is always 1." },
};

static int escape(char **text, const char *value)
{
	int rc = 0;

	for (; *value && !rc; value++)
		rc = *value == '\n'		       ? text_add(text, "\\n")
		     : *value == '"' || *value == '\\' ? text_add(text, "\\%c", *value)
						       : text_add(text, "%c", *value);
	return rc;
}

int metrics_add(struct metrics *m, enum metric family, const char *const *labels, uint64_t value,
		uint32_t divisor)
{
	char **text = &m->text[family];
	int rc = text_add(text, "%s{", families[family].name);

	for (size_t i = 0; labels[i] && !rc; i += 2) {
		rc = text_add(text, "%s%s=\"", i ? "," : "", labels[i]);
		if (!rc)
			rc = escape(text, labels[i + 1]);
		if (!rc)
			rc = text_add(text, "\"");
	}
	if (rc)
		return rc;
	if (divisor == 1)
		return text_add(text, "} %" PRIu64 "\n", value);
	return text_add(text, "} %" PRIu64 ".%06" PRIu64 "\n", value / divisor, value % divisor);
}

void metrics_print(const struct metrics *m, FILE *out)
{
	for (size_t i = 0; i < METRICS; i++)
		if (m->text[i])
			fprintf(out, "# HELP %s %s\n# TYPE %s %s\n%s", families[i].name, families[i].help,
				families[i].name, families[i].type, m->text[i]);
}

/* node_exporter reads whenever it likes: the file is there from one moment to the next, or as it was */
int metrics_write(const struct metrics *m, const char *path)
{
	_cleanup_(freep) char *part = text_fmt("%s.XXXXXX", path);
	int fd = part ? mkostemp(part, O_CLOEXEC) : -1, rc;
	FILE *f;

	if (fd < 0)
		return part ? -errno : -ENOMEM;
	f = fdopen(fd, "w");
	if (!f) {
		rc = -errno;
		close(fd);
		unlink(part);
		return rc;
	}
	metrics_print(m, f);
	rc = fflush(f) || ferror(f) || fchmod(fd, 0644) ? -errno : 0;
	if (fclose(f) && !rc)
		rc = -errno;
	if (!rc && rename(part, path))
		rc = -errno;
	if (rc)
		unlink(part);
	return rc;
}

void metrics_free(struct metrics *m)
{
	for (size_t i = 0; i < METRICS; i++)
		free(m->text[i]);
	memset(m, 0, sizeof(*m));
}
