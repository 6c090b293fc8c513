// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_apply_resctrl.c - steps of a plan on a tree that looks like resctrl: what is written where
 *
 * What only a kernel can do, such as refusing, is seen in selftests/suites/rdt.
 */
#define _GNU_SOURCE 1
#include <errno.h>

#include "resctrl_tree.h"
#include "apply/apply_resctrl.h"
#include "host/resctrl.h"

#define OURS "sys/fs/resctrl/hvclaim-gold"

static char *text_of(const char *path)
{
	static char *last;

	free(last);
	last = hostfs_read(NULL, "%s/%s", t.root, path);
	return last ? last : "(none)";
}

static bool is_dir(const char *path)
{
	char full[256];
	struct stat st;

	snprintf(full, sizeof(full), "%s/%s", t.root, path);
	return !stat(full, &st) && S_ISDIR(st.st_mode);
}

static const struct guests nobody;

static int run(const struct guests *all, struct step s, bool undo)
{
	char *err = NULL;
	int rc = undo ? apply_resctrl_undo(&fs, all, &s, &err) : apply_resctrl(&fs, all, &s, &err);

	assert_true(!rc == !err);
	free(err);
	return rc;
}

#define STEP(...) ((struct step){ .guest = -1, __VA_ARGS__ })

static void groups_are_made_and_removed(void **state)
{
	(void)state;
	tree_dir(&t, "sys/fs/resctrl");
	assert_int_equal(run(&nobody, STEP(.kind = STEP_RDT_MKDIR, .target = "hvclaim-gold"), false), 0);
	assert_int_equal(run(&nobody, STEP(.kind = STEP_RDT_MKDIR, .target = "hvclaim-gold"), false), 0);
	tree_dir(&t, OURS "/mon_groups");
	assert_int_equal(run(&nobody,
			     STEP(.kind = STEP_RDT_MON_MKDIR, .target = "hvclaim-gold", .key = "hvclaim-a"),
			     false),
			 0);
	assert_true(is_dir(OURS "/mon_groups/hvclaim-a"));
	assert_int_equal(run(&nobody,
			     STEP(.kind = STEP_RDT_MON_MKDIR, .target = "hvclaim-gold", .key = "hvclaim-a"),
			     true),
			 0);
	assert_int_equal(run(&nobody,
			     STEP(.kind = STEP_RDT_MON_RMDIR, .target = "hvclaim-gold", .key = "hvclaim-a"),
			     false),
			 0);
	assert_false(is_dir(OURS "/mon_groups/hvclaim-a"));
}

static void nobody_elses_group_is_touched(void **state)
{
	static const enum step_kind kinds[] = { STEP_RDT_MKDIR, STEP_RDT_SCHEMATA, STEP_RDT_MODE,
						STEP_RDT_TASKS, STEP_RDT_RMDIR };
	static const char *const names[] = { "COS1", "qemu-1-a-vcpus_0", "hvclaim", "hvclaim-x/../COS1" };

	(void)state;
	recording("6.1-two-sockets");
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
		for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++)
			assert_int_equal(
				run(&nobody,
				    STEP(.kind = kinds[k], .target = (char *)names[n], .want = "L3:0=1"),
				    false),
				-EPERM);
	assert_int_equal(run(&nobody, STEP(.kind = STEP_RDT_RMDIR, .target = ""), false), -EPERM);
	assert_int_equal(run(&nobody, STEP(.kind = STEP_RDT_MON_RMDIR, .target = "", .key = "theirs"), false),
			 -EPERM);
	assert_int_equal(run(&nobody, STEP(.kind = STEP_RDT_ROOT, .target = "COS1", .key = "shrink"), false),
			 -EPERM);
	assert_string_equal(text_of("sys/fs/resctrl/COS1/schemata"), "MB:0=100;1=100\nL3:0=7ff;1=7ff");
}

static void schemata_and_mode_and_back(void **state)
{
	struct step s = STEP(.kind = STEP_RDT_SCHEMATA, .target = "hvclaim-gold",
			     .want = "L3:0=f;1=f\nMB:0=50", .have = "L3:0=1;1=1\nMB:0=90");

	(void)state;
	tree_file(&t, OURS "/schemata", "");
	tree_file(&t, OURS "/mode", "");
	assert_int_equal(run(&nobody, s, false), 0);
	assert_string_equal(text_of(OURS "/schemata"), "L3:0=f;1=f\nMB:0=50");
	assert_int_equal(run(&nobody, s, true), 0);
	assert_string_equal(text_of(OURS "/schemata"), "L3:0=1;1=1\nMB:0=90");
	assert_int_equal(run(&nobody,
			     STEP(.kind = STEP_RDT_MODE, .target = "hvclaim-gold", .want = "exclusive"),
			     false),
			 0);
	assert_string_equal(text_of(OURS "/mode"), "exclusive");
}

static void the_kernels_own_reason_is_in_the_error(void **state)
{
	struct step s = STEP(.kind = STEP_RDT_SCHEMATA, .target = "hvclaim-gold", .want = "L3:0=f\nMB:0=50");
	char *err = NULL;

	(void)state;
	tree_file(&t, "sys/fs/resctrl/info/last_cmd_status", "Mask out of range\n");
	assert_int_equal(apply_resctrl(&fs, &nobody, &s, &err), -ENOENT);
	assert_string_equal(
		err,
		"resctrl: group hvclaim-gold: L3:0=f MB:0=50: No such file or directory (Mask out of range)");
	free(err);
}

