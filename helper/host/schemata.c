// SPDX-License-Identifier: GPL-2.0-only
/*
 * schemata.c - the texts of resctrl: schemata, names of groups, counters; pure
 *
 * The kernels differ in spaces and zeros: 6.1 and 6.12 write "L2:0=0ff" and "MB:0= 50", 7.2 "ff" and "50".
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "host/resctrl.h"

static void skip_blanks(const char **s)
{
	*s += strspn(*s, " \t");
}

static bool read_number(const char **s, int base, uint64_t *out)
{
	char *end;

	skip_blanks(s);
	if (!isxdigit((unsigned char)**s))
		return false;
	errno = 0;
	*out = strtoull(*s, &end, base);
	if (end == *s || errno)
		return false;
	*s = end;
	skip_blanks(s);
	return true;
}

/* ID=VALUE; … up to the end of the line */
static int read_values(const char *s, bool mask, struct rdt_values *out)
{
	while (*s && *s != '\n') {
		struct rdt_value v, *grown;
		uint64_t id;

		if (!read_number(&s, 10, &id) || id > UINT32_MAX || *s++ != '=' ||
		    !read_number(&s, mask ? 16 : 10, &v.value))
			return -EINVAL;
		v.id = (uint32_t)id;
		if (rdt_value_find(out, v.id, &id))
			return -EINVAL;
		grown = realloc(out->v, (out->n + 1) * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		out->v = grown;
		out->v[out->n++] = v;
		if (*s == ';')
			s++;
		else if (*s && *s != '\n')
			return -EINVAL;
	}
	return 0;
}

static int read_line(const char *s, struct rdt_values out[RDT_RESOURCES])
{
	struct rdt_values values = {};
	size_t len, r;
	int rc;

	skip_blanks(&s);
	len = strcspn(s, ":\n");
	if (s[len] != ':')
		return len ? -EINVAL : 0;
	for (r = 0; r < RDT_RESOURCES; r++)
		if (strlen(rdt_res_name[r]) == len && !strncmp(s, rdt_res_name[r], len))
			break;
	/* a group that is to be locked has no values yet */
	if (r == RDT_RESOURCES || !strncmp(s + len, ":uninitialized", strlen(":uninitialized")))
		return 0;
	rc = read_values(s + len + 1, rdt_is_cache((enum rdt_res)r), &values);
	if (rc) {
		free(values.v);
		return rc;
	}
	free(out[r].v);
	out[r] = values;
	return 0;
}

int schemata_parse(const char *text, struct rdt_values out[RDT_RESOURCES])
{
	int rc;

	while (text && *text) {
		rc = read_line(text, out);
		if (rc)
			return rc;
		text = strchr(text, '\n');
		if (text)
			text++;
	}
	return 0;
}

void schemata_free(struct rdt_values v[RDT_RESOURCES])
{
	for (size_t r = 0; r < RDT_RESOURCES; r++) {
		free(v[r].v);
		v[r] = (struct rdt_values){};
	}
}

bool rdt_value_find(const struct rdt_values *v, uint32_t id, uint64_t *value)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->v[i].id == id) {
			*value = v->v[i].value;
			return true;
		}
	return false;
}

/* pqos makes COS1, COS2, … of all classes that there are; libvirt MACHINE-vcpus_LIST. */
enum rdt_owner rdt_owner_of(const char *name)
{
	const char *digits = name + strlen("COS");

	if (!*name)
		return RDT_ROOT;
	if (!strncmp(name, RDT_PREFIX, strlen(RDT_PREFIX)))
		return RDT_OURS;
	if (!strncmp(name, "COS", strlen("COS")) && *digits && !digits[strspn(digits, "0123456789")])
		return RDT_PQOS;
	if (strstr(name, "-vcpus_"))
		return RDT_LIBVIRT;
	return RDT_OTHER;
}

struct rdt_reading rdt_reading_parse(const char *text)
{
	struct rdt_reading r = { .state = RDT_READ_ERROR };

	if (!strcmp(text, "Unavailable"))
		r.state = RDT_READ_UNAVAILABLE;
	else if (!strcmp(text, "Unassigned"))
		r.state = RDT_READ_UNASSIGNED;
	else if (isdigit((unsigned char)*text) && read_number(&text, 10, &r.value) && !*text)
		r.state = RDT_READ_OK;
	return r;
}
