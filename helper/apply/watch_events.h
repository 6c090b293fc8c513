/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * watch_events.h - what the watcher listens to
 */
#ifndef HVCLAIM_WATCH_EVENTS_H
#define HVCLAIM_WATCH_EVENTS_H

#include <stdbool.h>

#include "xen/xenstore.h"

/** struct watch_events - open files; begins with watch_events_open() */
struct watch_events {
	int signals, files, uevents;
	struct xenstore store;		/* of a dom0, once xenstored runs */
	int domains;			/* readable when a domain of Xen started or ended; -1 without */
	char *config_dir, *config_name; /* of the file that -c names, or the default one */
};

/* what came; bits */
#define WATCH_STOP   1 /* SIGTERM, SIGINT */
#define WATCH_CONFIG 2 /* the file, or one in conf.d; SIGHUP */
#define WATCH_HOST   4 /* a CPU, or a disk */
#define WATCH_GUESTS 8 /* a manager's records, a cgroup, a domain of Xen, or the hook */

/** WATCH_WAKE - a file of which each change is a word from the hook */
#define WATCH_WAKE "/run/hvclaim/wake"

/**
 * watch_events_open() - begin to listen; from then on signals only come as events
 * @config: the file
 *
 * Return: 0 or a negative errno.
 */
int watch_events_open(struct watch_events *w, const char *config);
void watch_events_close(struct watch_events *w);

/** watch_events_dirs() - listen to directories that were not there before */
void watch_events_dirs(const struct watch_events *w);

/** watch_events_xen() - listen to xenstored, if this is a dom0 and that was not there before */
void watch_events_xen(struct watch_events *w);

/**
 * watch_events_wait() - wait for something, at most @ms milliseconds
 *
 * Return: bits of what came, 0 for nothing, or a negative errno.
 */
int watch_events_wait(const struct watch_events *w, int ms);

#endif
