/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * plan_priv.h - what the files plan*.c share, and nobody else sees
 */
#ifndef HVCLAIM_PLAN_PRIV_H
#define HVCLAIM_PLAN_PRIV_H

#include "plan/plan.h"

struct layout;

/** struct planner - one plan being made */
struct planner {
	const struct plan_args *a;
	struct plan *plan;
	int *entry;    /* of each running guest, as guests_match() */
	bool *chosen;  /* of each running guest: is to be changed, and has no error */
	int *class;    /* of each running guest: what it gets, as an index in the layout; -1 none */
	bool *monitor; /* of each running guest: it gets a monitor group */
	size_t rmids;  /* that monitor groups may still have */
};

/** struct subject - the guest that steps are for */
struct subject {
	struct planner *p;
	int index; /* among the running ones */
	const struct guest *g;
	const struct qos_guest *q;
	bool failed; /* has an error: its steps are dropped */
	bool clear;  /* the kernel's defaults are wanted, of what @q sets */
	bool past;   /* @q is made up of what is not asked for any more; nothing is said of that */
	const struct qos_guest *now; /* with @past: the entry that is in the file; or NULL */
	size_t first; /* its first step, but for those that take back what is not asked for any more */
};

/** plan_error() - add "FILE:LINE: words"; 0 or -ENOMEM */
int plan_error(struct plan *p, const char *file, size_t line, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/** plan_note() - add a note; 0 or -ENOMEM */
int plan_note(struct plan *p, int guest, const char *name, enum qos_knob knob, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/** plan_wrong() - an error "FILE:LINE: guests: NAME: words"; the guest has no steps then; 0 or -ENOMEM */
int plan_wrong(struct subject *s, size_t line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/** plan_cannot() - a note that something has no effect: an error when the guest requires it; 0 or -ENOMEM */
int plan_cannot(struct subject *s, enum qos_knob knob, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** plan_yields() - whether the guest's own manager has set an area and keeps it; notes it; -ENOMEM */
int plan_yields(struct subject *s, enum qos_knob knob, bool *yields);

/** plan_step() - append a step; NULL when memory is out */
struct step *plan_step(struct plan *p, enum step_kind kind, enum qos_knob knob, int guest, const char *name);

/**
 * plan_step_text() - append a step with its strings
 * @have: NULL: not known
 * @changes: whether anything is to be done
 *
 * Return: the step, or NULL when memory is out.
 */
struct step *plan_step_text(struct planner *p, enum step_kind kind, enum qos_knob knob,
			    const struct subject *s, const char *target, const char *key, const char *want,
			    const char *have, bool changes);

/* What a guest wants, one a file; 0 or -ENOMEM. */
int plan_cgroup(struct subject *s);
int plan_io(struct subject *s);
int plan_place(struct subject *s);

/** plan_block() - the disk that a path of io: devices:, or the name of a disk, leads to; or NULL */
const struct caps_block *plan_block(const struct caps *c, const char *path);

/** plan_asks() - what a guest's entry asks for as words of struct guest.past; 0 or -ENOMEM */
int plan_asks(const struct subject *s, struct plan_asked *a);

/**
 * plan_asks_only() - drop words of knobs that no step of the guest's is for
 *
 * The guest's own manager has those, or the host has them not.
 */
void plan_asks_only(const struct subject *s, struct plan_asked *a);

/**
 * plan_past() - take back what was set for a guest before and is not in @asked; 0 or -ENOMEM
 * @now: its entry in the file, or NULL when it has none any more
 */
int plan_past(struct planner *p, int index, const struct qos_guest *now, const struct plan_asked *asked);

/** plan_taken_back() - a note that this is what happens to a knob; 0 or -ENOMEM */
int plan_taken_back(struct plan *p, int guest, const char *name, enum qos_knob knob);

/** plan_class() - which class and monitor group a guest gets, and what of them has no effect; 0 or -ENOMEM */
int plan_class(struct subject *s, const struct layout *layout);

/**
 * plan_rmids() - how many monitor groups there can be besides classes and what others have
 * @all: classes of all guests of the file, not only of those that run
 */
size_t plan_rmids(const struct planner *p, const struct layout *layout, bool all);

/** plan_rdt() - the steps for resctrl, of all chosen guests; 0 or -ENOMEM */
int plan_rdt(struct planner *p, const struct layout *layout);

/* Between plan_rdt*.c: */

/** struct rdt_target - one control group of ours, or the root, as it shall be */
struct rdt_target {
	int class;		     /* index in the layout; -1: the root, or no longer in the file */
	const char *name;	     /* "" the root */
	const struct rdt_group *now; /* NULL: does not exist */
	bool made;		     /* guests are in it afterwards; always of the root */
	bool kept;		     /* what is in it is not of our guests: left alone */
	bool exclusive;		     /* its mode afterwards */
	struct rdt_values want[RDT_RESOURCES];
};

/** struct rdt_plan - all of them */
struct rdt_plan {
	struct planner *p;
	const struct layout *l;
	const struct caps_rdt *rdt;
	struct rdt_target *v; /* the root first */
	size_t n;
};

/** plan_rdt_target() - the group with a name, or NULL */
struct rdt_target *plan_rdt_target(const struct rdt_plan *r, const char *name);

/** plan_rdt_masks() - what each group shall have; 0 or -ENOMEM */
int plan_rdt_masks(struct rdt_plan *r);

/** plan_rdt_schemata() - the steps that write it; 0 or -ENOMEM */
int plan_rdt_schemata(struct rdt_plan *r);

/** plan_rdt_group_of() - the group that a running guest has afterwards; NULL: where its threads are now */
const char *plan_rdt_group_of(const struct rdt_plan *r, size_t guest);

/** plan_rdt_monitors() - the steps for monitor groups that are wanted, or (@stale) no longer; 0 or -ENOMEM */
int plan_rdt_monitors(struct rdt_plan *r, bool stale);

/* For plan_cgroup.c and plan_io.c: */

/** plan_has_unit() - whether a guest's cgroup is set through systemd */
bool plan_has_unit(const struct subject *s);

/**
 * plan_number() - a number for a property of the unit, or for a file of the cgroup
 * @prop: its name, NULL: there is none
 * @file: its name
 * @value: QOS_MAX for "infinity" and "max"
 * @why: how it was reckoned, or NULL
 */
int plan_number(struct subject *s, enum qos_knob knob, const char *prop, const char *file, uint64_t value,
		const char *why);

#endif
