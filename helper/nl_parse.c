// SPDX-License-Identifier: GPL-2.0-only
/*
 * nl_parse.c - attributes to the helper's model
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/genetlink.h>
#include <netlink/genl/genl.h>

#include "nl_parse.h"

#define EACH(attr, rem, head, len) /* NOLINTNEXTLINE(bugprone-macro-parentheses): declares attr */ \
	for (struct nlattr *attr = (head); nla_ok(attr, rem); attr = nla_next(attr, &(rem)))

static struct nlattr *first(struct nlmsghdr *msg, int *rem)
{
	struct genlmsghdr *g = nlmsg_data(msg);

	*rem = genlmsg_attrlen(g, 0);
	return genlmsg_attrdata(g, 0);
}

/* A short attribute reads as zero: the module does not send any, and nothing is read past one */
static uint32_t u32(struct nlattr *a)
{
	return nla_len(a) >= 4 ? nla_get_u32(a) : 0;
}

static uint64_t u64(struct nlattr *a)
{
	return nla_len(a) >= 8 ? nla_get_u64(a) : 0;
}

static void text(struct nlattr *a, char *buf, size_t size)
{
	nla_strlcpy(buf, a, size);
}

/* One more zeroed element of an array */
static void *more(void *array, size_t *n, size_t size)
{
	char *v = reallocarray(*(void **)array, *n + 1, size);

	if (!v)
		return NULL;
	*(void **)array = v;
	return memset(v + (*n)++ * size, 0, size);
}

static struct addr parse_addr(struct nlattr *nest)
{
	struct addr out = { 0 };
	int rem = nla_len(nest);

	EACH(a, rem, nla_data(nest), rem)
	{
		switch (nla_type(a)) {
		case HVCLAIM_A_ADDR_DOMAIN:
			out.domain = u32(a);
			break;
		case HVCLAIM_A_ADDR_BUS:
			out.bus = (uint8_t)u32(a);
			break;
		case HVCLAIM_A_ADDR_DEVFN:
			out.devfn = (uint8_t)u32(a);
			break;
		}
	}
	return out;
}

int parse_info(struct nlmsghdr *msg, struct info *out)
{
	int rem;
	char(*name)[HVCLAIM_NAME_MAX + 1];

	EACH(a, rem, first(msg, &rem), rem)
	{
		switch (nla_type(a)) {
		case HVCLAIM_A_INFO_API_VERSION:
			out->api_version = u32(a);
			break;
		case HVCLAIM_A_INFO_MODULE_VERSION:
			text(a, out->module_version, sizeof(out->module_version));
			break;
		case HVCLAIM_A_INFO_HYPERVISOR:
			out->hypervisor = u32(a);
			break;
		case HVCLAIM_A_INFO_IOMMU:
			out->iommu = u32(a);
			break;
		case HVCLAIM_A_INFO_INTREMAP:
			out->intremap = u32(a);
			break;
		case HVCLAIM_A_INFO_BACKEND:
			name = more(&out->backends, &out->n_backends, sizeof(*out->backends));
			if (!name)
				return -ENOMEM;
			text(a, *name, sizeof(*name));
			break;
		case HVCLAIM_A_INFO_CLAIMS:
			out->claims = u32(a);
			break;
		case HVCLAIM_A_INFO_DEVICES:
			out->devices = u32(a);
			break;
		case HVCLAIM_A_INFO_GENERATION:
			out->generation = u32(a);
			break;
		case HVCLAIM_A_INFO_DEADLINE:
			out->deadline = u32(a);
			break;
		case HVCLAIM_A_INFO_DISABLED:
			out->disabled = u32(a);
			break;
		}
	}
	return 0;
}

