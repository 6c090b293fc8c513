// SPDX-License-Identifier: GPL-2.0-only
/*
 * stuck_test.c - the state machine of claims while a driver's remove() or probe() does not come back
 */
#include "machine.h"

/* A driver step that does not come back, in one driver's remove() or the other's probe() */
FIXTURE(stuck)
{
	struct nl nl;
};

FIXTURE_VARIANT(stuck)
{
	const char *module;
	const char *param;
};

FIXTURE_VARIANT_ADD(stuck, host_remove) { .module = "hvc_test_host", .param = "hold_remove" };
FIXTURE_VARIANT_ADD(stuck, backend_probe) { .module = "hvc_test_mock", .param = "hold_probe" };

FIXTURE_SETUP(stuck)
{
	let_go();
	for (int i = 0; i < N; i++)
		to_host_driver(i);
	ASSERT_EQ(0, nl_open(&self->nl, HVCLAIM_FAMILY_NAME));
	ASSERT_EQ(0, n_claims(&self->nl));
}

FIXTURE_TEARDOWN(stuck)
{
	let_go();
	nl_begin(&self->nl, HVCLAIM_CMD_RELEASE, 0);
	nl_put(&self->nl, C(ALL), NULL, 0);
	nl_talk(&self->nl);
	for (int i = 0; i < 500 && n_claims(&self->nl); i++)
		nap();
	EXPECT_EQ(0, n_claims(&self->nl));
	nl_close(&self->nl);
}

/* While the driver does not let go, everything answers; the answers are the test, the driver would never */
TEST_F(stuck, every_command_answers_and_everybody_else_goes_on)
{
	uint32_t id, other;

	set_param(variant->module, variant->param, "1");
	ASSERT_EQ(0, claim(&self->nl, "vm1", 0, 1, &id));
	EXPECT_EQ(ST(STUCK), comes_to(&self->nl, id, ST(STUCK)));

	nl_begin(&self->nl, HVCLAIM_CMD_INFO_GET, 0);
	EXPECT_EQ(0, nl_talk(&self->nl));
	nl_begin(&self->nl, HVCLAIM_CMD_DEV_GET, NLM_F_DUMP);
	nl_put(&self->nl, HVCLAIM_A_DEV_WITH_FINDINGS, NULL, 0);
	EXPECT_EQ(0, nl_talk(&self->nl));
	EXPECT_LT(N, self->nl.n);
	nl_begin(&self->nl, HVCLAIM_CMD_DEV_GET, 0);
	nl_put_addr(&self->nl, HVCLAIM_A_DEV_ADDR, 0, buses[0], 0);
	nl_put(&self->nl, HVCLAIM_A_DEV_WITH_FINDINGS, NULL, 0);
	EXPECT_EQ(0, nl_talk(&self->nl));
	EXPECT_EQ(HVCLAIM_DEV_STATE_STUCK, nl_attr_u32(&self->nl, HVCLAIM_A_DEV_STATE));
	nl_begin(&self->nl, HVCLAIM_CMD_GROUP_GET, NLM_F_DUMP);
	EXPECT_EQ(0, nl_talk(&self->nl));
	nl_begin(&self->nl, HVCLAIM_CMD_CLAIM_GET, NLM_F_DUMP);
	EXPECT_EQ(0, nl_talk(&self->nl));
	EXPECT_EQ(1, self->nl.n);
	nl_begin(&self->nl, HVCLAIM_CMD_CHECK, 0);
	put_fns(&self->nl, 0, 1);
	nl_put_str(&self->nl, C(BACKEND), "mock");
	EXPECT_EQ(0, nl_talk(&self->nl));
	EXPECT_EQ(HVCLAIM_SEVERITY_FATAL, nl_attr_u32(&self->nl, C(VERDICT)));
	EXPECT_EQ(-EBUSY, claim(&self->nl, "vm2", 0, 1, &other));
	ASSERT_EQ(0, claim(&self->nl, "vm1", 0, 1, &other));
	EXPECT_EQ(id, other);

	/* another module's family registers, and ours does not go */
	EXPECT_EQ(1, load("hvc_test_genl", true));
	EXPECT_EQ(0, load("hvc_test_genl", false));
	EXPECT_EQ(-1, syscall(SYS_delete_module, "hvclaim", O_NONBLOCK));
	EXPECT_EQ(EWOULDBLOCK, errno);

	let_go();
	EXPECT_EQ(ST(HELD), comes_to(&self->nl, id, ST(HELD)));
	EXPECT_STREQ("hvc_test_mock", driver_of(0));
}

TEST_F(stuck, another_claim_is_taken_meanwhile)
{
	uint32_t id, other;

	/* the second one has no host driver to wait for, and then no probe that is held */
	set_dev(1, "driver/unbind", "0000:02:00.0");
	set_param(variant->module, variant->param, "1");
	ASSERT_EQ(0, claim(&self->nl, "vm1", 0, 1, &id));
	EXPECT_EQ(ST(STUCK), comes_to(&self->nl, id, ST(STUCK)));
	if (!strcmp(variant->param, "hold_probe"))
		set_param(variant->module, variant->param, "0");
	ASSERT_EQ(0, claim(&self->nl, "vm2", 1, 2, &other));
	EXPECT_EQ(ST(HELD), comes_to(&self->nl, other, ST(HELD)));
}

TEST_HARNESS_MAIN
