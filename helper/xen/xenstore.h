/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xenstore.h - reading and writing what Xen's tools know of each other
 *
 * libxenstore is loaded when it is needed, so that only a dom0 has to have it.
 */
#ifndef HVCLAIM_XENSTORE_H
#define HVCLAIM_XENSTORE_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct xenstore - a connection: libxenstore's functions (see xenstore.h of libxen-dev) and its handle
 *
 * Filled by xenstore_open(); unit tests fill it with functions of their own.
 */
struct xenstore {
	void *library;
	void *handle;
	void (*close)(void *handle);
	char **(*directory)(void *handle, unsigned int transaction, const char *path, unsigned int *n);
	void *(*read)(void *handle, unsigned int transaction, const char *path, unsigned int *len);
	bool (*write)(void *handle, unsigned int transaction, const char *path, const void *data,
		      unsigned int len);
	bool (*rm)(void *handle, unsigned int transaction, const char *path);
	bool (*watch)(void *handle, const char *path, const char *token);
	char **(*check_watch)(void *handle);
	int (*fileno)(void *handle);
};

/**
 * xenstore_open() - connect to xenstored
 * @xs: filled
 * @err: on failure a malloc'd sentence
 *
 * Over its socket only: the kernel's device waits for a xenstored that is not there yet.
 *
 * Return: 0 or a negative errno; -ENOTCONN when xenstored does not run.
 */
int xenstore_open(struct xenstore *xs, char **err);

/** xenstore_close() - end a connection; one that is not open is fine */
void xenstore_close(struct xenstore *xs);

/** xenstore_read() - the value of a node; a string to be freed, or NULL with errno */
char *xenstore_read(const struct xenstore *xs, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** xenstore_list() - the names below a node; to be freed, all at once; NULL with errno */
char **xenstore_list(const struct xenstore *xs, unsigned int *n, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/** xenstore_set() - write a node, or remove it when @value is NULL; 0 or a negative errno */
int xenstore_set(const struct xenstore *xs, const char *value, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * xenstore_watch_domains() - be told when domains start and end
 *
 * Return: a file descriptor of @xs that becomes readable then, or a negative errno.
 */
int xenstore_watch_domains(const struct xenstore *xs);

/** xenstore_came() - whether a domain started or ended since the last call; never waits */
bool xenstore_came(const struct xenstore *xs);

#endif
