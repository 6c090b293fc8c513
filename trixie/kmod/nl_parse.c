// SPDX-License-Identifier: GPL-2.0-only
/*
 * nl_parse.c - attributes to values; touches no state
 */
#include <linux/audit.h>
#include <linux/cred.h>
#include <linux/ctype.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "nl.h"

/* clang-format off */
#define HVC_NAME { .type = NLA_NUL_STRING, .len = HVCLAIM_NAME_MAX }
/* clang-format on */
#define HVC_REASONS (BIT_ULL(HVCLAIM_REASON_NUMA_FAR + 1) - 1)

/* NLA_POLICY_RANGE() has 16 bits with a sign. Not const: 6.1 points to these without. */
static struct netlink_range_validation hvc_id_range = { .max = 0xffff };
static struct netlink_range_validation hvc_deadline_range = {
	.min = HVCLAIM_DEADLINE_MIN,
	.max = HVCLAIM_DEADLINE_MAX,
};

static const struct nla_policy hvc_addr_policy[HVCLAIM_A_ADDR_MAX + 1] = {
	[HVCLAIM_A_ADDR_DOMAIN] = { .type = NLA_U32 },
	[HVCLAIM_A_ADDR_BUS] = NLA_POLICY_MAX(NLA_U32, 255),
	[HVCLAIM_A_ADDR_DEVFN] = NLA_POLICY_MAX(NLA_U32, 255),
};

static const struct nla_policy hvc_fn_policy[HVCLAIM_A_CLAIM_FN_MAX + 1] = {
	[HVCLAIM_A_CLAIM_FN_ADDR] = NLA_POLICY_NESTED(hvc_addr_policy),
	[HVCLAIM_A_CLAIM_FN_VENDOR] = NLA_POLICY_FULL_RANGE(NLA_U32, &hvc_id_range),
	[HVCLAIM_A_CLAIM_FN_DEVICE] = NLA_POLICY_FULL_RANGE(NLA_U32, &hvc_id_range),
};

/* takes none; without a policy genl would not look */
const struct nla_policy hvc_info_policy[HVCLAIM_A_INFO_MAX + 1] = {};

const struct nla_policy hvc_dev_policy[HVCLAIM_A_DEV_MAX + 1] = {
	[HVCLAIM_A_DEV_ADDR] = NLA_POLICY_NESTED(hvc_addr_policy),
	[HVCLAIM_A_DEV_GROUP] = { .type = NLA_U32 },
	[HVCLAIM_A_DEV_STATE] = NLA_POLICY_MAX(NLA_U32, HVCLAIM_DEV_STATE_GONE),
	[HVCLAIM_A_DEV_OWNER] = HVC_NAME,
	[HVCLAIM_A_DEV_WITH_FINDINGS] = { .type = NLA_FLAG },
};

const struct nla_policy hvc_group_policy[HVCLAIM_A_GROUP_MAX + 1] = {
	[HVCLAIM_A_GROUP_ID] = { .type = NLA_U32 },
};

const struct nla_policy hvc_check_policy[HVCLAIM_A_CLAIM_MAX + 1] = {
	[HVCLAIM_A_CLAIM_FUNCTION] = NLA_POLICY_NESTED(hvc_fn_policy),
	[HVCLAIM_A_CLAIM_GROUP_ID] = { .type = NLA_U32 },
	[HVCLAIM_A_CLAIM_OWNER] = HVC_NAME,
	[HVCLAIM_A_CLAIM_BACKEND] = HVC_NAME,
	[HVCLAIM_A_CLAIM_DRIVER] = HVC_NAME,
	[HVCLAIM_A_CLAIM_ALLOW] = NLA_POLICY_MASK(NLA_U64, HVC_REASONS),
	[HVCLAIM_A_CLAIM_WHOLE_GROUP] = { .type = NLA_FLAG },
};

const struct nla_policy hvc_claim_policy[HVCLAIM_A_CLAIM_MAX + 1] = {
	[HVCLAIM_A_CLAIM_FUNCTION] = NLA_POLICY_NESTED(hvc_fn_policy),
	[HVCLAIM_A_CLAIM_GROUP_ID] = { .type = NLA_U32 },
	[HVCLAIM_A_CLAIM_OWNER] = HVC_NAME,
	[HVCLAIM_A_CLAIM_BACKEND] = HVC_NAME,
	[HVCLAIM_A_CLAIM_DRIVER] = HVC_NAME,
	[HVCLAIM_A_CLAIM_LIFETIME] = NLA_POLICY_MAX(NLA_U32, HVCLAIM_LIFETIME_SOCKET),
	[HVCLAIM_A_CLAIM_ALLOW] = NLA_POLICY_MASK(NLA_U64, HVC_REASONS),
	[HVCLAIM_A_CLAIM_WHOLE_GROUP] = { .type = NLA_FLAG },
	[HVCLAIM_A_CLAIM_DEADLINE] = NLA_POLICY_FULL_RANGE(NLA_U32, &hvc_deadline_range),
	[HVCLAIM_A_CLAIM_COMMAND] = HVC_NAME,
};

