// SPDX-License-Identifier: GPL-2.0-only
/*
 * plan_io.c - weights and limits of a guest on the host's disks; pure
 *
 * A weight has an effect where the disk's scheduler is bfq, or iocost is on for it. systemd makes io.weight and
 * io.bfq.weight from one number, and squeezes 100-10000 into bfq's 100-1000: 300 would become 118. A weight for
 * each bfq disk, stretched before, makes 300 of it.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/hostfs.h"
#include "plan/plan_priv.h"
#include "lib/units.h"

#define WEIGHT_DEFAULT 100
#define BFQ_MAX	       1000

static bool is_bfq(const struct caps_block *b)
{
	return b->scheduler && !strcmp(b->scheduler, "bfq");
}

static bool heeds_weights(const struct caps_block *b)
{
	return is_bfq(b) || b->iocost;
}

const struct caps_block *plan_block(const struct caps *c, const char *path)
{
	for (size_t i = 0; i < c->n_blocks && !strchr(path, '/'); i++)
		if (!strcmp(c->blocks[i].name, path))
			return &c->blocks[i];
	for (size_t i = 0; i < c->n_paths; i++)
		if (!strcmp(c->paths[i].path, path))
			return c->paths[i].block >= 0 ? &c->blocks[c->paths[i].block] : NULL;
	return NULL;
}

/* What systemd is told, so that bfq gets a weight: the inverse of its BFQ_WEIGHT(). */
static uint64_t for_bfq(uint64_t weight)
{
	if (weight > BFQ_MAX)
		weight = BFQ_MAX;
	return weight <= WEIGHT_DEFAULT ? weight : WEIGHT_DEFAULT + (weight - WEIGHT_DEFAULT) * 11;
}

