// SPDX-License-Identifier: GPL-2.0-only
/*
 * check.c - hvclaim check: what would speak against a claim
 */
#include <stdlib.h>

#include "device/report.h"
#include "device/request.h"
#include "lib/privs.h"
#include "lib/words.h"

static struct request_options opts;

static error_t parse(int key, char *arg, struct argp_state *state)
{
	(void)state;
	return request_option(&opts, key, arg);
}

static int run(void)
{
	_cleanup_(target_close) struct target t = { 0 };
	_cleanup_(nl_verdict_free) struct nl_verdict v = { 0 };
	struct nl_request req = { 0 };
	int rc = request_prepare(&opts, "check", &t, &req);

	if (!rc)
		rc = target_judge(&t, &req, &v);
	if (rc)
		return rc;
	return request_verdict(&t, &v);
}

static const struct argp_option options[] = { REQUEST_OPTIONS, { 0 } };

const struct hvc_cmd cmd_check = {
	.name = "check",
	.args = "SELECTOR… [OPTION…]",
	.doc = "tell what would speak against a claim; changes nothing",
	.options = options,
	.parse = parse,
	.privs = PRIVS_ASK | PRIVS_LOOK,
	.run = run,
};
