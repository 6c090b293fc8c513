// SPDX-License-Identifier: GPL-2.0-only
/*
 * fakeguest.c - a process with QEMU's name, arguments and thread names, and loads that a test can choose
 *
 *	qemu-system-x86_64 -name guest=N,debug-threads=on [-smp N] [-object iothread,id=X]… [-uuid U]
 *		[-pidfile F] [-fake busy] [-fake io=FILE] [-fake jobs=N] [-fake write]
 *
 * busy: every vCPU spins. io: every I/O thread keeps `jobs` requests under way that read (or write) 4 KiB blocks
 * at random places of FILE with O_DIRECT. SIGUSR1 starts one more vhost worker, SIGUSR2 one more vCPU. Other options of
 * QEMU are taken and ignored. Copied to the name it should have: the name is also what /proc/PID/exe tells.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/aio_abi.h>

#define BLOCK 4096
#define THREADS 256

static bool busy, writes;
static const char *file;
static long jobs = 1;

static struct thread {
	char name[16];
	bool spins, io;
} threads[THREADS];
static unsigned int n_threads;

static void spin(void)
{
	for (volatile uint64_t n = 0;; n++)
		;
}

static void submit(aio_context_t ctx, struct iocb *cb, off_t blocks, unsigned int *seed)
{
	cb->aio_offset = (off_t)rand_r(seed) % blocks * BLOCK;
	if (syscall(SYS_io_submit, ctx, 1, &cb) != 1)
		err(1, "io_submit");
}

/* As QEMU's own I/O threads do: many requests under way, all from one thread. */
static void transfer(void)
{
	int fd = open(file, (writes ? O_WRONLY : O_RDONLY) | O_DIRECT);
	unsigned int seed = (unsigned int)getpid() ^ (unsigned int)(uintptr_t)&fd;
	struct iocb *cbs = calloc((size_t)jobs, sizeof(*cbs));
	aio_context_t ctx = 0;
	struct io_event event;
	off_t blocks;
	void *buf;

	if (fd < 0 || !cbs || posix_memalign(&buf, BLOCK, BLOCK))
		err(1, "%s", file);
	memset(buf, 0, BLOCK);
	blocks = lseek(fd, 0, SEEK_END) / BLOCK;
	if (blocks < 1)
		errx(1, "%s: empty", file);
	if (syscall(SYS_io_setup, jobs, &ctx))
		err(1, "io_setup");
	for (long i = 0; i < jobs; i++) {
		cbs[i] = (struct iocb){
			.aio_fildes = (uint32_t)fd,
			.aio_lio_opcode = writes ? IOCB_CMD_PWRITE : IOCB_CMD_PREAD,
			.aio_buf = (uintptr_t)buf,
			.aio_nbytes = BLOCK,
			.aio_data = (uintptr_t)&cbs[i],
		};
		submit(ctx, &cbs[i], blocks, &seed);
	}
	for (;;) {
		long n = syscall(SYS_io_getevents, ctx, 1, 1, &event, NULL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n != 1 || event.res != BLOCK)
			errx(1, "%s: transfer failed", file);
		submit(ctx, (struct iocb *)(uintptr_t)event.data, blocks, &seed);
	}
}

static void *body(void *arg)
{
	struct thread *t = arg;

	prctl(PR_SET_NAME, t->name);
	if (t->spins)
		spin();
	if (t->io)
		transfer();
	for (;;)
		pause();
	return NULL;
}

static void start(const char *name, bool spins, bool io)
{
	struct thread *t = &threads[n_threads++];
	pthread_t id;

	if (n_threads > THREADS)
		errx(1, "too many threads");
	snprintf(t->name, sizeof(t->name), "%s", name);
	t->spins = spins;
	t->io = io;
	errno = pthread_create(&id, NULL, body, t);
	if (errno)
		err(1, "pthread_create");
}

static void fake(const char *option)
{
	if (!strcmp(option, "busy"))
		busy = true;
	else if (!strcmp(option, "write"))
		writes = true;
	else if (!strncmp(option, "io=", 3))
		file = option + 3;
	else if (!strncmp(option, "jobs=", 5))
		jobs = atol(option + 5);
	else
		errx(1, "-fake %s?", option);
}

static void write_pid(const char *path)
{
	FILE *f = fopen(path, "w");

	if (!f || fprintf(f, "%d\n", getpid()) < 0 || fclose(f))
		err(1, "%s", path);
}

int main(int argc, char **argv)
{
	const char *iothreads[16], *id, *pidfile = NULL;
	unsigned int n_io = 0;
	long smp = 1, vcpu;
	char name[32];
	sigset_t set;
	int sig;

	for (int i = 1; i + 1 < argc; i++) {
		if (!strcmp(argv[i], "-smp"))
			smp = atol(argv[++i]);
		else if (!strcmp(argv[i], "-fake"))
			fake(argv[++i]);
		else if (!strcmp(argv[i], "-pidfile"))
			pidfile = argv[++i];
		else if (!strcmp(argv[i], "-object") && !strncmp(argv[i + 1], "iothread,", 9) && n_io < 16 &&
			 (id = strstr(argv[++i], "id=")))
			iothreads[n_io++] = id + 3;
	}
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	for (vcpu = 0; vcpu < smp; vcpu++) {
		snprintf(name, sizeof(name), "CPU %ld/TCG", vcpu);
		start(name, busy, false);
	}
	for (unsigned int i = 0; i < n_io; i++) {
		snprintf(name, sizeof(name), "IO %.12s", iothreads[i]);
		start(name, false, file);
	}
	if (pidfile)
		write_pid(pidfile);
	while (!sigwait(&set, &sig)) {
		if (sig == SIGUSR1)
			snprintf(name, sizeof(name), "vhost-%d", getpid());
		else
			snprintf(name, sizeof(name), "CPU %ld/TCG", vcpu++);
		start(name, sig == SIGUSR2 && busy, false);
	}
	return 1;
}
