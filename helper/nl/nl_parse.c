// SPDX-License-Identifier: GPL-2.0-only
/*
 * nl_parse.c - attributes to the helper's model
 *
 * A table per attribute set says where each attribute goes; what is nested or in a list has a function.
 */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <linux/genetlink.h>
#include <netlink/genl/genl.h>

#include "nl/nl_parse.h"

enum kind {
	NUMBER,	 /* to an integer, an enum or a bool of any size */
	TEXT,	 /* to a char array */
	PRESENT, /* that it is there, to a bool */
	ADDR,	 /* a nested address, to a struct addr */
};

/**
 * struct field - where an attribute goes
 * @type: its type
 * @kind: what it holds
 * @at: offset of the member
 * @size: of the member
 * @has: offset of the bool that says that it was there, 0 for none
 */
struct field {
	uint16_t type;
	enum kind kind;
	size_t at, size, has;
};

#define FIELD(s, t, k, member)                                                       \
	{                                                                            \
		t, k, offsetof(struct s, member), sizeof(((struct s *)0)->member), 0 \
	}
#define OPT(s, t, k, member, has)                                                                          \
	{                                                                                                  \
		t, k, offsetof(struct s, member), sizeof(((struct s *)0)->member), offsetof(struct s, has) \
	}

/* What is in no table: 0, or -ENOMEM */
typedef int (*rest_fn)(struct nlattr *a, void *out);

struct set {
	const struct field *fields;
	size_t n;
	rest_fn rest;
};

#define SET(fields, rest)                                        \
	{                                                        \
		fields, sizeof(fields) / sizeof(*(fields)), rest \
	}

static int parse_nest(struct nlattr *nest, const struct set *set, void *out);

/* A short attribute reads as zero: the module does not send any, and nothing is read past one */
static uint64_t number(struct nlattr *a)
{
	return nla_len(a) >= 8 ? nla_get_u64(a) : nla_len(a) >= 4 ? nla_get_u32(a) : 0;
}

static void store(void *to, size_t size, uint64_t v)
{
	switch (size) {
	case 1:
		*(uint8_t *)to = (uint8_t)v;
		break;
	case 2:
		*(uint16_t *)to = (uint16_t)v;
		break;
	case 4:
		*(uint32_t *)to = (uint32_t)v;
		break;
	default:
		*(uint64_t *)to = v;
	}
}

static const struct field addr_fields[] = {
	FIELD(addr, HVCLAIM_A_ADDR_DOMAIN, NUMBER, domain),
	FIELD(addr, HVCLAIM_A_ADDR_BUS, NUMBER, bus),
	FIELD(addr, HVCLAIM_A_ADDR_DEVFN, NUMBER, devfn),
};
static const struct set addr_set = SET(addr_fields, NULL);

static int parse_attr(struct nlattr *a, const struct set *set, void *out)
{
	const int type = nla_type(a);

	for (size_t i = 0; i < set->n; i++) {
		const struct field *f = &set->fields[i];
		char *to = (char *)out + f->at;

		if (f->type != type)
			continue;
		if (f->has)
			*(bool *)((char *)out + f->has) = true;
		switch (f->kind) {
		case NUMBER:
			store(to, f->size, number(a));
			break;
		case TEXT:
			nla_strlcpy(to, a, f->size);
			break;
		case PRESENT:
			*(bool *)to = true;
			break;
		case ADDR:
			return parse_nest(a, &addr_set, to);
		}
		return 0;
	}
	return set->rest ? set->rest(a, out) : 0;
}

static int parse_attrs(struct nlattr *a, int rem, const struct set *set, void *out)
{
	int err = 0;

	for (; nla_ok(a, rem) && !err; a = nla_next(a, &rem))
		err = parse_attr(a, set, out);
	return err;
}

static int parse_nest(struct nlattr *nest, const struct set *set, void *out)
{
	return parse_attrs(nla_data(nest), nla_len(nest), set, out);
}

