// SPDX-License-Identifier: GPL-2.0-only
/*
 * timeit.c - how long a command takes
 *
 *	timeit [-m] WHAT TOOL N COMMAND…
 *
 * Prints "# sample WHAT TOOL N SECONDS"; with -m not the time, but the most memory that it had (KiB). What the command says
 * goes to /run/timeit.out. Exits as the command did.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void run(char **command)
{
	int out = open("/run/timeit.out", O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (out >= 0 && dup2(out, 1) == 1 && dup2(out, 2) == 2)
		execvp(*command, command);
	_exit(127);
}

int main(int argc, char **argv)
{
	int memory = argc > 1 && !strcmp(argv[1], "-m"), status;
	struct timespec from, to;
	struct rusage used;
	pid_t pid;

	argv += memory;
	if (argc - memory < 5)
		errx(2, "usage: timeit [-m] WHAT TOOL N COMMAND...");
	clock_gettime(CLOCK_MONOTONIC, &from);
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (!pid)
		run(argv + 4);
	if (wait4(pid, &status, 0, &used) != pid)
		err(1, "wait4");
	clock_gettime(CLOCK_MONOTONIC, &to);
	printf("# sample %s %s %s ", argv[1], argv[2], argv[3]);
	if (memory)
		printf("%ld\n", used.ru_maxrss);
	else
		printf("%.6f\n",
		       (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}