const struct nla_policy hvc_release_policy[HVCLAIM_A_CLAIM_MAX + 1] = {
	[HVCLAIM_A_CLAIM_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[HVCLAIM_A_CLAIM_FUNCTION] = NLA_POLICY_NESTED(hvc_fn_policy),
	[HVCLAIM_A_CLAIM_OWNER] = HVC_NAME,
	[HVCLAIM_A_CLAIM_ALL] = { .type = NLA_FLAG },
	[HVCLAIM_A_CLAIM_ALLOW] = NLA_POLICY_MASK(NLA_U64, HVC_REASONS),
	[HVCLAIM_A_CLAIM_WHEN_IDLE] = { .type = NLA_FLAG },
	[HVCLAIM_A_CLAIM_DEADLINE] = NLA_POLICY_FULL_RANGE(NLA_U32, &hvc_deadline_range),
	[HVCLAIM_A_CLAIM_COMMAND] = HVC_NAME,
};

const struct nla_policy hvc_claim_get_policy[HVCLAIM_A_CLAIM_MAX + 1] = {
	[HVCLAIM_A_CLAIM_ID] = NLA_POLICY_MIN(NLA_U32, 1),
	[HVCLAIM_A_CLAIM_OWNER] = HVC_NAME,
	[HVCLAIM_A_CLAIM_STATE] = NLA_POLICY_MAX(NLA_U32, HVCLAIM_CLAIM_STATE_REFUSED),
};

int hvc_parse_only(struct nlattr **attrs, int max, u64 ok, struct netlink_ext_ack *extack)
{
	int i;

	for (i = 1; i <= max; i++) {
		if (attrs[i] && !(ok & BIT_ULL(i))) {
			NL_SET_ERR_MSG_ATTR(extack, attrs[i],
					    "attribute not supported in this form of the command");
			return -EINVAL;
		}
	}
	return 0;
}

int hvc_parse_addr(const struct nlattr *attr, struct hvc_addr *addr, struct netlink_ext_ack *extack)
{
	struct nlattr *tb[HVCLAIM_A_ADDR_MAX + 1];
	int err, i;

	err = nla_parse_nested(tb, HVCLAIM_A_ADDR_MAX, attr, hvc_addr_policy, extack);
	if (err)
		return err;
	for (i = HVCLAIM_A_ADDR_DOMAIN; i <= HVCLAIM_A_ADDR_DEVFN; i++) {
		if (!tb[i]) {
			NL_SET_ERR_ATTR_MISS(extack, attr, i);
			NL_SET_ERR_MSG_ATTR(extack, attr, "an address needs domain, bus and devfn");
			return -EINVAL;
		}
	}
	addr->domain = nla_get_u32(tb[HVCLAIM_A_ADDR_DOMAIN]);
	addr->bus = nla_get_u32(tb[HVCLAIM_A_ADDR_BUS]);
	addr->devfn = nla_get_u32(tb[HVCLAIM_A_ADDR_DEVFN]);
	return 0;
}

static int hvc_parse_fn(const struct nlattr *attr, struct hvc_request_fn *fn, struct netlink_ext_ack *extack)
{
	struct nlattr *tb[HVCLAIM_A_CLAIM_FN_MAX + 1];
	int err;

	err = nla_parse_nested(tb, HVCLAIM_A_CLAIM_FN_MAX, attr, hvc_fn_policy, extack);
	if (err)
		return err;
	if (!tb[HVCLAIM_A_CLAIM_FN_ADDR]) {
		NL_SET_ERR_ATTR_MISS(extack, attr, HVCLAIM_A_CLAIM_FN_ADDR);
		NL_SET_ERR_MSG_ATTR(extack, attr, "a function needs an address");
		return -EINVAL;
	}
	fn->attr = attr;
	if (tb[HVCLAIM_A_CLAIM_FN_VENDOR])
		fn->pin_vendor = nla_get_u32(tb[HVCLAIM_A_CLAIM_FN_VENDOR]);
	if (tb[HVCLAIM_A_CLAIM_FN_DEVICE])
		fn->pin_device = nla_get_u32(tb[HVCLAIM_A_CLAIM_FN_DEVICE]);
	return hvc_parse_addr(tb[HVCLAIM_A_CLAIM_FN_ADDR], &fn->addr, extack);
}

static int hvc_parse_fns(struct genl_info *info, struct hvc_request *req)
{
	const struct nlattr *attr;
	unsigned int n = 0;
	int rem, err;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem)
		n += nla_type(attr) == HVCLAIM_A_CLAIM_FUNCTION;
	if (!n)
		return 0;
	if (n > HVCLAIM_FUNCTIONS_MAX) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[HVCLAIM_A_CLAIM_FUNCTION],
				    "too many functions in one request");
		return -E2BIG;
	}
	req->fns = kvcalloc(n, sizeof(*req->fns), GFP_KERNEL);
	if (!req->fns)
		return -ENOMEM;
	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) != HVCLAIM_A_CLAIM_FUNCTION)
			continue;
		err = hvc_parse_fn(attr, &req->fns[req->n_fns++], info->extack);
		if (err)
			return err;
	}
	return 0;
}

