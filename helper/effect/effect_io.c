// SPDX-License-Identifier: GPL-2.0-only
/*
 * effect_io.c - I/O weights, limits and priorities
 *
 * A weight does something only where somebody looks at it: bfq reads io.bfq.weight, iocost reads io.weight.
 * Nobody else does, and nothing says so.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "effect/effect_priv.h"
#include "lib/units.h"

static bool is_bfq(const struct caps_block *b)
{
	return !strcmp(b->scheduler, "bfq");
}

/* What has no queue of its own passes requests on to disks that do. */
static bool is_disk(const struct caps_block *b)
{
	static const char *const none[] = { "loop", "ram", "zram", "dm-", "md", "sr", "fd", "nbd" };

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		if (!strncmp(b->name, none[i], strlen(none[i])))
			return false;
	return true;
}

static const struct caps_block *block_of(const struct effect_args *a, const char *path)
{
	for (size_t i = 0; i < a->caps->n_paths; i++)
		if (!strcmp(a->caps->paths[i].path, path) && a->caps->paths[i].block >= 0)
			return &a->caps->blocks[a->caps->paths[i].block];
	return NULL;
}

/* The weight in a file of lines "default 100" and "8:0 300" for a disk. */
static uint64_t weight_in(const char *text, const struct caps_block *b)
{
	uint64_t value, found = 0;
	uint32_t major, minor;

	for (const char *line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
		if (sscanf(line, "%9u:%9u %" SCNu64, &major, &minor, &value) == 3 && major == b->major &&
		    minor == b->minor)
			return value;
		if (sscanf(line, "default %" SCNu64, &value) == 1 ||
		    sscanf(line, "%" SCNu64 "\n", &value) == 1)
			found = value;
	}
	return found;
}

static const char *no_effect_words(const struct caps_block *b)
{
	return strcmp(b->scheduler, "none") ? "does not look at weights" : "looks at nothing";
}

/* One disk that a weight is meant for. */
static int disk_weight(const struct effect_args *a, const struct caps_block *b, uint64_t want,
		       struct effects *out, size_t *good)
{
	const struct guest *g = effect_guest(a);
	const char *file = is_bfq(b) ? "io.bfq.weight" : "io.weight";
	_cleanup_(freep) char *text = effect_read(a, g->cgroup, file);
	uint64_t have = weight_in(text, b);

	if (!is_bfq(b) && !b->iocost)
		return effect_add(out, KNOB_IO_WEIGHT, EFFECT_NONE, text_fmt("no effect on %s", b->name),
				  text_fmt("%s: its scheduler %s %s, and iocost is off: "
					   "hvclaim io enable /dev/%s --bfq, or --iocost",
					   b->name, b->scheduler, no_effect_words(b), b->name));
	if (!text)
		return effect_add(out, KNOB_IO_WEIGHT, EFFECT_NONE, text_fmt("no effect on %s", b->name),
				  text_fmt("%s has no %s: the controller io is not on there", g->cgroup,
					   file));
	++*good;
	/* both look at once is what the kernel allows and nobody wants */
	if (is_bfq(b) && b->iocost)
		return effect_add(out, KNOB_IO_WEIGHT, EFFECT_NOTE, NULL,
				  text_fmt("%s: bfq and iocost are both on: they share the disk out twice",
					   b->name));
	if (is_bfq(b) && have != want)
		return effect_add(
			out, KNOB_IO_WEIGHT, EFFECT_PARTLY, text_fmt("%" PRIu64 " on %s", have, b->name),
			text_fmt("bfq's weights end at 1000%s: ratios to other groups differ",
				 g->unit ? ", and systemd scales weights above 100 down to that" : ""));
	return effect_add(out, KNOB_IO_WEIGHT, EFFECT_FULL,
			  text_fmt("%" PRIu64 " on %s (%s)", have, b->name, is_bfq(b) ? "bfq" : "iocost"),
			  NULL);
}

/* A weight of all disks: one word about those where nobody looks, as it may not be the guest's disk. */
static int all_disks(const struct effect_args *a, struct effects *out)
{
	_cleanup_(freep) char *blind = NULL;
	size_t n = 0, good = 0;
	int rc = 0;

	for (size_t i = 0; i < a->caps->n_blocks && !rc; i++) {
		const struct caps_block *b = &a->caps->blocks[i];

		if (!is_disk(b))
			continue;
		n++;
		if (is_bfq(b) || b->iocost)
			rc = disk_weight(a, b, a->want->io.weight, out, &good);
		else
			rc = text_add(&blind, "%s%s (%s)", blind ? ", " : "", b->name, b->scheduler);
	}
	if (rc || !blind)
		return rc  ? rc
		       : n ? 0
			   : effect_add(out, KNOB_IO_WEIGHT, EFFECT_NOTE, NULL,
					text_fmt("the host has no disks"));
	return effect_add(
		out, KNOB_IO_WEIGHT, good ? EFFECT_NOTE : EFFECT_NONE, text_fmt("no effect on %s", blind),
		text_fmt("neither bfq nor iocost is on there: hvclaim io enable DEVICE --bfq, or --iocost"));
}

