// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_qemu.c - any bytes as QEMU's command line, names of threads and paths of cgroups
 *
 * Anybody on the host may start a process with such a name.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "guest/guest_priv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void try_path(const char *path)
{
	struct guest g = { 0 };

	if (guest_place(&g, path))
		abort();
	if (g.cgroup && strncmp(path, g.cgroup, strlen(g.cgroup)))
		abort();
	guest_clear(&g);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct qemu_args args = { 0 };
	char *line = malloc(len + 1);
	uint32_t index;

	if (!line)
		return 0;
	memcpy(line, data, len);
	line[len] = '\0';
	if (!qemu_args_parse(line, len, &args))
		for (const char *word = line; word < line + len; word += strlen(word) + 1) {
			char comm[16];

			strncpy(comm, word, 15);
			comm[15] = '\0';
			if (qemu_thread_role(comm, &args, &index) >= ROLES || vhost_owner(comm) < 0)
				abort();
			if (*word == '/')
				try_path(word);
		}
	qemu_args_clear(&args);
	free(line);
	return 0;
}
