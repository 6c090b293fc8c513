/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * simplan.h - what tests expect of the plan for a host of simhost.h; each fails the test when it is not so
 */
#ifndef SIMPLAN_H
#define SIMPLAN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "simhost.h"

#define MIB (1ULL << 20)

/* two classes for three guests: gold has its ways alone, bulk shares */
extern const char gold_and_bulk[];
/* gold and its guest only */
extern const char gold_alone[];
/* the guests of gold_and_bulk */
extern const char *const three[];

/** two_sockets() - a host whose two caches and memory buses can be divided and monitored */
void two_sockets(struct sim *s, const char *yaml);

/** guests() - run guests of two vCPUs each; @names ends with NULL */
void guests(struct sim *s, const char *const *names);

/** one_guest() - a host with a guest g of two vCPUs; @keys: what the file has for it */
struct guest *one_guest(struct sim *s, const char *keys);

/** plain_guest() - the same on a host without systemd */
struct guest *plain_guest(struct sim *s, const char *keys);

/** rekey() - the file has other keys for g */
void rekey(struct sim *s, const char *keys);

/** settle() - plan and apply: nothing is refused, nobody has an exclusive class's ways, a second plan is empty */
void settle(struct sim *s, bool clear);

/** expect_steps() - what the plan changes: a line "KEY VALUE" a step, "cpus TID LIST" for threads and the like */
void expect_steps(const struct sim *s, bool clear, const char *expected);

/** expect_error() - the plan has one error, with these words, and changes nothing */
void expect_error(const struct sim *s, const char *words);

/** expect_note() - the plan has no error, and a note with these words */
void expect_note(const struct sim *s, const char *words);

/** assert_note() - a plan has a note with these words */
void assert_note(const struct plan *p, const char *words);

/** assert_groups() - the groups of resctrl, as sim_groups() prints them */
void assert_groups(const struct sim *s, const char *expected);

#endif