static int parse_finding(struct nlattr *nest, struct findings *list)
{
	struct finding f = { 0 };
	int rem = nla_len(nest);

	EACH(a, rem, nla_data(nest), rem)
	{
		switch (nla_type(a)) {
		case HVCLAIM_A_FINDING_REASON:
			f.reason = u32(a);
			break;
		case HVCLAIM_A_FINDING_SEVERITY:
			f.severity = u32(a);
			break;
		case HVCLAIM_A_FINDING_ALLOWED:
			f.allowed = u32(a);
			break;
		case HVCLAIM_A_FINDING_FUNCTION:
			f.has_function = true;
			f.function = parse_addr(a);
			break;
		case HVCLAIM_A_FINDING_OTHER:
			f.has_other = true;
			f.other = parse_addr(a);
			break;
		case HVCLAIM_A_FINDING_DRIVER:
			text(a, f.driver, sizeof(f.driver));
			break;
		case HVCLAIM_A_FINDING_GROUP:
			f.has_group = true;
			f.group = u32(a);
			break;
		case HVCLAIM_A_FINDING_START:
			f.start = u64(a);
			break;
		case HVCLAIM_A_FINDING_END:
			f.has_range = true;
			f.end = u64(a);
			break;
		case HVCLAIM_A_FINDING_ACS_MISSING:
			f.acs_missing = u32(a);
			break;
		case HVCLAIM_A_FINDING_ACS_CAPABLE:
			f.acs_capable = u32(a);
			break;
		case HVCLAIM_A_FINDING_NETDEV:
			text(a, f.netdev, sizeof(f.netdev));
			break;
		case HVCLAIM_A_FINDING_NETDEV_USE:
			f.has_netdev_use = true;
			f.netdev_use = u32(a);
			break;
		case HVCLAIM_A_FINDING_UPPER:
			text(a, f.upper, sizeof(f.upper));
			break;
		case HVCLAIM_A_FINDING_NETNS_OTHER:
			f.netns_other = u32(a);
			break;
		case HVCLAIM_A_FINDING_CLAIM:
			f.has_claim = true;
			f.claim = u32(a);
			break;
		case HVCLAIM_A_FINDING_OWNER:
			text(a, f.owner, sizeof(f.owner));
			break;
		}
	}
	return findings_add(list, &f);
}

int parse_dev(struct nlmsghdr *msg, struct dev *out)
{
	int rem, err = 0;

	*out = (struct dev){ .group = -1, .numa_node = -1 };
	EACH(a, rem, first(msg, &rem), rem)
	{
		switch (nla_type(a)) {
		case HVCLAIM_A_DEV_ADDR:
			out->addr = parse_addr(a);
			break;
		case HVCLAIM_A_DEV_PATH:
			text(a, out->path, sizeof(out->path));
			break;
		case HVCLAIM_A_DEV_VENDOR:
			out->vendor = (uint16_t)u32(a);
			break;
		case HVCLAIM_A_DEV_DEVICE:
			out->device = (uint16_t)u32(a);
			break;
		case HVCLAIM_A_DEV_SUBSYSTEM_VENDOR:
			out->subsystem_vendor = (uint16_t)u32(a);
			break;
		case HVCLAIM_A_DEV_SUBSYSTEM_DEVICE:
			out->subsystem_device = (uint16_t)u32(a);
			break;
		case HVCLAIM_A_DEV_CLASS:
			out->class = u32(a);
			break;
		case HVCLAIM_A_DEV_REVISION:
			out->revision = (uint8_t)u32(a);
			break;
		case HVCLAIM_A_DEV_DRIVER:
			text(a, out->driver, sizeof(out->driver));
			break;
		case HVCLAIM_A_DEV_GROUP:
			out->group = (int)u32(a);
			break;
		case HVCLAIM_A_DEV_NUMA_NODE:
			out->numa_node = (int)u32(a);
			break;
		case HVCLAIM_A_DEV_SRIOV_ROLE:
			out->sriov_role = u32(a);
			break;
		case HVCLAIM_A_DEV_PF:
			out->pf = parse_addr(a);
			break;
		case HVCLAIM_A_DEV_NUM_VFS:
			out->num_vfs = u32(a);
			break;
		case HVCLAIM_A_DEV_STATE:
			out->state = u32(a);
			break;
		case HVCLAIM_A_DEV_SERIAL:
			out->has_serial = true;
			out->serial = u64(a);
			break;
		case HVCLAIM_A_DEV_CLAIM:
			out->claim = u32(a);
			break;
		case HVCLAIM_A_DEV_OWNER:
			text(a, out->owner, sizeof(out->owner));
			break;
		case HVCLAIM_A_DEV_FINDING:
			err = parse_finding(a, &out->findings);
			break;
		case HVCLAIM_A_DEV_VERDICT:
			out->has_verdict = true;
			out->verdict = u32(a);
			break;
		}
		if (err)
			return err;
	}
	return 0;
}