/* The line of a text that starts with a word and a blank: what is behind it, or NULL. */
static char *line_of(const char *text, const char *word)
{
	size_t n = strlen(word);

	for (const char *line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
		if (!strncmp(line, word, n) && line[n] == ' ')
			return strndup(line + n + 1, strcspn(line + n + 1, "\n"));
	return NULL;
}

/* Whether a step before this one empties a property. */
static bool is_emptied(const struct subject *s, const char *prop)
{
	const struct plan *p = s->p->plan;

	for (size_t i = p->n_steps; i-- && p->steps[i].guest == s->index;)
		if (p->steps[i].kind == STEP_UNIT_PROPERTY && !strcmp(p->steps[i].key, prop) &&
		    !*p->steps[i].want)
			return true;
	return false;
}

/* One entry of a property with a number for each disk. */
static int device_property(struct subject *s, enum qos_knob knob, const char *prop,
			   const struct caps_block *b, uint64_t number, bool drifted)
{
	_cleanup_(freep) char *node = text_fmt("/dev/%s", b->name), *want = NULL, *have = NULL, *now = NULL;
	const char *all = guest_prop(s->g, prop);
	struct step *step;

	if (!node)
		return -ENOMEM;
	want = number == QOS_MAX ? text_fmt("%s infinity", node) : text_fmt("%s %" PRIu64, node, number);
	now = all ? line_of(all, node) : NULL;
	have = now ? text_fmt("%s %s", node, now) : NULL;
	if (!want || (now && !have))
		return -ENOMEM;
	/* a limit that is not there is no limit */
	if (!now && number == QOS_MAX && !drifted)
		return 0;
	step = plan_step_text(s->p, STEP_UNIT_PROPERTY, knob, s, s->g->unit, prop, want, have,
			      !have || strcmp(have, want) || drifted || is_emptied(s, prop));
	if (!step)
		return -ENOMEM;
	step->number = number;
	return 0;
}

/* "default" or the numbers of a disk, as the file has it now; bfq has its default without a word before it. */
static char *weight_now(const struct guest *g, const char *file, const char *word)
{
	const char *text = guest_file(g, file);
	char *now;

	if (!text)
		return NULL;
	now = line_of(text, word);
	if (!now && !strcmp(word, "default"))
		now = strndup(text, strcspn(text, "\n"));
	return now;
}

/* QOS_MAX takes the line of one disk away. */
static int weight_file(struct subject *s, const char *file, const char *word, uint64_t weight)
{
	_cleanup_(freep) char *now = weight_now(s->g, file, word);
	bool bare = !strcmp(file, "io.bfq.weight") && !strcmp(word, "default");
	_cleanup_(freep) char *want = weight == QOS_MAX ? text_fmt("%s default", word)
				      : bare		? text_fmt("%" PRIu64, weight)
							: text_fmt("%s %" PRIu64, word, weight);
	_cleanup_(freep) char *have = !now ? NULL : bare ? strdup(now) : text_fmt("%s %s", word, now);
	struct step *step;

	if (!want || (now && !have))
		return -ENOMEM;
	if (!now && weight == QOS_MAX)
		return 0;
	step = plan_step_text(s->p, STEP_CGROUP_FILE, KNOB_IO_WEIGHT, s, s->g->cgroup, file, want, have,
			      !have || strcmp(have, want));
	if (!step)
		return -ENOMEM;
	step->number = weight;
	return 0;
}

/* Whether any disk, or only one, needs a kind of weight. */
static bool any_block(const struct caps *c, const struct caps_block *b, bool bfq)
{
	for (size_t i = 0; i < c->n_blocks; i++)
		if ((!b || b == &c->blocks[i]) && (bfq ? is_bfq(&c->blocks[i]) : c->blocks[i].iocost))
			return true;
	return false;
}

/*
 * For all disks (@b NULL) or one of them; without systemd, in the files that this kernel has. As long as the
 * controller is off for the guest it has no files at all: then the disks tell which there will be.
 */
static int weight_files(struct subject *s, const struct caps_block *b, uint64_t weight)
{
	_cleanup_(freep) char *word = b ? text_fmt("%u:%u", b->major, b->minor) : strdup("default");
	bool on = !s->g->homeless && (guest_has_weights(s->g) || guest_file(s->g, "io.max"));
	bool off = !on && !s->clear;
	const struct caps *c = s->p->a->caps;
	int rc = 0;

	if (!word)
		return -ENOMEM;
	if (guest_file(s->g, "io.weight") || (off && any_block(c, b, false)))
		rc = weight_file(s, "io.weight", word, weight);
	if (!rc && (guest_file(s->g, "io.bfq.weight") || (off && any_block(c, b, true))))
		rc = weight_file(s, "io.bfq.weight", word,
				 weight > BFQ_MAX && weight != QOS_MAX ? BFQ_MAX : weight);
	return rc;
}

static int weight_of(struct subject *s, const struct caps_block *b, uint64_t weight)
{

	if (weight > BFQ_MAX && is_bfq(b)) {
		int rc = plan_note(s->p->plan, s->index, s->q->name, KNOB_IO_WEIGHT,
				   "%s: bfq knows weights up to %d: %" PRIu64 " is cut", b->name, BFQ_MAX,
				   weight);

		if (rc)
			return rc;
	}
	if (!plan_has_unit(s))
		return weight_files(s, b, weight);
	return device_property(s, KNOB_IO_WEIGHT, "IODeviceWeight", b, is_bfq(b) ? for_bfq(weight) : weight,
			       false);
}

static int no_effect(struct subject *s, const char *name, const char *scheduler)
{
	return plan_cannot(
		s, KNOB_IO_WEIGHT,
		"%s: no effect: its scheduler is %s and iocost is off; hvclaim io enable %s changes that",
		name, scheduler, name);
}

static bool gives_weight(const struct qos_guest *q, const struct caps *c, const struct caps_block *b)
{
	for (size_t i = 0; i < q->io.n_devices; i++)
		if (q->io.devices[i].weight && plan_block(c, q->io.devices[i].path) == b)
			return true;
	return false;
}

/* Whether io: devices: gives a disk a weight of its own. */
static bool has_own_weight(const struct subject *s, const struct caps_block *b)
{
	return gives_weight(s->q, s->p->a->caps, b);
}

/* Without systemd; what weight_everywhere() set for single disks as well. */
static int forget_weight(struct subject *s)
{
	const struct caps *c = s->p->a->caps;
	int rc = weight_files(s, NULL, WEIGHT_DEFAULT);

	for (size_t i = 0; i < c->n_blocks && !rc; i++)
		if (is_bfq(&c->blocks[i]) && !has_own_weight(s, &c->blocks[i]) &&
		    !(s->now && gives_weight(s->now, c, &c->blocks[i])))
			rc = weight_files(s, &c->blocks[i], QOS_MAX);
	return rc;
}

static int weight_everywhere(struct subject *s)
{
	const struct caps *c = s->p->a->caps;
	uint64_t weight = s->q->io.weight;
	bool heeded = false;
	int rc = 0;

	if (!weight)
		return 0;
	if (s->clear && plan_has_unit(s))
		return plan_number(s, KNOB_IO_WEIGHT, "IOWeight", "", QOS_MAX, NULL);
	if (s->clear)
		return forget_weight(s);
	for (size_t i = 0; i < c->n_blocks; i++)
		heeded = heeded || heeds_weights(&c->blocks[i]);
	if (!heeded && c->n_blocks)
		rc = plan_cannot(
			s, KNOB_IO_WEIGHT,
			"no effect: no disk of this host has the scheduler bfq or iocost on; hvclaim io "
			"enable DEVICE changes that");
	if (!rc && !plan_has_unit(s))
		rc = weight_files(s, NULL, weight);
	else if (!rc)
		rc = plan_number(s, KNOB_IO_WEIGHT, "IOWeight", "", weight, NULL);
	for (size_t i = 0; i < c->n_blocks && !rc; i++)
		if (is_bfq(&c->blocks[i]) && !has_own_weight(s, &c->blocks[i]) &&
		    (plan_has_unit(s) ? weight > WEIGHT_DEFAULT : weight > BFQ_MAX))
			rc = weight_of(s, &c->blocks[i], weight);
	return rc;
}

/** struct limit - one of the four, as everybody calls it */
struct limit {
	const char *key, *prop;
	uint64_t value; /* 0: not set */
};

/* The number behind KEY= in a line of io.max, QOS_MAX without limit. */
static uint64_t limit_now(const char *line, const char *key)
{
	_cleanup_(freep) char *word = text_fmt("%s=", key), *number = NULL;
	const char *at = line && word ? strstr(line, word) : NULL;
	uint64_t v;

	if (!at)
		return QOS_MAX;
	at += strlen(word);
	number = strndup(at, strcspn(at, " "));
	return number && units_number(number, 0, QOS_MAX - 1, &v) ? v : QOS_MAX;
}

static int limits_file(struct subject *s, const struct caps_block *b, const struct limit *limits,
		       const char *now)
{
	_cleanup_(freep) char *want = text_fmt("%u:%u", b->major, b->minor), *have = NULL;
	bool changes = false;
	int rc = 0;

	have = want ? strdup(want) : NULL;
	if (!have)
		return -ENOMEM;
	for (size_t i = 0; i < 4 && !rc; i++) {
		uint64_t is = limit_now(now, limits[i].key), v = limits[i].value;

		if (!v)
			continue;
		changes = changes || is != v;
		rc = v == QOS_MAX ? text_add(&want, " %s=max", limits[i].key)
				  : text_add(&want, " %s=%" PRIu64, limits[i].key, v);
		if (!rc)
			rc = is == QOS_MAX ? text_add(&have, " %s=max", limits[i].key)
					   : text_add(&have, " %s=%" PRIu64, limits[i].key, is);
	}
	if (!rc && !plan_step_text(s->p, STEP_CGROUP_FILE, KNOB_IO_MAX, s, s->g->cgroup, "io.max", want, have,
				   changes))
		rc = -ENOMEM;
	return rc;
}

static int limits(struct subject *s, const struct qos_io_device *d, const struct caps_block *b)
{
	struct limit v[] = {
		{ "rbps", "IOReadBandwidthMax", d->rbps },
		{ "wbps", "IOWriteBandwidthMax", d->wbps },
		{ "riops", "IOReadIOPSMax", d->riops },
		{ "wiops", "IOWriteIOPSMax", d->wiops },
	};
	_cleanup_(freep) char *numbers = text_fmt("%u:%u", b->major, b->minor), *now = NULL;
	const char *file = guest_file(s->g, "io.max");
	int rc = 0;

	if (!numbers)
		return -ENOMEM;
	if (!d->rbps && !d->wbps && !d->riops && !d->wiops)
		return 0;
	now = file ? line_of(file, numbers) : NULL;
	for (size_t i = 0; s->clear && i < 4; i++)
		v[i].value = v[i].value ? QOS_MAX : 0;
	if (!plan_has_unit(s))
		return limits_file(s, b, v, now);
	for (size_t i = 0; i < 4 && !rc; i++)
		if (v[i].value)
			rc = device_property(s, KNOB_IO_MAX, v[i].prop, b, v[i].value,
					     file && limit_now(now, v[i].key) != v[i].value);
	return rc;
}

/* Another path of the guest, before this one, to the same disk: one of the two would win, each time another one. */
static const char *same_disk(const struct subject *s, const struct qos_io_device *d)
{
	const struct caps *c = s->p->a->caps;
	const struct caps_block *b = plan_block(c, d->path);

	for (const struct qos_io_device *o = s->q->io.devices; o < d; o++)
		if (plan_block(c, o->path) == b)
			return o->path;
	return NULL;
}

static int device(struct subject *s, const struct qos_io_device *d)
{
	const struct caps_block *b = plan_block(s->p->a->caps, d->path);
	const char *same = b ? same_disk(s, d) : NULL;
	int rc = 0;

	if (!b && s->clear)
		return 0;
	if (!b)
		return plan_wrong(s, d->line, "io: devices: %s: there is no such disk", d->path);
	if (same && s->clear)
		return 0;
	if (same)
		return plan_wrong(s, d->line, "io: devices: %s: is on the disk %s, as is %s: one of them",
				  d->path, b->name, same);
	if (d->weight && !heeds_weights(b) && !s->clear)
		rc = no_effect(s, b->name, b->scheduler ? b->scheduler : "none");
	if (!rc && d->weight && !s->clear)
		rc = weight_of(s, b, d->weight);
	else if (!rc && d->weight && !plan_has_unit(s))
		rc = weight_files(s, b, QOS_MAX);
	return rc ? rc : limits(s, d, b);
}

/* systemd cannot forget one disk's weight, only all of them: those that stay are set again. */
static int forget_weights(struct subject *s)
{
	const char *have = guest_prop(s->g, "IODeviceWeight");

	if (!s->clear || !plan_has_unit(s) || !have || !*have)
		return 0;
	return plan_step_text(s->p, STEP_UNIT_PROPERTY, KNOB_IO_WEIGHT, s, s->g->unit, "IODeviceWeight", "",
			      have, true)
		       ? 0
		       : -ENOMEM;
}

int plan_io(struct subject *s)
{
	uint32_t set = qos_guest_knobs(s->p->a->qos, s->q);
	enum qos_knob knob = set >> KNOB_IO_WEIGHT & 1 ? KNOB_IO_WEIGHT : KNOB_IO_MAX;
	bool yields;
	int rc;

	if (!(set >> KNOB_IO_WEIGHT & 1) && !(set >> KNOB_IO_MAX & 1))
		return 0;
	rc = plan_yields(s, knob, &yields);
	if (rc || yields)
		return rc;
	if (!s->p->a->caps->has_io)
		return plan_cannot(s, knob, "the io controller is not there for guests");
	if (set >> KNOB_IO_WEIGHT & 1)
		rc = forget_weights(s);
	if (!rc)
		rc = weight_everywhere(s);
	for (size_t i = 0; i < s->q->io.n_devices && !rc; i++)
		rc = device(s, &s->q->io.devices[i]);
	return rc;
}
