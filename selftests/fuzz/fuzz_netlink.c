// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_netlink.c - any bytes as attributes of the module's answers, events and acknowledgements
 *
 * The first byte picks the parser. The message is in memory of just its length.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <linux/genetlink.h>

#include "nl/nl_parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct nlmsghdr *message(const uint8_t *data, size_t len, uint16_t type, size_t head)
{
	struct nlmsghdr *msg = calloc(1, NLMSG_HDRLEN + head + len);

	if (!msg)
		abort();
	msg->nlmsg_len = (uint32_t)(NLMSG_HDRLEN + head + len);
	msg->nlmsg_type = type;
	memcpy((char *)msg + NLMSG_HDRLEN + head, data, len);
	return msg;
}

static void try_object(unsigned int which, struct nlmsghdr *msg)
{
	struct info info = { 0 };
	struct group group = { 0 };
	struct claim claim = { 0 };
	struct nl_verdict verdict = { 0 };
	struct nl_answer answer = { 0 };
	struct rule rule = { 0 };
	struct dev *dev;

	switch (which) {
	case 0:
		parse_info(msg, &info);
		info_free(&info);
		break;
	case 1:
		dev = calloc(1, sizeof(*dev));
		if (!dev)
			abort();
		parse_dev(msg, dev);
		devs_free(&(struct devs){ dev, 1 });
		break;
	case 2:
		parse_group(msg, &group);
		free(group.members);
		findings_free(&group.findings);
		break;
	case 3:
		parse_claim(msg, &claim);
		claim_free(&claim);
		break;
	case 4:
		parse_verdict(msg, &verdict);
		free(verdict.fns);
		findings_free(&verdict.findings);
		break;
	case 5:
		parse_answer(msg, &answer);
		free(answer.refs);
		break;
	case 6:
		parse_rule(msg, &rule);
		rule_free(&rule);
		break;
	default:
		parse_rule_answer(msg, &answer);
		free(answer.refs);
	}
}

/* The answer to a request that is the second half of the bytes. */
static void try_error(const uint8_t *data, size_t len, bool capped)
{
	struct nlmsghdr *sent = message(data + len / 2, len - len / 2, 27, GENL_HDRLEN);
	struct nlmsghdr *answer = message(data, len / 2, NLMSG_ERROR, 0);
	struct nl_error out = { 0 };

	answer->nlmsg_flags = (uint16_t)(NLM_F_ACK_TLVS | (capped ? NLM_F_CAPPED : 0));
	parse_error(answer, sent, &out);
	free(answer);
	free(sent);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct nlmsghdr *msg;

	if (!len)
		return 0;
	if (data[0] % 10 > 7) {
		try_error(data + 1, len - 1, data[0] % 10 == 9);
		return 0;
	}
	msg = message(data + 1, len - 1, 27, GENL_HDRLEN);
	try_object(data[0] % 10, msg);
	free(msg);
	return 0;
}