static int parse_member(struct nlattr *nest, struct group *group)
{
	struct member *m = more(&group->members, &group->n_members, sizeof(*m));
	int rem = nla_len(nest);

	if (!m)
		return -ENOMEM;
	EACH(a, rem, nla_data(nest), rem)
	{
		switch (nla_type(a)) {
		case HVCLAIM_A_MEMBER_ADDR:
			m->addr = parse_addr(a);
			break;
		case HVCLAIM_A_MEMBER_DRIVER:
			text(a, m->driver, sizeof(m->driver));
			break;
		case HVCLAIM_A_MEMBER_CLASS:
			m->class = u32(a);
			break;
		case HVCLAIM_A_MEMBER_STATE:
			m->state = u32(a);
			break;
		}
	}
	return 0;
}

int parse_group(struct nlmsghdr *msg, struct group *out)
{
	int rem, err = 0;

	EACH(a, rem, first(msg, &rem), rem)
	{
		switch (nla_type(a)) {
		case HVCLAIM_A_GROUP_ID:
			out->id = u32(a);
			break;
		case HVCLAIM_A_GROUP_DOMAIN_TYPE:
			text(a, out->domain_type, sizeof(out->domain_type));
			break;
		case HVCLAIM_A_GROUP_MEMBER:
			err = parse_member(a, out);
			break;
		case HVCLAIM_A_GROUP_VIABLE:
			out->viable = u32(a);
			break;
		case HVCLAIM_A_GROUP_FINDING:
			err = parse_finding(a, &out->findings);
			break;
		}
		if (err)
			return err;
	}
	return 0;
}

static int parse_claim_fn(struct nlattr *nest, struct claim *claim)
{
	struct claim_fn *fn = more(&claim->fns, &claim->n_fns, sizeof(*fn));
	int rem = nla_len(nest);

	if (!fn)
		return -ENOMEM;
	EACH(a, rem, nla_data(nest), rem)
	{
		switch (nla_type(a)) {
		case HVCLAIM_A_CLAIM_FN_ADDR:
			fn->addr = parse_addr(a);
			break;
		case HVCLAIM_A_CLAIM_FN_PATH:
			text(a, fn->path, sizeof(fn->path));
			break;
		case HVCLAIM_A_CLAIM_FN_STATE:
			fn->state = u32(a);
			break;
		case HVCLAIM_A_CLAIM_FN_HOST_DRIVER:
			text(a, fn->host_driver, sizeof(fn->host_driver));
			break;
		case HVCLAIM_A_CLAIM_FN_HOST_OVERRIDE:
			text(a, fn->host_override, sizeof(fn->host_override));
			break;
		case HVCLAIM_A_CLAIM_FN_DRIVER:
			text(a, fn->driver, sizeof(fn->driver));
			break;
		case HVCLAIM_A_CLAIM_FN_ERROR:
			fn->error = (int)u32(a);
			break;
		case HVCLAIM_A_CLAIM_FN_VENDOR:
			fn->vendor = (uint16_t)u32(a);
			break;
		case HVCLAIM_A_CLAIM_FN_DEVICE:
			fn->device = (uint16_t)u32(a);
			break;
		}
	}
	return 0;
}

