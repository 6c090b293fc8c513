// SPDX-License-Identifier: GPL-2.0-only
/*
 * watch_events.c - what the watcher listens to: signals, files, and the kernel's events of devices
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/netlink.h>

#include "lib/hostfs.h"
#include "apply/watch_events.h"

#define FILE_EVENTS (IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB)

/* groups of netlink's kobject events */
#define UEVENT_KERNEL 1

/* where guests show, besides their processes: records of their managers, and slices */
static const char *const dirs[] = {
	"/run/libvirt/qemu",
	"/run/qemu-server",
	"/sys/fs/cgroup/machine.slice",
	"/sys/fs/cgroup/qemu.slice",
};

#define N_DIRS (sizeof(dirs) / sizeof(dirs[0]))

static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -errno;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Without them the interval still finds what changed. */
static int open_uevents(void)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK, .nl_groups = UEVENT_KERNEL };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT);

	if (fd >= 0 && bind(fd, (const struct sockaddr *)&addr, sizeof(addr))) {
		close(fd);
		return -1;
	}
	return fd;
}

int watch_events_open(struct watch_events *w, const char *config)
{
	const char *slash = strrchr(config, '/');

	*w = (struct watch_events){ .signals = -1, .files = -1, .uevents = -1, .domains = -1 };
	w->config_dir = slash ? text_fmt("%.*s", slash == config ? 1 : (int)(slash - config), config)
			      : strdup(".");
	w->config_name = strdup(path_base(config));
	if (!w->config_dir || !w->config_name)
		return -ENOMEM;
	w->signals = open_signals();
	w->files = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	w->uevents = open_uevents();
	if (w->signals < 0 || w->files < 0)
		return -errno;
	watch_events_dirs(w);
	watch_events_xen(w);
	return 0;
}

/* Without it the interval still finds what changed. */
void watch_events_xen(struct watch_events *w)
{
	_cleanup_(freep) char *why = NULL;

	if (w->domains >= 0 || access("/proc/xen/capabilities", F_OK) || xenstore_open(&w->store, &why))
		return;
	w->domains = xenstore_watch_domains(&w->store);
	if (w->domains < 0)
		xenstore_close(&w->store);
}

void watch_events_close(struct watch_events *w)
{
	const int fds[] = { w->signals, w->files, w->uevents };

	for (size_t i = 0; i < 3; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	free(w->config_dir);
	free(w->config_name);
	xenstore_close(&w->store);
	w->domains = -1;
}

void watch_events_dirs(const struct watch_events *w)
{
	_cleanup_(freep) char *more = text_fmt("%s/conf.d", w->config_dir);

	/* one that is watched already is told so, and nothing happens */
	inotify_add_watch(w->files, w->config_dir, FILE_EVENTS);
	if (more)
		inotify_add_watch(w->files, more, FILE_EVENTS);
	inotify_add_watch(w->files, "/run/hvclaim", FILE_EVENTS);
	for (size_t i = 0; i < N_DIRS; i++)
		inotify_add_watch(w->files, dirs[i], IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_ONLYDIR);
}

static int read_signals(int fd)
{
	struct signalfd_siginfo info;
	int came = 0;

	while (read(fd, &info, sizeof(info)) == sizeof(info))
		came |= info.ssi_signo == SIGHUP ? WATCH_CONFIG : WATCH_STOP;
	return came;
}

static bool ends_yaml(const char *name)
{
	size_t n = strlen(name);

	return n > 5 && !strcmp(name + n - 5, ".yaml");
}

/* Names tell the directories apart well enough: what is read once too often does no harm. */
static int file_event(const struct watch_events *w, const struct inotify_event *e)
{
	if (!e->len)
		return 0;
	if (!strcmp(e->name, w->config_name) || !strcmp(e->name, "conf.d") || ends_yaml(e->name))
		return WATCH_CONFIG;
	if (!strcmp(e->name, path_base(WATCH_WAKE)))
		return WATCH_GUESTS;
	/* everything else in our own directories is not ours to look at: locks, for instance */
	return e->mask & (IN_CLOSE_WRITE | IN_ATTRIB) ? 0 : WATCH_GUESTS;
}

static int read_files(const struct watch_events *w)
{
	_Alignas(struct inotify_event) char buf[8192];
	int came = 0;
	ssize_t n;

	while ((n = read(w->files, buf, sizeof(buf))) > 0)
		for (char *c = buf; c < buf + n;) {
			const struct inotify_event *e = (const struct inotify_event *)(const void *)c;

			/* when events were lost, anything may have come */
			came |= e->mask & IN_Q_OVERFLOW ? WATCH_CONFIG | WATCH_GUESTS : file_event(w, e);
			c += sizeof(*e) + e->len;
		}
	return came;
}

/* "online@/devices/system/cpu/cpu1", NUL, "ACTION=online", NUL, … */
static int read_uevents(int fd)
{
	char buf[8192];
	int came = 0;
	ssize_t n;

	while ((n = recv(fd, buf, sizeof(buf) - 1, MSG_DONTWAIT)) > 0 || (n < 0 && errno == ENOBUFS)) {
		if (n < 0) {
			came |= WATCH_HOST;
			continue;
		}
		buf[n] = '\0';
		if (strstr(buf, "@/devices/system/cpu/") || strstr(buf, "/block/") ||
		    strstr(buf, "@/devices/system/node/"))
			came |= WATCH_HOST;
	}
	return came;
}

int watch_events_wait(const struct watch_events *w, int ms)
{
	struct pollfd fds[] = {
		{ .fd = w->signals, .events = POLLIN },
		{ .fd = w->files, .events = POLLIN },
		{ .fd = w->uevents, .events = POLLIN },
		{ .fd = w->domains, .events = POLLIN },
	};
	int came = 0;

	if (poll(fds, 4, ms) < 0)
		return errno == EINTR ? 0 : -errno;
	if (fds[0].revents)
		came |= read_signals(w->signals);
	if (fds[1].revents)
		came |= read_files(w);
	if (fds[2].revents)
		came |= read_uevents(w->uevents);
	if (fds[3].revents && xenstore_came(&w->store))
		came |= WATCH_GUESTS;
	return came;
}
