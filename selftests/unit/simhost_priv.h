/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * simhost_priv.h - what simhost.c and simapply.c share
 */
#ifndef SIMHOST_PRIV_H
#define SIMHOST_PRIV_H

#include <stdio.h>
#include <stdlib.h>

#include "simhost.h"

#define DIE(...)                              \
	do {                                  \
		fprintf(stderr, __VA_ARGS__); \
		abort();                      \
	} while (0)

/** sim_dup() - strdup() that never fails */
char *sim_dup(const char *s);

/** sim_list() - a list of numbers that is right */
void sim_list(const char *text, struct idset *set);

/** sim_value() - where a group's mask or bandwidth of one domain is, or NULL */
uint64_t *sim_value(struct rdt_group *g, enum rdt_res res, uint32_t id);

/** sim_set() - set one */
void sim_set(struct rdt_group *g, enum rdt_res res, uint32_t id, uint64_t v);

/** sim_peer() - the resource that shares its ways with another: code with data */
enum rdt_res sim_peer(enum rdt_res r);

/** sim_each() - call back for each value of "L3:0=f;1=f\nMB:0=10", until it returns false */
bool sim_each(struct sim *s, const char *text, struct rdt_group *g,
	      bool (*take)(struct sim *s, struct rdt_group *g, enum rdt_res r, uint32_t id, uint64_t v));

/** sim_text() - set a file or a property */
void sim_text(struct guest_value **v, size_t *n, const char *key, const char *text);

#endif
