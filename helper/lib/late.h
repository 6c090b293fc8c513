/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * late.h - libraries that are loaded when they are first needed
 *
 * Most commands need few of the libraries that some need, and to load and relocate all of them takes longer than what
 * is asked for. Which these are, late.mk says.
 */
#ifndef HVCLAIM_LATE_H
#define HVCLAIM_LATE_H

#include <stdbool.h>

#include "sonames.h"

/** struct late - a library, and the functions of it that are used */
struct late {
	const char *soname;
	const char *const *names; /* ended by NULL */
	void **to;		  /* where they are once it is loaded, in the same order */
	bool loaded;
};

#define LATE_FUNCTION(name) __typeof__(name) *name;
#define LATE_NAME(name)	    #name,

/**
 * LATE_DECLARE() - a library's functions as members of a struct that has the library's name
 * @lib: what the name of its file begins with, up to ".so"
 * @functions: a macro that applies its argument to the name of each function that is used: X(kmod_new) X(kmod_unref)
 *
 * libkmod.kmod_new() may be called when LATE_LOAD(libkmod) has returned 0.
 */
#define LATE_DECLARE(lib, functions)     \
	extern struct lib {              \
		functions(LATE_FUNCTION) \
	} lib;                           \
	extern struct late lib##_late

/** LATE_DEFINE() - what LATE_DECLARE() declared */
#define LATE_DEFINE(lib, functions)                                             \
	struct lib lib;                                                         \
	static const char *const lib##_names[] = { functions(LATE_NAME) NULL }; \
	struct late lib##_late = { .soname = LATE_SONAME_##lib, .names = lib##_names, .to = (void **)&lib }

/** LATE_LOAD() - late_load() of a library by its name */
#define LATE_LOAD(lib) late_load(&lib##_late)

/** late_load() - load a library, once; 0, or -ELIBACC when it is not there or lacks a function */
int late_load(struct late *lib);

/** late_must() - as late_load(), of what nothing can be said without: says what is missing, and exits */
void late_must(struct late *lib);

/** LATE_STAND_IN() - a function of a library under its own name, which loads the library; late_json.c has examples */
#define LATE_STAND_IN(lib, type, name, parameters, arguments) \
	type name parameters                                  \
	{                                                     \
		late_must(&lib##_late);                       \
		return lib.name arguments;                    \
	}

/** late_strerror() - as strerror(), but for ELIBACC it says which library is missing */
const char *late_strerror(int err);

#endif
