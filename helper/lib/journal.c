// SPDX-License-Identifier: GPL-2.0-only
/*
 * journal.c - structured records in the systemd journal
 */
#define _GNU_SOURCE 1
#include <string.h>
#include <sys/uio.h>
#include <syslog.h>
#include <unistd.h>

#include "lib/hostfs.h"
#include "lib/journal.h"
#include "lib/libsystemd.h"

/* where the journal listens: where nobody does, nothing is loaded for it */
#define SOCKET "/run/systemd/journal/socket"

#define FIXED_FIELDS 8
#define NO_LOGIN     "4294967295" /* (uid_t)-1: nobody logged in for this, a service asked */

struct fields {
	struct iovec *v;
	size_t n;
};

/* Takes the string over; a field that could not be made is left out. */
static void add(struct fields *f, char *text)
{
	if (text)
		f->v[f->n++] = (struct iovec){ .iov_base = text, .iov_len = strlen(text) };
}

static bool ready(void)
{
	return !access(SOCKET, F_OK) && !LATE_LOAD(libsystemd);
}

void journal_prepare(void)
{
	(void)ready();
}

/* What every record has, with room for @more fields; false when there is no journal. */
static bool begin(struct fields *f, size_t more, const char *verb, const char *result)
{
	_cleanup_(freep) char *login = NULL;
	int priority = !strcmp(result, "refused") || !strcmp(result, "error") ? LOG_WARNING : LOG_INFO;

	if (!ready())
		return false;
	f->v = calloc(more + FIXED_FIELDS, sizeof(struct iovec));
	if (!f->v)
		return false;
	login = hostfs_read(NULL, "/proc/self/loginuid");
	add(f, strdup("MESSAGE_ID=" JOURNAL_MESSAGE_ID));
	add(f, text_fmt("PRIORITY=%d", priority));
	add(f, text_fmt("HVCLAIM_VERB=%s", verb));
	add(f, text_fmt("HVCLAIM_RESULT=%s", result));
	if (login && strcmp(login, NO_LOGIN))
		add(f, text_fmt("HVCLAIM_LOGIN_UID=%s", login));
	return true;
}

static void end(struct fields *f)
{
	(void)libsystemd.sd_journal_sendv(f->v, (int)f->n);
	for (size_t i = 0; i < f->n; i++)
		free(f->v[i].iov_base);
	free(f->v);
}

void journal_record(const char *verb, const char *owner, const struct addr *addrs, size_t n,
		    const char *result, uint32_t claim_id)
{
	_cleanup_(freep) char *what = NULL;
	struct fields f = { 0 };
	char name[ADDR_STR_LEN];

	if (!begin(&f, n, verb, result))
		return;
	if (n == 1)
		what = strdup(addr_str(addrs[0], name));
	else
		what = text_fmt("%zu functions", n);
	if (what)
		add(&f, text_fmt("MESSAGE=%s of %s%s%s: %s", verb, what, owner && *owner ? " for " : "",
				 owner ? owner : "", result));
	if (owner && *owner)
		add(&f, text_fmt("HVCLAIM_OWNER=%s", owner));
	if (claim_id)
		add(&f, text_fmt("HVCLAIM_CLAIM=%u", claim_id));
	for (size_t i = 0; i < n; i++)
		add(&f, text_fmt("HVCLAIM_DEVICE=%s", addr_str(addrs[i], name)));
	end(&f);
}

void journal_rule(const char *verb, const char *rule, const char *result)
{
	struct fields f = { 0 };

	if (!begin(&f, 0, verb, result))
		return;
	add(&f, text_fmt("MESSAGE=%s \"%s\": %s", verb, rule, result));
	add(&f, text_fmt("HVCLAIM_RULE=%s", rule));
	end(&f);
}
