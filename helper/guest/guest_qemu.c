// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest_qemu.c - what QEMU's command line and its threads' names tell; pure
 */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/append.h"
#include "guest/guest_priv.h"
#include "lib/units.h"

bool qemu_is(const char *program)
{
	const char *base = path_base(program);

	/* Proxmox and older distributions say kvm, Red Hat's qemu-kvm */
	return !strncmp(base, "qemu-system-", 12) || !strcmp(base, "qemu-kvm") || !strcmp(base, "kvm");
}

/* A value up to its end, with one comma for two. NULL when memory is out. */
static char *unescaped(const char *opts)
{
	char *value = malloc(strlen(opts) + 1), *to = value;

	if (!value)
		return NULL;
	for (; *opts && (*opts != ',' || opts[1] == ','); opts++) {
		*to++ = *opts;
		opts += *opts == ',';
	}
	*to = '\0';
	return value;
}

/*
 * The value of a key among QEMU's "a=1,b=2": a comma of a value is doubled there. The first value may stand
 * without its key, which is @implied then. NULL when it is not there, or memory is out.
 */
static char *keyval(const char *opts, const char *key, const char *implied)
{
	for (bool first = true;; first = false) {
		size_t n = strcspn(opts, "=,");
		bool named = opts[n] == '=';
		bool hit = named ? strlen(key) == n && !strncmp(opts, key, n)
				 : first && implied && !strcmp(implied, key);

		opts += named ? n + 1 : 0;
		if (hit)
			return unescaped(opts);
		while (*opts && (*opts != ',' || opts[1] == ','))
			opts += *opts == ',' ? 2 : 1;
		if (!*opts)
			return NULL;
		opts++;
	}
}

/* The id of an -object that is an iothread, in QEMU's own syntax or in JSON, which libvirt uses. */
static char *iothread_id(const char *object)
{
	static const char key[] = "\"id\":\"";
	const char *id;

	if (!strncmp(object, "iothread,", 9))
		return keyval(object, "id", NULL);
	if (*object != '{' || !strstr(object, "\"qom-type\":\"iothread\""))
		return NULL;
	id = strstr(object, key);
	id = id ? id + sizeof(key) - 1 : NULL;
	return id ? strndup(id, strcspn(id, "\"")) : NULL;
}

static int add_iothread(struct qemu_args *a, char *id)
{
	char **one = id ? append(a->iothreads, a->n_iothreads) : NULL;

	if (!one) {
		free(id);
		return id ? -ENOMEM : 0;
	}
	*one = id;
	return 0;
}

/* -m takes MiB when there is no unit */
static uint64_t memory_of(const char *opts)
{
	_cleanup_(freep) char *size = keyval(opts, "size", "size");
	uint64_t bytes = 0;
	size_t n = size ? strlen(size) : 0;

	if (!n)
		return 0;
	if (isdigit((unsigned char)size[n - 1]))
		return units_number(size, 0, UINT64_MAX >> 20, &bytes) ? bytes << 20 : 0;
	if (size[n - 1] == 'B' || size[n - 1] == 'b') /* QEMU's plain bytes */
		size[n - 1] = '\0';
	else
		size[n - 1] = (char)toupper((unsigned char)size[n - 1]);
	return units_size(size, &bytes) && bytes != QOS_MAX ? bytes : 0;
}

/* a new value of an option that was there before: the last one counts, as with QEMU */
static int replace(char **to, char *value)
{
	if (!value)
		return -ENOMEM;
	free(*to);
	*to = value;
	return 0;
}

static bool is_vfio(const char *device)
{
	return !strncmp(device, "vfio-pci", 8) || strstr(device, "\"driver\":\"vfio-pci");
}

static int parse_option(struct qemu_args *a, const char *option, const char *value)
{
	char *name;

	if (!strcmp(option, "name")) {
		name = keyval(value, "guest", "guest");
		return name ? replace(&a->name, name) : 0;
	}
	if (!strcmp(option, "uuid"))
		return replace(&a->uuid, strdup(value));
	if (!strcmp(option, "pidfile"))
		return replace(&a->pidfile, strdup(value));
	if (!strcmp(option, "xen-domid"))
		a->xen_domid = (uint32_t)strtoul(value, NULL, 10);
	if (!strcmp(option, "m"))
		a->memory = memory_of(value);
	else if (!strcmp(option, "object"))
		return add_iothread(a, iothread_id(value));
	else if (!strcmp(option, "device"))
		a->passthrough |= is_vfio(value);
	else if (!strcmp(option, "machine") || !strcmp(option, "M"))
		a->no_guest = !strcmp(value, "none") || !strncmp(value, "none,", 5);
	return 0;
}

int qemu_args_parse(const char *cmdline, size_t len, struct qemu_args *out)
{
	const char *end = cmdline + len, *word, *next;
	int rc = 0;

	memset(out, 0, sizeof(*out));
	/* options that are not looked for may have a value or not: each word is tried as an option */
	for (word = cmdline; word < end && !rc; word = next) {
		next = word + strnlen(word, (size_t)(end - word)) + 1;
		if (next < end && word[0] == '-')
			rc = parse_option(out, word + (word[1] == '-' ? 2 : 1), next);
	}
	for (char *c = out->uuid; c && *c; c++)
		*c = (char)tolower((unsigned char)*c);
	if (rc)
		qemu_args_clear(out);
	return rc;
}

void qemu_args_clear(struct qemu_args *a)
{
	free(a->name);
	free(a->uuid);
	free(a->pidfile);
	for (size_t i = 0; i < a->n_iothreads; i++)
		free(a->iothreads[i]);
	free(a->iothreads);
	memset(a, 0, sizeof(*a));
}

/* libvirt's iothread2 is number 2, whatever their order is; others are numbered as libvirt would */
static uint32_t iothread_number(const char *id, const struct qemu_args *args)
{
	uint32_t n;
	int end = 0;

	if (sscanf(id, "iothread%9u%n", &n, &end) == 1 && !id[end])
		return n;
	for (size_t i = 0; i < args->n_iothreads; i++)
		if (!strcmp(args->iothreads[i], id))
			return (uint32_t)i + 1;
	return 0;
}

enum thread_role qemu_thread_role(const char *comm, const struct qemu_args *args, uint32_t *index)
{
	int end = 0;

	*index = 0;
	/* "CPU 0/KVM", "CPU 12/TCG"; "ALL CPUs/TCG" is one thread for all of them */
	if (sscanf(comm, "CPU %9u/%n", index, &end) == 1 && end)
		return ROLE_VCPU;
	if (!strncmp(comm, "ALL CPUs/", 9))
		return ROLE_VCPU;
	/* QEMU's monitor has an I/O thread of its own, which serves no device */
	if (!strncmp(comm, "IO ", 3) && strcmp(comm, "IO mon_iothread")) {
		*index = iothread_number(comm + 3, args);
		return ROLE_IOTHREAD;
	}
	*index = 0;
	return vhost_owner(comm) ? ROLE_VHOST : ROLE_EMULATOR;
}

pid_t vhost_owner(const char *comm)
{
	int pid, end = 0;

	return sscanf(comm, "vhost-%9d%n", &pid, &end) == 1 && !comm[end] && pid > 0 ? pid : 0;
}
