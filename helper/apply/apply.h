/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * apply.h - carrying out a plan
 */
#ifndef HVCLAIM_APPLY_H
#define HVCLAIM_APPLY_H

#include "host/caps.h"
#include "guest/guests.h"
#include "lib/hostfs.h"
#include "plan/plan.h"

/** struct apply_fault - a guest, class or the host that could not be given what the plan says */
struct apply_fault {
	int guest;	    /* as in struct step */
	const char *name;   /* of the guest in the file; NULL: the host or a class */
	const char *target; /* of the step that failed; owned by the plan */
	bool gone;	    /* the guest ended meanwhile: nothing to worry about */
	bool stands;	    /* nothing was taken back */
	char *what;	    /* what failed */
	char *left;	    /* what could not be taken back; NULL when everything was */
};

/** struct apply_result - what became of a plan */
struct apply_result {
	size_t n_done; /* steps that changed something and stand */
	struct apply_fault *faults;
	size_t n_faults;
	bool *done; /* for each step of the plan: changed something, and stands */
};

struct xenlib;

/** struct apply_host - where plans are carried out */
struct apply_host {
	const struct hostfs *fs;
	const struct caps *caps;     /* of the plan */
	const struct guests *guests; /* of the plan */
	struct xenlib *xen;	     /* of a dom0, else NULL */
};

/**
 * apply_plan() - carry out what changes something
 * @host: where
 * @p: a plan without errors
 * @out: filled; to be freed with apply_result_free()
 *
 * In the plan's order. When a step of a guest fails, all of its steps are undone, backwards, and it is left out
 * from then on; the others get theirs. A class that failed takes the guests in it along.
 *
 * Return: 0, also when there are faults, or -ENOMEM.
 */
int apply_plan(const struct apply_host *host, const struct plan *p, struct apply_result *out);

/**
 * apply_blame_guest() - add a fault of one guest, after apply_plan()
 * @why: what is wrong
 * @undo: take back all that was done for it
 *
 * Return: 0 or -ENOMEM.
 */
int apply_blame_guest(const struct apply_host *host, const struct plan *p, int guest, const char *why,
		      bool undo, struct apply_result *out);

void apply_result_free(struct apply_result *r);

#endif
