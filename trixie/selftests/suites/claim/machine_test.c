// SPDX-License-Identifier: GPL-2.0-only
/*
 * machine_test.c - the state machine of claims: held, refused, rolled back, degraded, reset, given back
 */
#include "machine.h"

FIXTURE(machine)
{
	struct nl nl;
};

FIXTURE_SETUP(machine)
{
	let_go();
	for (int i = 0; i < N; i++) {
		to_host_driver(i);
		ASSERT_STREQ("hvc_test_host", driver_of(i));
	}
	ASSERT_EQ(0, nl_open(&self->nl, HVCLAIM_FAMILY_NAME));
	ASSERT_EQ(0, n_claims(&self->nl));
}

FIXTURE_TEARDOWN(machine)
{
	let_go();
	nl_begin(&self->nl, HVCLAIM_CMD_RELEASE, 0);
	nl_put(&self->nl, C(ALL), NULL, 0);
	nl_put_u64(&self->nl, C(ALLOW), 1 << HVCLAIM_REASON_NO_RESET);
	nl_talk(&self->nl);
	for (int i = 0; i < 500 && n_claims(&self->nl); i++)
		nap();
	EXPECT_EQ(0, n_claims(&self->nl));
	nl_close(&self->nl);
}

TEST_F(machine, a_claim_holds_its_function_and_a_release_gives_driver_and_override_back)
{
	uint32_t id;

	ASSERT_EQ(0, claim(&self->nl, "vm1", 0, 1, &id));
	EXPECT_EQ(1, nl_attr_u32(&self->nl, C(CHANGED)));
	EXPECT_EQ(ST(HELD), comes_to(&self->nl, id, ST(HELD)));
	EXPECT_STREQ("hvc_test_mock", driver_of(0));
	EXPECT_STREQ("hvc_test_host", driver_of(1));
	ASSERT_EQ(0, release_id(&self->nl, id, 0));
	EXPECT_EQ(ST(GONE), comes_to(&self->nl, id, ST(GONE)));
	AS_BEFORE(0);
}

TEST_F(machine, the_same_owner_again_is_done_already)
{
	uint32_t id, again;

	ASSERT_EQ(0, claim(&self->nl, "vm1", 0, 2, &id));
	EXPECT_EQ(ST(HELD), comes_to(&self->nl, id, ST(HELD)));
	ASSERT_EQ(0, claim(&self->nl, "vm1", 0, 2, &again));
	EXPECT_EQ(id, again);
	EXPECT_EQ(0, nl_attr_u32(&self->nl, C(CHANGED)));
	/* a part of it is another set */
	EXPECT_EQ(-EBUSY, claim(&self->nl, "vm1", 0, 1, &again));
}

TEST_F(machine, of_two_processes_one_wins_and_the_other_is_told_who)
{
	char want[80];
	uint32_t id;
	struct nl *other = malloc(sizeof(*other));

	ASSERT_NE(NULL, other);
	ASSERT_EQ(0, nl_open(other, HVCLAIM_FAMILY_NAME));
	ASSERT_EQ(0, claim(&self->nl, "vm1", 0, 1, &id));
	EXPECT_EQ(-EBUSY, claim(other, "vm2", 0, 2, &id));
	snprintf(want, sizeof(want), "0000:01:00.0: held, claim %u of vm1", id);
	EXPECT_STREQ(want, other->msg);
	EXPECT_EQ(C(FUNCTION), other->bad);
	EXPECT_EQ(1, n_claims(&self->nl));
	AS_BEFORE(1);
	nl_close(other);
	free(other);
}

TEST_F(machine, a_claim_whose_third_function_cannot_bind_leaves_all_as_they_were)
{
	uint32_t id;

	set_dev(0, "driver_override", "hvc_test_host");
	set_param("hvc_test_mock", "fail", "0000:03:00.0");
	ASSERT_EQ(0, claim(&self->nl, "vm1", 0, 3, &id));
	EXPECT_EQ(ST(REFUSED), comes_to(&self->nl, id, ST(REFUSED)));
	EXPECT_EQ(-EIO, (int)nl_attr_u32(&self->nl, C(ERROR)));
	EXPECT_STREQ("0000:03:00.0: could not be bound", (const char *)nl_attr(&self->nl, C(ERROR_MSG)));
	EXPECT_EQ(0, n_claims(&self->nl));
	for (int i = 0; i < N; i++)
		AS_BEFORE(i);
}

TEST_F(machine, a_host_driver_that_fails_in_the_roll_back_leaves_it_degraded_with_the_reason)
{
	uint32_t id;

	set_param("hvc_test_mock", "fail", "0000:03:00.0");
	set_param("hvc_test_host", "fail", "0000:02:00.0");
	ASSERT_EQ(0, claim(&self->nl, "vm1", 0, 3, &id));
	EXPECT_EQ(ST(DEGRADED), comes_to(&self->nl, id, ST(DEGRADED)));
	EXPECT_EQ(1, n_claims(&self->nl));
	AS_BEFORE(0);
	AS_BEFORE(2);
	EXPECT_STREQ("none", driver_of(1));
	/* it can be carried on */
	let_go();
	ASSERT_EQ(0, release_id(&self->nl, id, 0));
	EXPECT_EQ(ST(GONE), comes_to(&self->nl, id, ST(GONE)));
	AS_BEFORE(1);
}

