// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest_host.c - the file, the host, the guests, and the lock over all of it
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/cgroup.h"
#include "cmd/cmd.h"
#include "guest/guest.h"
#include "apply/guest_host.h"
#include "host/resctrl.h"
#include "lib/said.h"
#include "xen/xenqos.h"
#include "xen/xenstore.h"

#define RUN_DIR	  "/run/hvclaim"
#define LOCK_FILE RUN_DIR "/qos.lock"

/* Takes over @err. */
static int tell(const struct guest_host *h, int rc, char *err)
{
	const char *words = err ? err : strerror(-rc);

	if (rc && !said_before(h->said, words))
		error_say("%s", words);
	free(err);
	return rc ? EXIT_ERROR : EXIT_DONE;
}

int guest_host_config(struct guest_host *h)
{
	char *err = NULL;
	int rc;

	config_free(h->cfg);
	h->cfg = NULL;
	rc = config_load(globals.config, &h->cfg, &err);
	return tell(h, rc, err);
}

/* Whether the file wants anything from resctrl: it is not mounted for nothing. */
static bool wants_rdt(const struct qos *q)
{
	for (size_t i = 0; i < q->n_guests; i++)
		if (q->guests[i].class || q->guests[i].monitor)
			return true;
	return false;
}

static int take_lock(struct guest_host *h)
{
	if (mkdir(RUN_DIR, 0755) && errno != EEXIST) {
		error_say(RUN_DIR ": %m");
		return EXIT_ERROR;
	}
	h->lock = open(LOCK_FILE, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (h->lock < 0) {
		error_say(LOCK_FILE ": %m");
		return EXIT_ERROR;
	}
	if (!flock(h->lock, LOCK_EX | LOCK_NB))
		return EXIT_DONE;
	if (globals.verbose)
		error_say("another hvclaim changes guests: waiting until it has done");
	while (flock(h->lock, LOCK_EX))
		if (errno != EINTR) {
			error_say(LOCK_FILE ": %m");
			return EXIT_ERROR;
		}
	return EXIT_DONE;
}

static int lock_rdt(struct guest_host *h)
{
	char *err = NULL;
	int rc = resctrl_mount(h->fs, &h->cfg->qos, &err);

	if (rc == -ENODEV) { /* the plan tells what cannot be had then */
		free(err);
		return EXIT_DONE;
	}
	if (!rc)
		rc = resctrl_lock(h->fs, true, &err);
	h->rdt_lock = !rc;
	return tell(h, rc, err);
}

int guest_host_lock(struct guest_host *h)
{
	int rc = take_lock(h);

	return rc || !wants_rdt(&h->cfg->qos) ? rc : lock_rdt(h);
}

void guest_host_unlock(struct guest_host *h)
{
	if (h->rdt_lock)
		resctrl_unlock();
	h->rdt_lock = false;
	if (h->lock >= 0)
		close(h->lock);
	h->lock = -1;
}

/* A dom0 whose tools were started: before that there are no domains. */
static bool is_dom0(const struct hostfs *fs)
{
	_cleanup_(freep) char *text = hostfs_read(NULL, "%s/xen/capabilities", fs->proc);

	return text && strstr(text, "control_d");
}

static int connect_xen(struct guest_host *h, char **err)
{
	_cleanup_(freep) char *why = NULL;
	struct xenstore store;
	int rc;

	if (h->xen || !is_dom0(h->fs))
		return 0;
	/* libxl waits for a xenstored that does not run */
	rc = xenstore_open(&store, &why);
	if (!rc) {
		xenstore_close(&store);
		rc = xenlib_open(&h->xen, &why);
	}
	if (rc)
		*err = text_fmt("Xen's domains cannot be seen: %s", why ? why : strerror(-rc));
	return rc;
}

static bool want_disks(uint32_t knobs, const struct guests *all)
{
	const uint32_t io = 1U << KNOB_IO_WEIGHT | 1U << KNOB_IO_MAX;

	if (knobs)
		return knobs & io;
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].knobs & io)
			return true;
	return false;
}

int guest_host_look(struct guest_host *h, uint32_t knobs, struct caps *caps, struct guests *guests,
		    char **err)
{
	int rc = connect_xen(h, err);

	if (!rc)
		rc = caps_read(h->fs, caps, err);
	if (!rc && h->xen)
		rc = xenqos_host(h->xen, h->fs, caps, err);
	if (!rc)
		rc = guests_find(h->fs, caps, knobs ? NULL : &h->cfg->qos, knobs, guests, err);
	if (!rc)
		rc = guests_find_xen(h->fs, caps, h->xen, guests, err);
	return !rc && want_disks(knobs, guests) ? caps_disks(h->fs, &h->cfg->qos, caps) : rc;
}

int guest_host_read(struct guest_host *h, bool change, uint32_t knobs)
{
	const char *no;
	char *err = NULL;
	int rc;

	guests_free(&h->guests);
	caps_free(&h->caps);
	rc = guest_host_look(h, knobs, &h->caps, &h->guests, &err);
	if (rc)
		return tell(h, rc, err);
	/* domains of Xen have most of their share from Xen: what they need of cgroups, the plan tells */
	no = change && !h->xen ? cgroup_refusal(h->caps.cgroup) : NULL;
	if (no)
		error_say("%s", no);
	return no ? EXIT_REFUSED : EXIT_DONE;
}

static const struct guest *same_guest(const struct guests *all, const struct guest *g)
{
	for (size_t i = 0; i < all->n; i++)
		if (guest_key(&all->v[i]) == guest_key(g))
			return &all->v[i];
	return NULL;
}

/* Domains come to their cgroups as other guests do, but all else of them is Xen's: everything is read. */
static int follow_domains(struct guest_host *h)
{
	_cleanup_(guests_free) struct guests before = h->guests;
	int rc;

	memset(&h->guests, 0, sizeof(h->guests));
	rc = guest_host_read(h, true, 0);
	for (size_t i = 0; i < h->guests.n; i++) {
		const struct guest *was = same_guest(&before, &h->guests.v[i]);

		h->guests.v[i].read_again = was && was->homeless;
	}
	return rc;
}

int guest_host_follow(struct guest_host *h)
{
	char *err = NULL;

	if (h->xen)
		return follow_domains(h);
	return tell(h, guests_follow(h->fs, &h->caps, &h->guests, &err), err);
}

void guest_host_free(struct guest_host *h)
{
	guest_host_unlock(h);
	guests_free(&h->guests);
	caps_free(&h->caps);
	config_free(h->cfg);
	h->cfg = NULL;
	xenlib_close(h->xen);
	h->xen = NULL;
}

const struct qos_guest *guest_host_entry(const struct guest_host *h, const struct guest *g)
{
	const struct qos *q = &h->cfg->qos;

	for (size_t i = 0; i < q->n_guests; i++)
		if (guest_matches(g, &q->guests[i]))
			return &q->guests[i];
	return NULL;
}
