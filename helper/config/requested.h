/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * requested.h - what the file asks for, in its own words
 */
#ifndef HVCLAIM_REQUESTED_H
#define HVCLAIM_REQUESTED_H

#include "config/qos.h"

/**
 * requested_text() - one knob of a guest, on one line
 *
 * Return: a string to be freed, or NULL when memory is out. Pure.
 */
char *requested_text(const struct qos *q, const struct qos_guest *g, enum qos_knob knob);

#endif