static int parse_msg(struct nlmsghdr *msg, const struct set *set, void *out)
{
	struct genlmsghdr *g = nlmsg_data(msg);

	return parse_attrs(genlmsg_attrdata(g, 0), genlmsg_attrlen(g, 0), set, out);
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

/* A string of any length */
static int text(struct nlattr *a, char **out)
{
	free(*out);
	*out = nla_strdup(a);
	return *out ? 0 : -ENOMEM;
}

static const struct field info_fields[] = {
	FIELD(info, HVCLAIM_A_INFO_API_VERSION, NUMBER, api_version),
	FIELD(info, HVCLAIM_A_INFO_MODULE_VERSION, TEXT, module_version),
	FIELD(info, HVCLAIM_A_INFO_HYPERVISOR, NUMBER, hypervisor),
	FIELD(info, HVCLAIM_A_INFO_IOMMU, NUMBER, iommu),
	FIELD(info, HVCLAIM_A_INFO_INTREMAP, NUMBER, intremap),
	FIELD(info, HVCLAIM_A_INFO_CLAIMS, NUMBER, claims),
	FIELD(info, HVCLAIM_A_INFO_DEVICES, NUMBER, devices),
	FIELD(info, HVCLAIM_A_INFO_GENERATION, NUMBER, generation),
	FIELD(info, HVCLAIM_A_INFO_DEADLINE, NUMBER, deadline),
	FIELD(info, HVCLAIM_A_INFO_DISABLED, NUMBER, disabled),
};

static int info_rest(struct nlattr *a, void *out)
{
	struct info *info = out;
	char(*name)[HVCLAIM_NAME_MAX + 1];

	if (nla_type(a) != HVCLAIM_A_INFO_BACKEND)
		return 0;
	name = more(&info->backends, &info->n_backends, sizeof(*info->backends));
	if (!name)
		return -ENOMEM;
	nla_strlcpy(*name, a, sizeof(*name));
	return 0;
}

int parse_info(struct nlmsghdr *msg, struct info *out)
{
	static const struct set set = SET(info_fields, info_rest);

	return parse_msg(msg, &set, out);
}

static const struct field finding_fields[] = {
	FIELD(finding, HVCLAIM_A_FINDING_REASON, NUMBER, reason),
	FIELD(finding, HVCLAIM_A_FINDING_SEVERITY, NUMBER, severity),
	FIELD(finding, HVCLAIM_A_FINDING_ALLOWED, NUMBER, allowed),
	OPT(finding, HVCLAIM_A_FINDING_FUNCTION, ADDR, function, has_function),
	OPT(finding, HVCLAIM_A_FINDING_OTHER, ADDR, other, has_other),
	FIELD(finding, HVCLAIM_A_FINDING_DRIVER, TEXT, driver),
	OPT(finding, HVCLAIM_A_FINDING_GROUP, NUMBER, group, has_group),
	FIELD(finding, HVCLAIM_A_FINDING_START, NUMBER, start),
	OPT(finding, HVCLAIM_A_FINDING_END, NUMBER, end, has_range),
	FIELD(finding, HVCLAIM_A_FINDING_ACS_MISSING, NUMBER, acs_missing),
	FIELD(finding, HVCLAIM_A_FINDING_ACS_CAPABLE, NUMBER, acs_capable),
	FIELD(finding, HVCLAIM_A_FINDING_NETDEV, TEXT, netdev),
	OPT(finding, HVCLAIM_A_FINDING_NETDEV_USE, NUMBER, netdev_use, has_netdev_use),
	FIELD(finding, HVCLAIM_A_FINDING_UPPER, TEXT, upper),
	FIELD(finding, HVCLAIM_A_FINDING_NETNS_OTHER, NUMBER, netns_other),
	OPT(finding, HVCLAIM_A_FINDING_CLAIM, NUMBER, claim, has_claim),
	FIELD(finding, HVCLAIM_A_FINDING_OWNER, TEXT, owner),
};

static int parse_finding(struct nlattr *nest, struct findings *list)
{
	static const struct set set = SET(finding_fields, NULL);
	struct finding f = { 0 };

	parse_nest(nest, &set, &f);
	return findings_add(list, &f);
}

static const struct field dev_fields[] = {
	FIELD(dev, HVCLAIM_A_DEV_ADDR, ADDR, addr),
	FIELD(dev, HVCLAIM_A_DEV_PATH, TEXT, path),
	FIELD(dev, HVCLAIM_A_DEV_VENDOR, NUMBER, vendor),
	FIELD(dev, HVCLAIM_A_DEV_DEVICE, NUMBER, device),
	FIELD(dev, HVCLAIM_A_DEV_SUBSYSTEM_VENDOR, NUMBER, subsystem_vendor),
	FIELD(dev, HVCLAIM_A_DEV_SUBSYSTEM_DEVICE, NUMBER, subsystem_device),
	FIELD(dev, HVCLAIM_A_DEV_CLASS, NUMBER, class),
	FIELD(dev, HVCLAIM_A_DEV_REVISION, NUMBER, revision),
	FIELD(dev, HVCLAIM_A_DEV_DRIVER, TEXT, driver),
	FIELD(dev, HVCLAIM_A_DEV_GROUP, NUMBER, group),
	FIELD(dev, HVCLAIM_A_DEV_NUMA_NODE, NUMBER, numa_node),
	FIELD(dev, HVCLAIM_A_DEV_SRIOV_ROLE, NUMBER, sriov_role),
	FIELD(dev, HVCLAIM_A_DEV_PF, ADDR, pf),
	FIELD(dev, HVCLAIM_A_DEV_NUM_VFS, NUMBER, num_vfs),
	FIELD(dev, HVCLAIM_A_DEV_STATE, NUMBER, state),
	OPT(dev, HVCLAIM_A_DEV_SERIAL, NUMBER, serial, has_serial),
	FIELD(dev, HVCLAIM_A_DEV_CLAIM, NUMBER, claim),
	FIELD(dev, HVCLAIM_A_DEV_OWNER, TEXT, owner),
	OPT(dev, HVCLAIM_A_DEV_VERDICT, NUMBER, verdict, has_verdict),
};

static int dev_rest(struct nlattr *a, void *out)
{
	struct dev *dev = out;

	return nla_type(a) == HVCLAIM_A_DEV_FINDING ? parse_finding(a, &dev->findings) : 0;
}

int parse_dev(struct nlmsghdr *msg, struct dev *out)
{
	static const struct set set = SET(dev_fields, dev_rest);

	*out = (struct dev){ .group = -1, .numa_node = -1 };
	return parse_msg(msg, &set, out);
}

static const struct field member_fields[] = {
	FIELD(member, HVCLAIM_A_MEMBER_ADDR, ADDR, addr),
	FIELD(member, HVCLAIM_A_MEMBER_DRIVER, TEXT, driver),
	FIELD(member, HVCLAIM_A_MEMBER_CLASS, NUMBER, class),
	FIELD(member, HVCLAIM_A_MEMBER_STATE, NUMBER, state),
};

static const struct field group_fields[] = {
	FIELD(group, HVCLAIM_A_GROUP_ID, NUMBER, id),
	FIELD(group, HVCLAIM_A_GROUP_DOMAIN_TYPE, TEXT, domain_type),
	FIELD(group, HVCLAIM_A_GROUP_VIABLE, NUMBER, viable),
};

static int group_rest(struct nlattr *a, void *out)
{
	static const struct set set = SET(member_fields, NULL);
	struct group *group = out;
	struct member *m;

	if (nla_type(a) == HVCLAIM_A_GROUP_FINDING)
		return parse_finding(a, &group->findings);
	if (nla_type(a) != HVCLAIM_A_GROUP_MEMBER)
		return 0;
	m = more(&group->members, &group->n_members, sizeof(*m));
	return m ? parse_nest(a, &set, m) : -ENOMEM;
}

int parse_group(struct nlmsghdr *msg, struct group *out)
{
	static const struct set set = SET(group_fields, group_rest);

	return parse_msg(msg, &set, out);
}

static const struct field claim_fn_fields[] = {
	FIELD(claim_fn, HVCLAIM_A_CLAIM_FN_ADDR, ADDR, addr),
	FIELD(claim_fn, HVCLAIM_A_CLAIM_FN_PATH, TEXT, path),
	FIELD(claim_fn, HVCLAIM_A_CLAIM_FN_STATE, NUMBER, state),
	FIELD(claim_fn, HVCLAIM_A_CLAIM_FN_HOST_DRIVER, TEXT, host_driver),
	FIELD(claim_fn, HVCLAIM_A_CLAIM_FN_HOST_OVERRIDE, TEXT, host_override),
	FIELD(claim_fn, HVCLAIM_A_CLAIM_FN_DRIVER, TEXT, driver),
	FIELD(claim_fn, HVCLAIM_A_CLAIM_FN_ERROR, NUMBER, error),
	FIELD(claim_fn, HVCLAIM_A_CLAIM_FN_VENDOR, NUMBER, vendor),
	FIELD(claim_fn, HVCLAIM_A_CLAIM_FN_DEVICE, NUMBER, device),
};
static const struct set claim_fn_set = SET(claim_fn_fields, NULL);

static const struct field claim_fields[] = {
	FIELD(claim, HVCLAIM_A_CLAIM_ID, NUMBER, id),
	FIELD(claim, HVCLAIM_A_CLAIM_OWNER, TEXT, owner),
	FIELD(claim, HVCLAIM_A_CLAIM_BACKEND, TEXT, backend),
	FIELD(claim, HVCLAIM_A_CLAIM_DRIVER, TEXT, driver),
	FIELD(claim, HVCLAIM_A_CLAIM_LIFETIME, NUMBER, lifetime),
	FIELD(claim, HVCLAIM_A_CLAIM_ALLOW, NUMBER, allow),
	FIELD(claim, HVCLAIM_A_CLAIM_DEADLINE, NUMBER, deadline),
	FIELD(claim, HVCLAIM_A_CLAIM_COMMAND, TEXT, command),
	FIELD(claim, HVCLAIM_A_CLAIM_STATE, NUMBER, state),
	FIELD(claim, HVCLAIM_A_CLAIM_SINCE, NUMBER, since),
	FIELD(claim, HVCLAIM_A_CLAIM_ERROR, NUMBER, error),
	FIELD(claim, HVCLAIM_A_CLAIM_UID, NUMBER, uid),
	OPT(claim, HVCLAIM_A_CLAIM_LOGIN_UID, NUMBER, login_uid, has_login_uid),
	FIELD(claim, HVCLAIM_A_CLAIM_PID, NUMBER, pid),
	FIELD(claim, HVCLAIM_A_CLAIM_WHEN_IDLE, PRESENT, when_idle),
	FIELD(claim, HVCLAIM_A_CLAIM_RULE, NUMBER, rule),
};

static int claim_rest(struct nlattr *a, void *out)
{
	struct claim *claim = out;
	struct claim_fn *fn;

	switch (nla_type(a)) {
	case HVCLAIM_A_CLAIM_FUNCTION:
		fn = more(&claim->fns, &claim->n_fns, sizeof(*fn));
		return fn ? parse_nest(a, &claim_fn_set, fn) : -ENOMEM;
	case HVCLAIM_A_CLAIM_FINDING:
		return parse_finding(a, &claim->findings);
	case HVCLAIM_A_CLAIM_ERROR_MSG:
		return text(a, &claim->error_msg);
	default:
		return 0;
	}
}

int parse_claim(struct nlmsghdr *msg, struct claim *out)
{
	static const struct set set = SET(claim_fields, claim_rest);

	return parse_msg(msg, &set, out);
}

static const struct field verdict_fields[] = {
	FIELD(nl_verdict, HVCLAIM_A_CLAIM_VERDICT, NUMBER, verdict),
	FIELD(nl_verdict, HVCLAIM_A_CLAIM_BACKEND, TEXT, backend),
	FIELD(nl_verdict, HVCLAIM_A_CLAIM_DRIVER, TEXT, driver),
};

static int verdict_rest(struct nlattr *a, void *out)
{
	struct nl_verdict *v = out;
	struct claim_fn fn = { 0 };
	struct addr *addr;

	if (nla_type(a) == HVCLAIM_A_CLAIM_FINDING)
		return parse_finding(a, &v->findings);
	if (nla_type(a) != HVCLAIM_A_CLAIM_FUNCTION)
		return 0;
	addr = more(&v->fns, &v->n_fns, sizeof(*addr));
	if (!addr)
		return -ENOMEM;
	parse_nest(a, &claim_fn_set, &fn);
	*addr = fn.addr;
	return 0;
}

int parse_verdict(struct nlmsghdr *msg, struct nl_verdict *out)
{
	static const struct set set = SET(verdict_fields, verdict_rest);

	return parse_msg(msg, &set, out);
}

static const struct field answer_fields[] = {
	FIELD(nl_answer, HVCLAIM_A_CLAIM_ID, NUMBER, ref.id),
	FIELD(nl_answer, HVCLAIM_A_CLAIM_STATE, NUMBER, ref.state),
	FIELD(nl_answer, HVCLAIM_A_CLAIM_CHANGED, NUMBER, changed),
};

static const struct field ref_fields[] = {
	FIELD(nl_ref, HVCLAIM_A_CLAIM_REF_ID, NUMBER, id),
	FIELD(nl_ref, HVCLAIM_A_CLAIM_REF_STATE, NUMBER, state),
	FIELD(nl_ref, HVCLAIM_A_CLAIM_REF_OWNER, TEXT, owner),
};

static int answer_rest(struct nlattr *a, void *out)
{
	static const struct set set = SET(ref_fields, NULL);
	struct nl_answer *answer = out;
	struct nl_ref *ref;

	if (nla_type(a) != HVCLAIM_A_CLAIM_CLAIM)
		return 0;
	ref = more(&answer->refs, &answer->n_refs, sizeof(*ref));
	return ref ? parse_nest(a, &set, ref) : -ENOMEM;
}

int parse_answer(struct nlmsghdr *msg, struct nl_answer *out)
{
	static const struct set set = SET(answer_fields, answer_rest);

	return parse_msg(msg, &set, out);
}

static const struct field match_fields[] = {
	FIELD(rule_match, HVCLAIM_A_RULE_MATCH_ADDR, ADDR, addr),
	FIELD(rule_match, HVCLAIM_A_RULE_MATCH_PATH, TEXT, path),
	FIELD(rule_match, HVCLAIM_A_RULE_MATCH_CLAIM, NUMBER, claim),
	FIELD(rule_match, HVCLAIM_A_RULE_MATCH_ERROR, NUMBER, error),
	OPT(rule_match, HVCLAIM_A_RULE_MATCH_REASON, NUMBER, reason, has_reason),
};

static int match_rest(struct nlattr *a, void *out)
{
	struct rule_match *m = out;

	return nla_type(a) == HVCLAIM_A_RULE_MATCH_ERROR_MSG ? text(a, &m->error_msg) : 0;
}

static const struct field rule_fields[] = {
	FIELD(rule, HVCLAIM_A_RULE_ID, NUMBER, id),
	FIELD(rule, HVCLAIM_A_RULE_TEXT, TEXT, text),
	FIELD(rule, HVCLAIM_A_RULE_SOURCE, NUMBER, source),
	FIELD(rule, HVCLAIM_A_RULE_STATE, NUMBER, state),
	FIELD(rule, HVCLAIM_A_RULE_OWNER, TEXT, owner),
	FIELD(rule, HVCLAIM_A_RULE_BACKEND, TEXT, backend),
	FIELD(rule, HVCLAIM_A_RULE_DRIVER, TEXT, driver),
	FIELD(rule, HVCLAIM_A_RULE_ALLOW, NUMBER, allow),
	FIELD(rule, HVCLAIM_A_RULE_WHOLE_GROUP, PRESENT, whole_group),
	FIELD(rule, HVCLAIM_A_RULE_COLUMN, NUMBER, column),
	FIELD(rule, HVCLAIM_A_RULE_COMMAND, TEXT, command),
	OPT(rule, HVCLAIM_A_RULE_UID, NUMBER, uid, has_uid),
	OPT(rule, HVCLAIM_A_RULE_LOGIN_UID, NUMBER, login_uid, has_login_uid),
	OPT(rule, HVCLAIM_A_RULE_PID, NUMBER, pid, has_pid),
};

static int rule_rest(struct nlattr *a, void *out)
{
	static const struct set set = SET(match_fields, match_rest);
	struct rule *rule = out;
	struct rule_match *m;

	if (nla_type(a) == HVCLAIM_A_RULE_ERROR_MSG)
		return text(a, &rule->error_msg);
	if (nla_type(a) != HVCLAIM_A_RULE_MATCH)
		return 0;
	m = more(&rule->matches, &rule->n_matches, sizeof(*m));
	return m ? parse_nest(a, &set, m) : -ENOMEM;
}

int parse_rule(struct nlmsghdr *msg, struct rule *out)
{
	static const struct set set = SET(rule_fields, rule_rest);

	return parse_msg(msg, &set, out);
}

static const struct field rule_answer_fields[] = {
	FIELD(nl_answer, HVCLAIM_A_RULE_ID, NUMBER, ref.id),
	FIELD(nl_answer, HVCLAIM_A_RULE_CHANGED, NUMBER, changed),
};

int parse_rule_answer(struct nlmsghdr *msg, struct nl_answer *out)
{
	static const struct set set = SET(rule_answer_fields, NULL);

	return parse_msg(msg, &set, out);
}