TEST_F(machine, some_functions_of_a_claim_can_be_released)
{
	uint32_t id;

	ASSERT_EQ(0, claim(&self->nl, "vm1", 0, 3, &id));
	EXPECT_EQ(ST(HELD), comes_to(&self->nl, id, ST(HELD)));
	nl_begin(&self->nl, HVCLAIM_CMD_RELEASE, 0);
	put_fns(&self->nl, 1, 2);
	ASSERT_EQ(0, nl_talk(&self->nl));
	for (int i = 0; i < 500 && strcmp(driver_of(1), "hvc_test_host"); i++)
		nap();
	AS_BEFORE(1);
	EXPECT_EQ(ST(HELD), comes_to(&self->nl, id, ST(HELD)));
	EXPECT_STREQ("hvc_test_mock", driver_of(0));
	EXPECT_STREQ("hvc_test_mock", driver_of(2));
	/* and be claimed for another */
	ASSERT_EQ(0, claim(&self->nl, "vm2", 1, 2, &id));
	EXPECT_EQ(ST(HELD), comes_to(&self->nl, id, ST(HELD)));
}

TEST_F(machine, releasing_for_another_owner_needs_to_be_meant)
{
	uint32_t id;

	ASSERT_EQ(0, claim(&self->nl, "vm1", 0, 1, &id));
	EXPECT_EQ(ST(HELD), comes_to(&self->nl, id, ST(HELD)));
	for (int allow = 0; allow < 2; allow++) {
		nl_begin(&self->nl, HVCLAIM_CMD_RELEASE, 0);
		nl_put_u32(&self->nl, C(ID), id);
		nl_put_str(&self->nl, C(OWNER), "vm2");
		if (allow)
			nl_put_u64(&self->nl, C(ALLOW), 1 << HVCLAIM_REASON_FOREIGN_OWNER);
		EXPECT_EQ(allow ? 0 : -EACCES, nl_talk(&self->nl));
		EXPECT_EQ(allow ? ST(GONE) : ST(HELD), comes_to(&self->nl, id, allow ? ST(GONE) : ST(HELD)));
	}
}

static int socket_claim(struct nl *nl, uint32_t *id)
{
	begin_claim(nl, "vm1", 0, 2);
	nl_put_u32(nl, C(LIFETIME), HVCLAIM_LIFETIME_SOCKET);
	if (!nl_talk(nl))
		*id = nl_attr_u32(nl, C(ID));
	return nl->err;
}

TEST_F(machine, a_killed_process_gives_its_socket_claim_back)
{
	int out[2], status;
	uint32_t id = 0;
	pid_t pid;

	ASSERT_EQ(0, pipe(out));
	pid = fork();
	if (!pid) {
		struct nl *nl = malloc(sizeof(*nl));

		if (nl_open(nl, HVCLAIM_FAMILY_NAME) || socket_claim(nl, &id))
			_exit(1);
		comes_to(nl, id, ST(HELD));
		if (write(out[1], &id, sizeof(id)) < 0)
			_exit(2);
		pause();
	}
	ASSERT_EQ((ssize_t)sizeof(id), read(out[0], &id, sizeof(id)));
	EXPECT_EQ(ST(HELD), state_of(&self->nl, id));
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	EXPECT_EQ(ST(GONE), comes_to(&self->nl, id, ST(GONE)));
	AS_BEFORE(0);
	AS_BEFORE(1);
}

/* virtio's device_status, in the common configuration in BAR 4 (virtio 1.2, 4.1.4.3); 1 acknowledges it */
#define BAR    "4"
#define STATUS "20"

static int register_seen(char *buf, size_t size)
{
	FILE *f = popen("dmesg | grep 'hvc_test_host: register is' | tail -n 1 | sed 's/.*is //'", "r");
	int ok = f && fgets(buf, size, f);

	if (f)
		pclose(f);
	if (ok)
		buf[strcspn(buf, "\n")] = '\0';
	return ok;
}

TEST_F(machine, the_reset_comes_before_the_host_drivers_probe)
{
	char seen[32] = "";
	uint32_t id;

	/* QEMU's NIC and disk keep their registers over their resets: the virtio device it is */
	to_host_driver(VIRTIO);
	for (int m = 0; m < 2; m++) {
		set_param(m ? "hvc_test_host" : "hvc_test_mock", "bar", BAR);
		set_param(m ? "hvc_test_host" : "hvc_test_mock", "reg", STATUS);
	}
	set_param("hvc_test_mock", "poke", "0x1");
	ASSERT_EQ(0, claim(&self->nl, "vm1", VIRTIO, VIRTIO + 1, &id));
	EXPECT_EQ(ST(HELD), comes_to(&self->nl, id, ST(HELD)));
	ASSERT_EQ(0, release_id(&self->nl, id, 0));
	EXPECT_EQ(ST(GONE), comes_to(&self->nl, id, ST(GONE)));
	ASSERT_TRUE(register_seen(seen, sizeof(seen)));
	EXPECT_STREQ("0x0", seen);
}

