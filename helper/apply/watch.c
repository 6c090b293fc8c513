// SPDX-License-Identifier: GPL-2.0-only
/*
 * watch.c - following guests
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "apply/guest_apply.h"
#include "apply/watch.h"
#include "apply/watch_events.h"
#include "lib/libsystemd.h"

#define RUN_DIR "/run/hvclaim"
#define LOCK	RUN_DIR "/watch.lock"

/* milliseconds: a guest that starts makes many things at once */
#define SETTLE 200

/* rounds after which a guest that could not be given its share is tried again: something may have ended */
#define FORGET 60

struct watcher {
	struct guest_host *h;
	struct apply_request req;
	struct said said;
	struct watch_events events;
	pid_t *avoid;
	size_t rounds;
	int lock;
};

/* A service manager that wants to know has said so. */
static void tell_systemd(const char *state)
{
	if (getenv("NOTIFY_SOCKET") && !LATE_LOAD(libsystemd))
		libsystemd.sd_notify(0, state);
}

static int take_lock(struct watcher *w)
{
	char pid[24] = "";

	if (mkdir(RUN_DIR, 0755) && errno != EEXIST) {
		error_say(RUN_DIR ": %m");
		return EXIT_ERROR;
	}
	/* whoever may open a file may lock it: no watcher could start then */
	w->lock = open(LOCK, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (w->lock < 0 || fchmod(w->lock, 0600)) {
		error_say(LOCK ": %m");
		return EXIT_ERROR;
	}
	if (flock(w->lock, LOCK_EX | LOCK_NB)) {
		if (pread(w->lock, pid, sizeof(pid) - 1, 0) < 0)
			*pid = '\0';
		error_say("guests are watched already, by process %s", *pid ? pid : "?");
		return EXIT_BUSY;
	}
	snprintf(pid, sizeof(pid), "%d", getpid());
	if (ftruncate(w->lock, 0) || pwrite(w->lock, pid, strlen(pid), 0) < 0)
		error_say(LOCK ": %m");
	return EXIT_DONE;
}

/* The next try may do better: what was said and avoided is forgotten. */
static void forget(struct watcher *w)
{
	said_forget(&w->said);
	free(w->avoid);
	w->avoid = NULL;
	w->req.avoid = NULL;
	w->req.n_avoid = 0;
	w->rounds = 0;
}

static int one_round(struct watcher *w)
{
	_cleanup_(apply_report_free) struct apply_report r = { 0 };
	int rc;

	if (++w->rounds > FORGET) {
		free(w->avoid);
		w->avoid = NULL;
		w->req.n_avoid = 0;
		w->rounds = 0;
	}
	rc = guest_apply(w->h, &w->req, &r);
	said_next(&w->said);
	fflush(stdout);
	free(w->avoid);
	w->avoid = r.lost;
	w->req.avoid = r.lost;
	w->req.n_avoid = r.n_lost;
	r.lost = NULL;
	return rc;
}

/* A file that is wrong changes nothing: the one before stays. */
static void reload(struct watcher *w)
{
	struct config *before = w->h->cfg;

	tell_systemd("RELOADING=1");
	w->h->cfg = NULL;
	if (guest_host_config(w->h)) {
		w->h->cfg = before;
		error_say("the configuration from before stays in force");
	} else {
		config_free(before);
		for (size_t i = 0; i < w->req.n_only; i++)
			if (!qos_guest_find(&w->h->cfg->qos, w->req.only[i]))
				error_say("no guest %s in the file any more", w->req.only[i]);
		printf("configuration read again\n");
	}
	forget(w);
	tell_systemd("READY=1");
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Until something came and things are quiet again, or the interval is over. Returns what came. */
static int listen_for(struct watcher *w)
{
	int64_t until = now_ms() + (int64_t)WATCH_INTERVAL * 1000;
	int all = 0;

	watch_events_dirs(&w->events);
	watch_events_xen(&w->events);
	for (;;) {
		int64_t left = until - now_ms();
		int came = left <= 0 ? 0 : watch_events_wait(&w->events, (int)left);

		if (came < 0)
			return came;
		all |= came;
		if ((all & WATCH_STOP) || left <= 0)
			return all;
		if (came && until > now_ms() + SETTLE)
			until = now_ms() + SETTLE;
	}
}

static int follow(struct watcher *w)
{
	int came;

	for (;;) {
		came = listen_for(w);
		if (came < 0) {
			error_say("cannot listen: %s", strerror(-came));
			return EXIT_ERROR;
		}
		if (came & WATCH_STOP)
			return EXIT_DONE;
		if (came & WATCH_CONFIG)
			reload(w);
		else if (came & WATCH_HOST)
			forget(w);
		/* what could not be done is said, and tried again */
		one_round(w);
	}
}

int guest_watch(struct guest_host *h, const char *const *only, size_t n_only)
{
	struct watcher w = { .h = h, .lock = -1, .req = { .only = only, .n_only = n_only } };
	const char *file = globals.config ? globals.config : CONFIG_FILE;
	int rc = take_lock(&w);

	w.req.said = &w.said;
	h->said = &w.said;
	if (rc)
		goto out;
	if (watch_events_open(&w.events, file)) {
		error_say("cannot listen: %m");
		watch_events_close(&w.events);
		rc = EXIT_ERROR;
		goto out;
	}
	rc = one_round(&w);
	/* a host without cgroup v2 stays one */
	if (rc != EXIT_REFUSED || h->xen || h->caps.cgroup == HOST_CGROUP_V2) {
		tell_systemd("READY=1");
		rc = follow(&w);
		tell_systemd("STOPPING=1");
	}
	watch_events_close(&w.events);
out:
	h->said = NULL;
	said_forget(&w.said);
	free(w.avoid);
	if (w.lock >= 0)
		close(w.lock);
	return rc;
}