static int weights(const struct effect_args *a, struct effects *out)
{
	const struct qos_io *io = &a->want->io;
	size_t good = 0;
	int rc = io->weight ? all_disks(a, out) : 0;

	for (size_t i = 0; i < io->n_devices && !rc; i++) {
		const struct caps_block *b = block_of(a, io->devices[i].path);

		if (io->devices[i].weight && b)
			rc = disk_weight(a, b, io->devices[i].weight, out, &good);
	}
	return rc;
}

/* "rbps=" in the line of a disk; QOS_MAX when there is no such line */
static uint64_t limit_in(const char *text, const struct caps_block *b, const char *key)
{
	_cleanup_(freep) char *head = text_fmt("%u:%u ", b->major, b->minor);
	const char *line = text, *at;
	uint64_t value;

	while (line && head && strncmp(line, head, strlen(head)))
		line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL;
	at = line ? strstr(line, key) : NULL;
	if (!at || at > line + strcspn(line, "\n"))
		return QOS_MAX;
	return sscanf(at + strlen(key), "%" SCNu64, &value) == 1 ? value : QOS_MAX;
}

/* A limit of a group above that is tighter. */
static int limits_above(const struct effect_args *a, const struct caps_block *b, const char *key,
			uint64_t have, struct effects *out)
{
	char *path = effect_above(effect_guest(a)->cgroup), *next;
	int rc = 0;

	for (; path && !rc; next = effect_above(path), free(path), path = next) {
		_cleanup_(freep) char *text = effect_read(a, path, "io.max");
		uint64_t limit = limit_in(text, b, key);

		if (limit < have)
			rc = effect_add(out, KNOB_IO_MAX, EFFECT_PARTLY, text_fmt("%s%" PRIu64, key, limit),
					text_fmt("%s: %s above has that limit, which is tighter", b->name,
						 path));
	}
	free(path);
	return rc;
}

static int limits(const struct effect_args *a, const struct qos_io_device *d, struct effects *out)
{
	static const char *const keys[] = { "rbps=", "wbps=", "riops=", "wiops=" };
	const uint64_t want[] = { d->rbps, d->wbps, d->riops, d->wiops };
	const struct guest *g = effect_guest(a);
	const struct caps_block *b = block_of(a, d->path);
	_cleanup_(freep) char *text = effect_read(a, g->cgroup, "io.max"), *have = NULL;
	bool lost = false;
	int rc = 0;

	if (!b)
		return effect_add(out, KNOB_IO_MAX, EFFECT_NONE, NULL, text_fmt("%s: no such disk", d->path));
	if (!text)
		return effect_add(out, KNOB_IO_MAX, EFFECT_NONE, NULL,
				  text_fmt("%s has no io.max: the controller io is not on there", g->cgroup));
	for (int i = 0; i < 4 && !rc; i++) {
		uint64_t limit = limit_in(text, b, keys[i]);

		if (!want[i])
			continue;
		lost = lost || (limit == QOS_MAX && want[i] != QOS_MAX);
		if (limit != QOS_MAX && text_add(&have, "%s%s%" PRIu64, have ? " " : "", keys[i], limit))
			return -ENOMEM;
		rc = limits_above(a, b, keys[i], limit, out);
	}
	if (rc)
		return rc;
	return effect_add(out, KNOB_IO_MAX, lost ? EFFECT_PARTLY : EFFECT_FULL,
			  text_fmt("%s on %s", have ? have : "no limit", b->name), NULL);
}

/* bfq and mq-deadline look at priorities; none and kyber do not. */
static int priority(const struct effect_args *a, struct effects *out)
{
	_cleanup_(freep) char *blind = NULL;
	size_t good = 0;

	for (size_t i = 0; i < a->caps->n_blocks; i++) {
		const struct caps_block *b = &a->caps->blocks[i];

		if (!is_disk(b))
			continue;
		if (is_bfq(b) || !strcmp(b->scheduler, "mq-deadline"))
			good++;
		else if (text_add(&blind, "%s%s (%s)", blind ? ", " : "", b->name, b->scheduler))
			return -ENOMEM;
	}
	if (!blind)
		return effect_add(out, KNOB_IO_PRIORITY, EFFECT_FULL, NULL, NULL);
	return effect_add(out, KNOB_IO_PRIORITY, good ? EFFECT_NOTE : EFFECT_NONE,
			  text_fmt("no effect on %s", blind),
			  text_fmt("only bfq and mq-deadline look at I/O priorities"));
}

int effect_io(const struct effect_args *a, struct effects *out)
{
	const struct qos_io *io = &a->want->io;
	int rc = weights(a, out);

	for (size_t i = 0; i < io->n_devices && !rc; i++) {
		const struct qos_io_device *d = &io->devices[i];

		if (d->rbps || d->wbps || d->riops || d->wiops)
			rc = limits(a, d, out);
	}
	if (!rc && io->prio != IOPRIO_UNSET)
		rc = priority(a, out);
	return rc;
}
