/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * append.h - lists that grow: a pointer, and how many entries it has
 */
#ifndef HVCLAIM_APPEND_H
#define HVCLAIM_APPEND_H

#include <stddef.h>

/* For append(): @list is the address of the pointer. */
void *append_zeroed(void *list, size_t *n, size_t size);

/**
 * append() - make a list one entry longer
 * @list: its pointer, an lvalue
 * @n: its length, an lvalue of type size_t
 *
 * Pointers to other entries are not valid any more.
 *
 * Return: the new entry, all zero; NULL when memory is out, with the list as it was.
 */
#define append(list, n) append_zeroed(&(list), &(n), sizeof(*(list)))

#endif
