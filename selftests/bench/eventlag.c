// SPDX-License-Identifier: GPL-2.0-only
/*
 * eventlag.c - how long after the kernel bound a function somebody who listens has a line about it
 *
 *	eventlag ROUNDS ADDRESS
 *
 * Claims and releases the function so often, with "hvclaim monitor" and "udevadm monitor" listening. Time runs from the
 * kernel's uevent of the bind, as this program gets it, until the line is here. Prints samples as timeit does.
 */
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/netlink.h>

#define LIMIT_MS 60000

/* a program that prints a line for each event, and what it has printed of the line that is not whole yet */
struct listener {
	const char *tool;
	char *const *command;
	pid_t pid;
	int fd;
	size_t n;
	char buf[8192];
	double at;
};

static char *const hvclaim[] = { "hvclaim", "monitor", NULL };
static char *const udevadm[] = { "udevadm", "monitor", "--kernel", "--subsystem-match=pci", NULL };
static struct listener listeners[] = {
	{ .tool = "hvclaim", .command = hvclaim },
	{ .tool = "udevadm", .command = udevadm },
};
static double bound_at;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int uevents(void)
{
	struct sockaddr_nl all = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);

	if (fd < 0 || bind(fd, (struct sockaddr *)&all, sizeof(all)))
		err(1, "uevents");
	return fd;
}

static void start(struct listener *l)
{
	int ends[2];

	if (pipe(ends))
		err(1, "pipe");
	l->fd = ends[0];
	l->pid = fork();
	if (l->pid < 0)
		err(1, "fork");
	if (!l->pid) {
		close(ends[0]);
		dup2(ends[1], 1);
		execvp(l->command[0], l->command);
		err(127, "%s", l->command[0]);
	}
	close(ends[1]);
}

static pid_t run(char *const *command)
{
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (!pid) {
		if (!freopen("/dev/null", "w", stdout))
			err(1, "/dev/null");
		execvp(command[0], command);
		err(127, "%s", command[0]);
	}
	return pid;
}

static bool tells(const struct listener *l, const char *line, const char *address)
{
	const char *word = l == listeners ? ": held " : " bind ";

	return strstr(line, word) && strstr(line, address);
}

static void hear(struct listener *l, const char *address)
{
	ssize_t n = read(l->fd, l->buf + l->n, sizeof(l->buf) - l->n - 1);
	char *end;

	if (n <= 0)
		errx(1, "%s monitor ended", l->tool);
	l->n += (size_t)n;
	l->buf[l->n] = '\0';
	while ((end = strchr(l->buf, '\n'))) {
		*end = '\0';
		if (!l->at && tells(l, l->buf, address))
			l->at = now();
		l->n -= (size_t)(end + 1 - l->buf);
		memmove(l->buf, end + 1, l->n + 1);
	}
}

static void read_uevent(int fd, const char *address)
{
	char buf[8192];
	ssize_t n = recv(fd, buf, sizeof(buf) - 1, 0);

	if (n <= 0)
		return;
	buf[n] = '\0'; /* bind@/devices/…/ADDRESS, then the variables */
	if (!bound_at && !strncmp(buf, "bind@", 5) && strstr(buf, address))
		bound_at = now();
}

static bool heard_all(void)
{
	return bound_at && listeners[0].at && listeners[1].at;
}

/* Returns false when not everybody had told within the limit. */
static bool listen_for(int fd, const char *address, int limit)
{
	double end = now() + limit / 1e3;

	while (!heard_all() && now() < end) {
		struct pollfd p[] = { { fd, POLLIN, 0 },
				      { listeners[0].fd, POLLIN, 0 },
				      { listeners[1].fd, POLLIN, 0 } };

		if (poll(p, 3, 100) < 0 && errno != EINTR)
			err(1, "poll");
		if (p[0].revents)
			read_uevent(fd, address);
		for (int i = 0; i < 2; i++)
			if (p[i + 1].revents)
				hear(&listeners[i], address);
	}
	return heard_all();
}

static bool one_round(int fd, char *address, int limit)
{
	char *const claim[] = { "hvclaim", "claim", address, "-o", "lag", NULL };
	char *const release[] = { "hvclaim", "release", "-o", "lag", NULL };
	bool heard;
	pid_t pid;

	bound_at = listeners[0].at = listeners[1].at = 0;
	pid = run(claim);
	heard = listen_for(fd, address, limit);
	waitpid(pid, NULL, 0);
	waitpid(run(release), NULL, 0);
	return heard;
}

int main(int argc, char **argv)
{
	int fd, rounds;

	if (argc != 3)
		errx(2, "usage: eventlag ROUNDS ADDRESS");
	/* what is not out yet would be written again by each child */
	setlinebuf(stdout);
	rounds = atoi(argv[1]);
	fd = uevents();
	for (int i = 0; i < 2; i++)
		start(&listeners[i]);
	/* those who listen have to come up: the first rounds are for that */
	for (int i = 0; i < 20 && !one_round(fd, argv[2], 3000); i++)
		;
	for (int i = 0; i < rounds; i++) {
		if (!one_round(fd, argv[2], LIMIT_MS))
			errx(1, "not everybody told of the bind within %d s", LIMIT_MS / 1000);
		for (int k = 0; k < 2; k++)
			printf("# sample event %s 1 %.6f\n", listeners[k].tool,
			       listeners[k].at > bound_at ? listeners[k].at - bound_at : 0);
	}
	for (int i = 0; i < 2; i++)
		kill(listeners[i].pid, SIGKILL);
	return 0;
}
