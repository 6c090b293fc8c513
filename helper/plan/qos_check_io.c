// SPDX-License-Identifier: GPL-2.0-only
/*
 * qos_check_io.c - limits of I/O of all guests together, by disk; pure
 *
 * A partition is its disk. What is stacked on disks (dm, md) passes its requests on: a limit there counts for each
 * disk below, as any of them may have to serve all of it.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/hostfs.h"
#include "plan/qos_check_priv.h"
#include "lib/units.h"

/** enum io_kind - one of the four limits */
enum io_kind {
	IO_RBPS,
	IO_WBPS,
	IO_RIOPS,
	IO_WIOPS,
	IO_KINDS
};

/** struct io_sum - one kind of limit on one disk */
struct io_sum {
	uint64_t total;
	size_t with; /* guests that have one */
};

static uint64_t limit_of(const struct qos_io_device *d, enum io_kind kind)
{
	const uint64_t v[IO_KINDS] = { d->rbps, d->wbps, d->riops, d->wiops };

	return v[kind] == QOS_MAX ? 0 : v[kind];
}

static uint64_t plus(uint64_t a, uint64_t b)
{
	uint64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? QOS_MAX : sum;
}

static uint64_t times(uint64_t a, uint64_t b)
{
	uint64_t product;

	return __builtin_mul_overflow(a, b, &product) ? QOS_MAX : product;
}

static int block_at(const struct checking *c, const char *path)
{
	for (size_t i = 0; i < c->caps->n_paths; i++)
		if (!strcmp(c->caps->paths[i].path, path))
			return c->caps->paths[i].block;
	return -1;
}

static bool stands_on(const struct caps_block *b, size_t disk)
{
	for (size_t i = 0; i < b->n_below; i++)
		if (b->below[i] == disk)
			return true;
	return false;
}

/* What one guest may do to a disk: its limit there holds whatever it has above; 0 without any. */
static uint64_t share_of(const struct checking *c, const struct qos_io *io, size_t disk, enum io_kind kind)
{
	uint64_t above = 0;

	for (size_t i = 0; i < io->n_devices; i++) {
		uint64_t limit = limit_of(&io->devices[i], kind);
		int block = limit ? block_at(c, io->devices[i].path) : -1;

		if (block < 0)
			continue;
		if ((size_t)block == disk)
			return limit;
		if (stands_on(&c->caps->blocks[block], disk))
			above = plus(above, limit);
	}
	return above;
}

static int say_sum(struct checking *c, size_t disk, enum io_kind kind, const struct io_sum *s)
{
	static const char *const words[IO_KINDS] = {
		[IO_RBPS] = "bytes read",
		[IO_WBPS] = "bytes written",
		[IO_RIOPS] = "reads",
		[IO_WIOPS] = "writes",
	};
	_cleanup_(freep) char *what =
		text_fmt("%s, %s of %zu guests", c->caps->blocks[disk].name, words[kind], s->with);

	if (!what)
		return -ENOMEM;
	return check_sum(c, what,
			 kind <= IO_WBPS ? units_amount_str((struct amount){ AMOUNT_RATE, s->total })
					 : text_fmt("%" PRIu64 "/s", s->total),
			 NULL, NULL, true);
}

static int check_disk(struct checking *c, size_t disk)
{
	int rc = 0;

	for (enum io_kind kind = 0; kind < IO_KINDS && !rc; kind++) {
		struct io_sum sum = { 0 };

		for (size_t i = 0; i < c->q->n_guests; i++) {
			uint64_t share = share_of(c, &c->q->guests[i].io, disk, kind);
			size_t copies = c->copies[i] ? c->copies[i] : 1;

			sum.with += share ? copies : 0;
			sum.total = plus(sum.total, times(share, copies));
		}
		if (sum.with)
			rc = say_sum(c, disk, kind, &sum);
	}
	return rc;
}

/* A path that leads nowhere, or to the same disk as another one of the guest: a disk has one limit of a kind. */
static int check_path(struct checking *c, const struct qos_guest *g, size_t n)
{
	const struct qos_io_device *d = &g->io.devices[n];
	int block = block_at(c, d->path);

	if (block < 0)
		return check_wrong(c, g, d->line, "io: devices: %s: there is no such disk", d->path);
	for (size_t i = 0; i < n; i++)
		if (block_at(c, g->io.devices[i].path) == block)
			return check_wrong(c, g, d->line,
					   "io: devices: %s: is on the disk %s, as is %s: one of them",
					   d->path, c->caps->blocks[block].name, g->io.devices[i].path);
	return 0;
}

int check_disks(struct checking *c)
{
	int rc = 0;

	for (size_t i = 0; i < c->q->n_guests && !rc; i++)
		for (size_t k = 0; k < c->q->guests[i].io.n_devices && !rc; k++)
			rc = check_path(c, &c->q->guests[i], k);
	for (size_t i = 0; i < c->caps->n_blocks && !rc; i++)
		if (!c->caps->blocks[i].n_below)
			rc = check_disk(c, i);
	return rc;
}
