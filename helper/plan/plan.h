/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * plan.h - from what is wanted and what is there to a list of steps; pure
 *
 * The steps are carried out in their order. Undoing goes backwards and writes "have" again. Guests with errors
 * have no steps: the plan for the others is whole, and may be carried out (--watch does, apply refuses).
 */
#ifndef HVCLAIM_PLAN_H
#define HVCLAIM_PLAN_H

#include "host/caps.h"
#include "guest/guests.h"
#include "config/qos.h"

/** enum step_kind - who carries a step out, and what its strings are */
enum step_kind {
	/* The first of these two for a homeless guest makes its unit or cgroup, with the guest in it. */
	/*
	 * target: unit; key: name of the property; want: as in struct guest_value; of an a(st) one "PATH NUMBER", or
	 * "" to empty it
	 */
	STEP_UNIT_PROPERTY,
	/* target: path of the cgroup as in struct guest; key: file; want: what is written, "" for an empty list */
	STEP_CGROUP_FILE,
	/* tid; want: list of CPUs */
	STEP_AFFINITY,
	/* tid; want: "rt/0", "be/4", "idle", "none"; number is class << 13 | level */
	STEP_IOPRIO,
	/* tid: the process; want: list of nodes; memory on all others is moved there once, migrate_pages(2) */
	STEP_MIGRATE,
	/* Of Xen; target is the domain's name where nothing else is said. */
	/* key: "weight" or "cap"; number */
	STEP_XEN_SCHED,
	/* target and number: the vCPU; key: "hard" or "soft"; want: list of CPUs of the machine */
	STEP_XEN_AFFINITY,
	/* target: a cpupool; want: its CPUs: made, changed, or removed when there are none */
	STEP_XEN_POOL,
	/* want: name of the cpupool to be in */
	STEP_XEN_MOVE,
	/* key: resource as in schemata; tid: the socket; want: mask in hex or percent; number */
	STEP_XEN_PSR,
	/* want: "on" or "off" */
	STEP_XEN_MONITOR,
	/* target: group; made if it is not there */
	STEP_RDT_MKDIR,
	/* target: group ("" the root); want: whole lines, "L3:0=7ff;1=7ff\nMB:0=50" */
	STEP_RDT_SCHEMATA,
	/* target: group; want: "shareable" or "exclusive" */
	STEP_RDT_MODE,
	/* target: group; tids move there (newly found threads of the guest as well) */
	STEP_RDT_TASKS,
	/*
	 * the root's schemata: as STEP_RDT_SCHEMATA, with key "shrink" or "restore": before the first shrinking
	 * have is kept as caps_rdt.root_before, after restoring that is forgotten
	 */
	STEP_RDT_ROOT,
	/* target: group; key: monitor group in its mon_groups; made if it is not there */
	STEP_RDT_MON_MKDIR,
	/* target: group; key: monitor group; tids, that are in the group already, move there */
	STEP_RDT_MON_TASKS,
	/* target: group; key: monitor group; only ours */
	STEP_RDT_MON_RMDIR,
	/* target: group; only ours, nobody is left in it */
	STEP_RDT_RMDIR,
};

/** struct step - one thing to do, or found done already */
struct step {
	enum step_kind kind;
	enum qos_knob knob;
	int guest; /* index in the list of running guests; -1: the host, or a class of several guests */
	const char *name; /* of the guest in the file, or NULL; owned by the configuration */
	char *target, *key, *want;
	char *have;	 /* the present value in the form of want; NULL when not known */
	uint64_t number; /* want of numeric properties; UINT64_MAX for "infinity" and "max" */
	pid_t tid;
	pid_t *tids; /* of STEP_RDT_TASKS and STEP_RDT_MON_TASKS: those that are not there yet */
	size_t n_tids;
	bool changes; /* false: is so already, nothing is done */
	char *why;    /* how want was reckoned: "12 MiB of 16 MiB, 11 ways of 1.45 MiB: 9 ways"; or NULL */
};

/** struct plan_note - what a plan cannot do, or does otherwise than the file may make believe */
struct plan_note {
	int guest;	  /* as in struct step */
	const char *name; /* as in struct step */
	enum qos_knob knob;
	char *text;
};

/** struct plan_asked - what is asked for, for one running guest, in the words of struct guest.past */
struct plan_asked {
	bool known; /* else it was not looked at, or has an error: what was set for it before stays so */
	char **v;
	size_t n;
};

/** struct plan - what is to be done */
struct plan {
	struct plan_asked *asked; /* for each running guest, when the plan is carried out */
	size_t n_asked;
	struct step *steps;
	size_t n_steps;
	struct plan_note *notes;
	size_t n_notes;
	/* "FILE:LINE: guests: db1: …" with the arithmetic */
	char **errors;
	size_t n_errors;
};

/** struct plan_args - what a plan is made from */
struct plan_args {
	const struct qos *qos;
	const struct guests *guests;
	const struct caps *caps;
	/*
	 * only these guests, by their name in the file or their own, are changed; NULL: all. Classes are laid out for
	 * all of them in any case
	 */
	const char *const *only;
	size_t n_only;
	bool clear; /* take back what was set for them */
};

/**
 * plan_make() - config + guests + capabilities → steps
 * @args: what is wanted and what is there
 * @out: filled; to be freed with plan_free()
 *
 * Same input, same plan. What is so already is a step that does not change. Guests of the file that do not run
 * have no steps, but room in the caches, if there is room for all.
 *
 * Return: 0, also when the plan has errors, or -ENOMEM.
 */
int plan_make(const struct plan_args *args, struct plan *out);

/** plan_changes() - whether any step changes anything */
bool plan_changes(const struct plan *p);

/** plan_free() - free what it owns, and make it empty */
void plan_free(struct plan *p);

#endif