/* Names end up in messages, logs and people's scripts: one printable word */
static int hvc_parse_name(struct genl_info *info, int type, char *name)
{
	const struct nlattr *attr = info->attrs[type];
	const char *p;

	if (!attr)
		return 0;
	nla_strscpy(name, attr, HVCLAIM_NAME_MAX + 1);
	for (p = name; isascii(*p) && isgraph(*p); p++)
		;
	if (p == name || *p) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "a name is printable ASCII characters without spaces");
		return -EINVAL;
	}
	return 0;
}

static void hvc_parse_who(struct genl_info *info, struct hvc_request *req)
{
	const struct nlattr *attr = info->attrs[HVCLAIM_A_CLAIM_COMMAND];
	char comm[TASK_COMM_LEN], *p;

	req->portid = info->snd_portid;
	req->uid = current_uid();
	req->login_uid = audit_get_loginuid(current);
	req->pid = task_tgid_nr(current);
	get_task_comm(comm, current);
	strscpy(req->command, comm, sizeof(req->command));
	if (attr)
		nla_strscpy(req->command, attr, sizeof(req->command));
	for (p = req->command; *p; p++)
		if (!isascii(*p) || !isprint(*p))
			*p = '?';
}

int hvc_parse_request(struct genl_info *info, struct hvc_request *req)
{
	struct nlattr **a = info->attrs;
	int err;

	req->extack = info->extack;
	req->attrs = a;
	err = hvc_parse_fns(info, req);
	if (err)
		return err;
	err = hvc_parse_name(info, HVCLAIM_A_CLAIM_OWNER, req->owner);
	if (err)
		return err;
	err = hvc_parse_name(info, HVCLAIM_A_CLAIM_BACKEND, req->backend);
	if (err)
		return err;
	err = hvc_parse_name(info, HVCLAIM_A_CLAIM_DRIVER, req->driver);
	if (err)
		return err;
	hvc_parse_who(info, req);

	req->group = -1;
	if (a[HVCLAIM_A_CLAIM_GROUP_ID]) {
		req->group = nla_get_u32(a[HVCLAIM_A_CLAIM_GROUP_ID]);
		if (req->group < 0) {
			NL_SET_ERR_MSG_ATTR(info->extack, a[HVCLAIM_A_CLAIM_GROUP_ID], "no such IOMMU group");
			return -ENOENT;
		}
	}
	if (a[HVCLAIM_A_CLAIM_ID])
		req->id = nla_get_u32(a[HVCLAIM_A_CLAIM_ID]);
	if (a[HVCLAIM_A_CLAIM_ALLOW])
		req->allow = nla_get_u64(a[HVCLAIM_A_CLAIM_ALLOW]);
	if (a[HVCLAIM_A_CLAIM_LIFETIME])
		req->lifetime = nla_get_u32(a[HVCLAIM_A_CLAIM_LIFETIME]);
	if (a[HVCLAIM_A_CLAIM_DEADLINE])
		req->deadline = nla_get_u32(a[HVCLAIM_A_CLAIM_DEADLINE]);
	req->whole_group = nla_get_flag(a[HVCLAIM_A_CLAIM_WHOLE_GROUP]);
	req->when_idle = nla_get_flag(a[HVCLAIM_A_CLAIM_WHEN_IDLE]);
	req->all = nla_get_flag(a[HVCLAIM_A_CLAIM_ALL]);
	return 0;
}

void hvc_request_free(struct hvc_request *req)
{
	kvfree(req->fns);
}
