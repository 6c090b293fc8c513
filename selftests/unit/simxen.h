/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * simxen.h - a dom0 made of plain data, on which plans are carried out as Xen would
 */
#ifndef SIMXEN_H
#define SIMXEN_H

#include "simhost.h"

/** dom0() - a dom0 with 2 CPUs on a machine with 8, on two nodes; @yaml without version: */
void dom0(struct sim *s, const char *yaml);

/** domain() - a running domain */
struct guest *domain(struct sim *s, const char *name, uint32_t vcpus);

/** psr() - caches and bandwidth of two sockets can be divided, into 4 classes */
void psr(struct sim *s);

/** full() - a domain may use all of both */
void full(struct guest *g);

/** assert_xen_steps() - what a plan changes: a line "TARGET KEY VALUE" a step */
void assert_xen_steps(const struct plan *p, const char *expected);

/** expect_pass() - plan, compare, carry out; another pass follows */
void expect_pass(struct sim *s, const char *expected);

/** expect_done() - plan, compare, carry out; a second plan changes nothing */
void expect_done(struct sim *s, bool clear, const char *expected);

#endif