TEST_F(machine, a_function_whose_reset_fails_stays_parked)
{
	uint32_t id;

	ASSERT_EQ(0, claim(&self->nl, "vm1", 0, 1, &id));
	EXPECT_EQ(ST(HELD), comes_to(&self->nl, id, ST(HELD)));
	/* the reset methods vanish when the release is under way: asked before, it would be refused */
	set_param("hvc_test_mock", "hold_remove", "1");
	ASSERT_EQ(0, release_id(&self->nl, id, 0));
	EXPECT_EQ(ST(STUCK), comes_to(&self->nl, id, ST(STUCK)));
	ASSERT_EQ(0, set_dev(0, "reset_method", "\n"));
	let_go();
	EXPECT_EQ(ST(DEGRADED), comes_to(&self->nl, id, ST(DEGRADED)));
	EXPECT_STREQ("none", driver_of(0));
	/* a host driver that asks for it does not get it */
	EXPECT_NE(0, write_to("/sys/bus/pci/drivers/hvc_test_host/bind", "0000:01:00.0"));
	EXPECT_EQ(-EACCES, release_id(&self->nl, id, 0));
	EXPECT_STREQ("0000:01:00.0: no-reset", self->nl.msg);
	ASSERT_EQ(0, set_dev(0, "reset_method", "default"));
	ASSERT_EQ(0, release_id(&self->nl, id, 0));
	EXPECT_EQ(ST(GONE), comes_to(&self->nl, id, ST(GONE)));
	AS_BEFORE(0);
}

TEST_F(machine, what_has_no_reset_is_released_only_when_that_is_meant)
{
	uint32_t id;

	ASSERT_EQ(0, claim(&self->nl, "vm1", 0, 1, &id));
	EXPECT_EQ(ST(HELD), comes_to(&self->nl, id, ST(HELD)));
	ASSERT_EQ(0, set_dev(0, "reset_method", "\n"));
	EXPECT_EQ(-EACCES, release_id(&self->nl, id, 0));
	EXPECT_EQ(ST(HELD), state_of(&self->nl, id));
	EXPECT_EQ(0, release_id(&self->nl, id, 1 << HVCLAIM_REASON_NO_RESET));
	EXPECT_EQ(ST(GONE), comes_to(&self->nl, id, ST(GONE)));
	set_dev(0, "reset_method", "default");
	AS_BEFORE(0);
}

TEST_F(machine, a_host_driver_that_was_unloaded_meanwhile_is_no_reason_to_keep_the_function)
{
	uint32_t id;

	/* nothing else matches: it ends without a driver, with its override */
	ASSERT_EQ(0, claim(&self->nl, "vm1", 0, 3, &id));
	EXPECT_EQ(ST(HELD), comes_to(&self->nl, id, ST(HELD)));
	EXPECT_EQ(0, load("hvc_test_host", false));
	ASSERT_EQ(0, release_id(&self->nl, id, 0));
	EXPECT_EQ(ST(GONE), comes_to(&self->nl, id, ST(GONE)));
	/* it was loaded again for them */
	AS_BEFORE(0);
}

TEST_F(machine, the_backends_driver_cannot_be_unloaded_under_a_claim)
{
	uint32_t id;

	ASSERT_EQ(0, claim(&self->nl, "vm1", 0, 1, &id));
	EXPECT_EQ(ST(HELD), comes_to(&self->nl, id, ST(HELD)));
	EXPECT_EQ(-1, syscall(SYS_delete_module, "hvc_test_mock", O_NONBLOCK));
	EXPECT_EQ(EWOULDBLOCK, errno);
}

TEST_F(machine, a_release_calls_it_off_and_what_is_not_stuck_goes_back_at_once)
{
	uint32_t id;

	/* of three functions two have no driver that could hold them */
	set_dev(1, "driver/unbind", "0000:02:00.0");
	set_dev(2, "driver/unbind", "0000:03:00.0");
	set_param("hvc_test_host", "hold_remove", "1");
	ASSERT_EQ(0, claim(&self->nl, "vm1", 0, 3, &id));
	EXPECT_EQ(ST(STUCK), comes_to(&self->nl, id, ST(STUCK)));
	ASSERT_EQ(0, release_id(&self->nl, id, 0));
	/* side by side: either may be first */
	for (int dev = 1; dev < N; dev++) {
		for (int i = 0; i < 500 && strcmp(override_of(dev), "hvc_test_host"); i++)
			nap();
		EXPECT_STREQ("hvc_test_host", override_of(dev));
	}
	EXPECT_EQ(ST(STUCK), state_of(&self->nl, id));
	let_go();
	EXPECT_EQ(ST(GONE), comes_to(&self->nl, id, ST(GONE)));
	AS_BEFORE(0);
}

TEST_HARNESS_MAIN
