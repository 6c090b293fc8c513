// SPDX-License-Identifier: GPL-2.0-only
/*
 * words.c - the enums of the interface in its own words, and back
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <string.h>

#include "lib/hostfs.h"
#include "lib/words.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *const reasons[] = {
	"no-iommu",	"no-coherency", "no-intremap",	 "rmrr",	"rmrr-relaxable",
	"rmrr-relaxed", "group-shared", "group-split",	 "acs-missing", "not-endpoint",
	"sriov-vfs",	"pf-user",	"boot-vga",	 "netdev-busy", "identity",
	"protected",	"held",		"foreign-owner", "in-use",	"host-use",
	"no-reset",	"siblings",	"external",	 "intx-shared", "numa-far",
};
static const char *const severities[] = { "note", "ask", "fatal" };
static const char *const dev_states[] = { "unbound", "host",   "foreign", "pending", "held",
					  "stuck",   "parked", "gone",	  "drifted" };
static const char *const claim_states[] = { "queued",	"checking",  "unbinding", "binding",
					    "held",	"releasing", "gone",	  "stuck",
					    "degraded", "orphaned",  "refused" };
static const char *const fn_states[] = { "untouched", "unbinding", "parked",   "binding", "held",
					 "resetting", "restoring", "restored", "failed",  "gone" };
static const char *const lifetimes[] = { "host", "socket" };
static const char *const rule_sources[] = { "option", "request" };
static const char *const rule_states[] = { "waiting", "active", "refused", "invalid", "disabled" };
static const char *const hypervisors[] = { "bare", "xen-dom0" };
static const char *const iommus[] = { "none", "intel", "amd", "other" };
static const char *const sriov_roles[] = { "none", "pf", "vf" };
static const char *const netdev_uses[] = { "up", "upper" };
static const char *const acs_bits[] = { "src-valid", "req-redir", "cmplt-redir", "upstream-fwd" };

#define WORD(fn, type, table)                                                     \
	const char *fn(enum type v)                                               \
	{                                                                         \
		return (size_t)v < COUNT(table) ? (table)[(size_t)v] : "unknown"; \
	}

WORD(reason_word, hvclaim_reason, reasons)
WORD(severity_word, hvclaim_severity, severities)
WORD(dev_state_word, hvclaim_dev_state, dev_states)
WORD(claim_state_word, hvclaim_claim_state, claim_states)
WORD(fn_state_word, hvclaim_fn_state, fn_states)
WORD(lifetime_word, hvclaim_lifetime, lifetimes)
WORD(rule_source_word, hvclaim_rule_source, rule_sources)
WORD(rule_state_word, hvclaim_rule_state, rule_states)
WORD(hypervisor_word, hvclaim_hypervisor, hypervisors)
WORD(iommu_word, hvclaim_iommu, iommus)
WORD(sriov_role_word, hvclaim_sriov_role, sriov_roles)
WORD(netdev_use_word, hvclaim_netdev_use, netdev_uses)

const char *acs_word(unsigned int i)
{
	return i < COUNT(acs_bits) ? acs_bits[i] : NULL;
}

static int of_word(const char *const *table, size_t n, const char *word, size_t len)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(table[i]) == len && !strncmp(table[i], word, len))
			return (int)i;
	return -1;
}

int reason_of_word(const char *word, size_t len)
{
	return of_word(reasons, COUNT(reasons), word, len);
}

int lifetime_of_word(const char *word)
{
	return of_word(lifetimes, COUNT(lifetimes), word, strlen(word));
}

bool reason_can_ask(enum hvclaim_reason v)
{
	switch (v) {
	case HVCLAIM_REASON_NO_INTREMAP:
	case HVCLAIM_REASON_RMRR: /* where Xen shares it */
	case HVCLAIM_REASON_RMRR_RELAXED:
	case HVCLAIM_REASON_GROUP_SHARED:
	case HVCLAIM_REASON_ACS_MISSING:
	case HVCLAIM_REASON_BOOT_VGA:
	case HVCLAIM_REASON_NETDEV_BUSY:
	case HVCLAIM_REASON_FOREIGN_OWNER:
	case HVCLAIM_REASON_HOST_USE:
	case HVCLAIM_REASON_NO_RESET:
		return true;
	default:
		return false;
	}
}

/* What --allow takes, for its error messages. */
static char *askable(void)
{
	uint64_t mask = 0;

	for (size_t i = 0; i < COUNT(reasons); i++)
		if (reason_can_ask(i))
			mask |= UINT64_C(1) << i;
	return allow_text(mask);
}

int allow_parse(const char *text, uint64_t *allow, char **err)
{
	uint64_t found = 0;
	const char *s = text;

	*err = NULL;
	for (;;) {
		size_t len = strcspn(s, ",");
		int reason = reason_of_word(s, len);

		if (reason < 0 || !reason_can_ask(reason)) {
			_cleanup_(freep) char *all = askable();

			*err = text_fmt(reason < 0 ? "no reason \"%.*s\"; there are: %s"
						   : "nothing gets past \"%.*s\"; there are: %s",
					(int)len, s, all ? all : "");
			return -EINVAL;
		}
		found |= UINT64_C(1) << reason;
		if (!s[len])
			break;
		s += len + 1;
	}
	*allow |= found;
	return 0;
}

char *allow_text(uint64_t mask)
{
	char *text = NULL;

	for (size_t i = 0; i < COUNT(reasons); i++)
		if (mask >> i & 1 && text_add(&text, "%s%s", text ? "," : "", reasons[i]))
			goto err;
	return text ? text : strdup("");
err:
	free(text);
	return NULL;
}