int parse_claim(struct nlmsghdr *msg, struct claim *out)
{
	int rem, err = 0;

	EACH(a, rem, first(msg, &rem), rem)
	{
		switch (nla_type(a)) {
		case HVCLAIM_A_CLAIM_ID:
			out->id = u32(a);
			break;
		case HVCLAIM_A_CLAIM_FUNCTION:
			err = parse_claim_fn(a, out);
			break;
		case HVCLAIM_A_CLAIM_OWNER:
			text(a, out->owner, sizeof(out->owner));
			break;
		case HVCLAIM_A_CLAIM_BACKEND:
			text(a, out->backend, sizeof(out->backend));
			break;
		case HVCLAIM_A_CLAIM_DRIVER:
			text(a, out->driver, sizeof(out->driver));
			break;
		case HVCLAIM_A_CLAIM_LIFETIME:
			out->lifetime = u32(a);
			break;
		case HVCLAIM_A_CLAIM_ALLOW:
			out->allow = u64(a);
			break;
		case HVCLAIM_A_CLAIM_DEADLINE:
			out->deadline = u32(a);
			break;
		case HVCLAIM_A_CLAIM_COMMAND:
			text(a, out->command, sizeof(out->command));
			break;
		case HVCLAIM_A_CLAIM_STATE:
			out->state = u32(a);
			break;
		case HVCLAIM_A_CLAIM_SINCE:
			out->since = u64(a);
			break;
		case HVCLAIM_A_CLAIM_ERROR:
			out->error = (int)u32(a);
			break;
		case HVCLAIM_A_CLAIM_ERROR_MSG:
			free(out->error_msg);
			out->error_msg = nla_strdup(a);
			err = out->error_msg ? 0 : -ENOMEM;
			break;
		case HVCLAIM_A_CLAIM_FINDING:
			err = parse_finding(a, &out->findings);
			break;
		case HVCLAIM_A_CLAIM_UID:
			out->uid = u32(a);
			break;
		case HVCLAIM_A_CLAIM_LOGIN_UID:
			out->has_login_uid = true;
			out->login_uid = u32(a);
			break;
		case HVCLAIM_A_CLAIM_PID:
			out->pid = u32(a);
			break;
		case HVCLAIM_A_CLAIM_WHEN_IDLE:
			out->when_idle = true;
			break;
		}
		if (err)
			return err;
	}
	return 0;
}

int parse_verdict(struct nlmsghdr *msg, struct nl_verdict *out)
{
	int rem, rem2, err = 0;
	struct addr *addr;

	EACH(a, rem, first(msg, &rem), rem)
	{
		switch (nla_type(a)) {
		case HVCLAIM_A_CLAIM_VERDICT:
			out->verdict = u32(a);
			break;
		case HVCLAIM_A_CLAIM_FUNCTION:
			addr = more(&out->fns, &out->n_fns, sizeof(*addr));
			if (!addr)
				return -ENOMEM;
			rem2 = nla_len(a);
			EACH(b, rem2, nla_data(a), rem2)
			{
				if (nla_type(b) == HVCLAIM_A_CLAIM_FN_ADDR)
					*addr = parse_addr(b);
			}
			break;
		case HVCLAIM_A_CLAIM_FINDING:
			err = parse_finding(a, &out->findings);
			if (err)
				return err;
			break;
		case HVCLAIM_A_CLAIM_BACKEND:
			text(a, out->backend, sizeof(out->backend));
			break;
		case HVCLAIM_A_CLAIM_DRIVER:
			text(a, out->driver, sizeof(out->driver));
			break;
		}
	}
	return 0;
}

int parse_claim_answer(struct nlmsghdr *msg, struct nl_ref *ref, bool *changed)
{
	int rem;

	EACH(a, rem, first(msg, &rem), rem)
	{
		if (nla_type(a) == HVCLAIM_A_CLAIM_ID)
			ref->id = u32(a);
		else if (nla_type(a) == HVCLAIM_A_CLAIM_STATE)
			ref->state = u32(a);
		else if (nla_type(a) == HVCLAIM_A_CLAIM_CHANGED)
			*changed = u32(a);
	}
	return 0;
}

int parse_release_answer(struct nlmsghdr *msg, struct nl_ref **refs, size_t *n, bool *changed)
{
	struct nl_ref *ref;
	int rem, rem2;

	EACH(a, rem, first(msg, &rem), rem)
	{
		if (nla_type(a) == HVCLAIM_A_CLAIM_CHANGED)
			*changed = u32(a);
		if (nla_type(a) != HVCLAIM_A_CLAIM_CLAIM)
			continue;
		ref = more(refs, n, sizeof(*ref));
		if (!ref)
			return -ENOMEM;
		rem2 = nla_len(a);
		EACH(b, rem2, nla_data(a), rem2)
		{
			if (nla_type(b) == HVCLAIM_A_CLAIM_REF_ID)
				ref->id = u32(b);
			else if (nla_type(b) == HVCLAIM_A_CLAIM_REF_STATE)
				ref->state = u32(b);
			else if (nla_type(b) == HVCLAIM_A_CLAIM_REF_OWNER)
				text(b, ref->owner, sizeof(ref->owner));
		}
	}
	return 0;
}