static void what_the_root_had_is_kept_once_and_forgotten(void **state)
{
	struct step first = STEP(.kind = STEP_RDT_ROOT, .target = "", .key = "shrink", .want = "L3:0=3f",
				 .have = "L3:0=7ff");
	struct step second = STEP(.kind = STEP_RDT_ROOT, .target = "", .key = "shrink", .want = "L3:0=0f",
				  .have = "L3:0=3f");
	struct step back = STEP(.kind = STEP_RDT_ROOT, .target = "", .key = "restore", .want = "L3:0=7ff",
				.have = "L3:0=0f");

	(void)state;
	tree_file(&t, "sys/fs/resctrl/schemata", "");
	tree_dir(&t, "run");
	assert_int_equal(run(&nobody, first, false), 0);
	assert_int_equal(run(&nobody, second, false), 0);
	assert_string_equal(text_of("run/" RESCTRL_ROOT_BEFORE), "L3:0=7ff");
	assert_int_equal(run(&nobody, second, true), 0);
	assert_string_equal(text_of("run/" RESCTRL_ROOT_BEFORE), "L3:0=7ff");
	assert_int_equal(run(&nobody, back, false), 0);
	assert_string_equal(text_of("run/" RESCTRL_ROOT_BEFORE), "(none)");
	assert_int_equal(run(&nobody, back, true), 0);
	assert_string_equal(text_of("run/" RESCTRL_ROOT_BEFORE), "L3:0=7ff");
	assert_int_equal(run(&nobody, first, true), 0);
	assert_string_equal(text_of("run/" RESCTRL_ROOT_BEFORE), "(none)");
	assert_string_equal(text_of("sys/fs/resctrl/schemata"), "L3:0=7ff");
}

static void threads_go_in_one_write_and_back_where_each_was(void **state)
{
	struct guest_thread threads[] = { { .tid = 10, .rdt_group = "" },
					  { .tid = 11, .rdt_group = "COS1" },
					  { .tid = 12, .rdt_group = "", .rdt_mon = "m" } };
	struct guest g = { .name = "a", .pid = 10, .threads = threads, .n_threads = 3 };
	struct guests all = { .v = &g, .n = 1 };
	pid_t tids[] = { 10, 11 };
	struct step s = STEP(.kind = STEP_RDT_TASKS, .target = "hvclaim-gold", .tids = tids, .n_tids = 2);

	(void)state;
	s.guest = 0;
	tree_file(&t, OURS "/tasks", "");
	tree_file(&t, "sys/fs/resctrl/tasks", "");
	tree_file(&t, "sys/fs/resctrl/COS1/tasks", "");
	tree_file(&t, "sys/fs/resctrl/mon_groups/m/tasks", "");
	tree_file(&t, "proc/10/task/10/cpu_resctrl_groups", "res:/\nmon:\n");
	/* known, not to be moved */
	tree_file(&t, "proc/10/task/12/cpu_resctrl_groups", "res:/\nmon:\n");
	/* not known, but in somebody else's group */
	tree_file(&t, "proc/10/task/13/cpu_resctrl_groups", "res:/COS1\nmon:\n");
	assert_int_equal(run(&all, s, false), 0);
	assert_string_equal(text_of(OURS "/tasks"), "10,11");
	assert_int_equal(run(&all, s, true), 0);
	assert_string_equal(text_of("sys/fs/resctrl/tasks"), "10");
	assert_string_equal(text_of("sys/fs/resctrl/COS1/tasks"), "11");
	tids[0] = 12;
	s.n_tids = 1;
	assert_int_equal(run(&all, s, true), 0);
	assert_string_equal(text_of("sys/fs/resctrl/tasks"), "12");
	assert_string_equal(text_of("sys/fs/resctrl/mon_groups/m/tasks"), "12");
}

static void threads_that_come_meanwhile_are_moved_but_not_for_ever(void **state)
{
	struct guest_thread threads[] = { { .tid = 10, .rdt_group = "" } };
	struct guest g = { .name = "a", .pid = 10, .threads = threads, .n_threads = 1 };
	struct guests all = { .v = &g, .n = 1 };
	struct step s = STEP(.kind = STEP_RDT_TASKS, .target = "hvclaim-gold");

	(void)state;
	s.guest = 0;
	tree_file(&t, OURS "/tasks", "");
	/* in a tree nothing moves: it stays in the root, as if always new ones came */
	tree_file(&t, "proc/10/task/14/cpu_resctrl_groups", "res:/\nmon:\n");
	assert_int_equal(run(&all, s, false), -EAGAIN);
	assert_string_equal(text_of(OURS "/tasks"), "14");
	/* in its class, but not in the monitor group */
	tree_file(&t, "proc/10/task/14/cpu_resctrl_groups", "res:/hvclaim-gold\nmon:\n");
	assert_int_equal(run(&all, s, false), 0);
	s.kind = STEP_RDT_MON_TASKS;
	s.key = "hvclaim-a";
	tree_file(&t, OURS "/mon_groups/hvclaim-a/tasks", "");
	assert_int_equal(run(&all, s, false), -EAGAIN);
	tree_file(&t, "proc/10/task/14/cpu_resctrl_groups", "res:/hvclaim-gold\nmon:hvclaim-a/\n");
	assert_int_equal(run(&all, s, false), 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, resctrl_setup, resctrl_teardown)
		TEST(groups_are_made_and_removed),
		TEST(nobody_elses_group_is_touched),
		TEST(schemata_and_mode_and_back),
		TEST(the_kernels_own_reason_is_in_the_error),
		TEST(what_the_root_had_is_kept_once_and_forgotten),
		TEST(threads_go_in_one_write_and_back_where_each_was),
		TEST(threads_that_come_meanwhile_are_moved_but_not_for_ever),
	};

	if (argc != 2)
		return 2;
	recordings = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
