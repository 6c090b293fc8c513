// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_metrics.c - what guests use, as text that node_exporter reads
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "effect/metrics.h"
#include "tree.h"

#define CG "sys/fs/cgroup/vm/"

static struct tree t;
static struct hostfs fs;
static struct metrics m;
static const char *promtool;

static int set_up(void **state)
{
	(void)state;
	tree_new(&t);
	fs = tree_hostfs(&t);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	metrics_free(&m);
	tree_free(&t);
	return 0;
}

static char *print(void)
{
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);

	assert_non_null(f);
	metrics_print(&m, f);
	assert_int_equal(fclose(f), 0);
	return text;
}

static void has(const char *line)
{
	char *text = print(), *at = strstr(text, line);

	if (!at || (at > text && at[-1] != '\n') || at[strlen(line)] != '\n')
		fail_msg("no line %s in\n%s", line, text);
	free(text);
}

static void what_the_kernel_counts_is_told_in_seconds_and_bytes(void **state)
{
	struct guest_thread threads[] = { { .tid = 1, .role = ROLE_VCPU }, { .tid = 2, .role = ROLE_VHOST } };
	struct guest g = { .name = (char *)"a", .cgroup = (char *)"/vm", .threads = threads, .n_threads = 2 };

	(void)state;
	tree_file(&t, CG "cpu.stat",
		  "usage_usec 2500000\nnr_periods 10\nnr_throttled 3\nthrottled_usec 40\n");
	tree_file(&t, CG "io.pressure",
		  "some avg10=0.00 avg60=0.00 avg300=0.00 total=1000001\n"
		  "full avg10=0.00 avg60=0.00 avg300=0.00 total=7\n");
	tree_file(&t, CG "memory.current", "4096\n");
	tree_file(&t, CG "io.stat", "8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0\n9:9 \n");
	tree_dir(&t, "sys/devices/x/block/sda");
	tree_link(&t, "sys/dev/block/8:0", "/sys/devices/x/block/sda");
	assert_int_equal(metrics_guest(&m, &fs, &g, "a", "gold"), 0);
	has("hvclaim_guest_info{guest=\"a\",kind=\"libvirt\",class=\"gold\"} 1");
	has("hvclaim_guest_threads{guest=\"a\",role=\"vhost\"} 1");
	has("hvclaim_guest_cpu_seconds_total{guest=\"a\"} 2.500000");
	has("hvclaim_guest_cpu_quota_periods_total{guest=\"a\"} 10");
	has("hvclaim_guest_cpu_throttled_periods_total{guest=\"a\"} 3");
	has("hvclaim_guest_cpu_throttled_seconds_total{guest=\"a\"} 0.000040");
	has("hvclaim_guest_pressure_waiting_seconds_total{guest=\"a\",resource=\"io\"} 1.000001");
	has("hvclaim_guest_pressure_stalled_seconds_total{guest=\"a\",resource=\"io\"} 0.000007");
	has("hvclaim_guest_memory_bytes{guest=\"a\"} 4096");
	has("hvclaim_guest_io_bytes_total{guest=\"a\",device=\"sda\",direction=\"write\"} 2");
	has("hvclaim_guest_io_operations_total{guest=\"a\",device=\"sda\",direction=\"read\"} 3");
	has("# TYPE hvclaim_guest_memory_bytes gauge");
	has("# TYPE hvclaim_guest_cpu_seconds_total counter");
}

static void a_guest_without_a_cgroup_of_its_own_has_no_share_to_be_told(void **state)
{
	struct guest g = { .name = (char *)"a", .cgroup = (char *)"/vm", .homeless = true };
	char *text;

	(void)state;
	tree_file(&t, CG "memory.current", "4096\n");
	assert_int_equal(metrics_guest(&m, &fs, &g, "a", NULL), 0);
	text = print();
	assert_null(strstr(text, "memory_bytes"));
	assert_non_null(strstr(text, "class=\"\"} 1"));
	free(text);
}

static void samples_of_a_family_stand_together_under_one_heading(void **state)
{
	struct guest g = { .cgroup = (char *)"/vm" };
	char *text, *first;

	(void)state;
	tree_file(&t, CG "memory.current", "4096\n");
	tree_file(&t, CG "cpu.stat", "usage_usec 1\n");
	assert_int_equal(metrics_guest(&m, &fs, &g, "a", NULL), 0);
	assert_int_equal(metrics_guest(&m, &fs, &g, "b", NULL), 0);
	text = print();
	first = strstr(text, "# TYPE hvclaim_guest_memory_bytes");
	assert_non_null(first);
	assert_null(strstr(first + 1, "# TYPE hvclaim_guest_memory_bytes"));
	assert_non_null(strstr(
		text, "memory_bytes{guest=\"a\"} 4096\nhvclaim_guest_memory_bytes{guest=\"b\"} 4096\n"));
	free(text);
}

static void labels_are_escaped(void **state)
{
	(void)state;
	assert_int_equal(metrics_add(&m, METRIC_MEMORY, (const char *const[]){ "guest", "a\"b\\c\nd", NULL },
				     1, 1),
			 0);
	has("hvclaim_guest_memory_bytes{guest=\"a\\\"b\\\\c\\nd\"} 1");
}

static void devices_of_the_ledger_have_their_state(void **state)
{
	struct claim_fn fns[] = { { .addr = { 0, 1, 0 }, .state = HVCLAIM_FN_STATE_HELD },
				  { .addr = { 0, 2, 0 }, .state = HVCLAIM_FN_STATE_RESTORED } };
	struct claim c = { .owner = "web1", .fns = fns, .n_fns = 2, .state = HVCLAIM_CLAIM_STATE_HELD };
	struct claims ledger = { &c, 1 };
	char *text;

	(void)state;
	assert_int_equal(metrics_claims(&m, &ledger), 0);
	has("hvclaim_device_info{guest=\"web1\",device=\"0000:01:00.0\",state=\"held\"} 1");
	text = print();
	assert_null(strstr(text, "0000:02:00.0"));
	free(text);
}

/* what the program says of a text on its standard input; to be freed */
static char *checked(const char *text, int *status)
{
	_cleanup_(freep) char *in = text_fmt("%s/in", t.root), *command = NULL;
	char *words = calloc(1, 4096);
	FILE *f;

	tree_file(&t, "in", text);
	command = text_fmt("%s check metrics <%s 2>&1", promtool, in);
	assert_non_null(words);
	f = popen(command, "r");
	assert_non_null(f);
	(void)!fread(words, 1, 4095, f);
	*status = pclose(f);
	return words;
}

/* One sample of each family, with all labels that it ever has, and a name that needs its escapes */
static void everything(void)
{
	static const char *const labels[] = { "guest", "a\"b\\c\nd", "class", "gold", NULL };

	for (enum metric i = 0; i < METRICS; i++)
		assert_int_equal(metrics_add(&m, i, labels, 12345678, i == METRIC_CPU ? 1000000 : 1), 0);
}

static void promtool_finds_nothing_to_say(void **state)
{
	char *text, *words;
	int status;

	(void)state;
	words = checked("", &status);
	free(words);
	if (status) {
		print_message("no promtool\n");
		skip();
	}
	/* it is one that says something */
	words = checked("# TYPE a_count counter\na_count 1\n", &status);
	assert_int_not_equal(status, 0);
	assert_non_null(strstr(words, "a_count"));
	free(words);
	everything();
	text = print();
	words = checked(text, &status);
	if (status || *words)
		fail_msg("promtool: %s", words);
	free(words);
	free(text);
}

static void a_file_is_there_whole_or_as_it_was(void **state)
{
	char path[128], none[128], line[64] = "";
	FILE *f;

	(void)state;
	snprintf(path, sizeof(path), "%s/x.prom", t.root);
	snprintf(none, sizeof(none), "%s/no/x.prom", t.root);
	tree_file(&t, "x.prom", "old\n");
	assert_int_equal(metrics_add(&m, METRIC_MEMORY, (const char *const[]){ NULL }, 1, 1), 0);
	assert_int_equal(metrics_write(&m, none), -ENOENT);
	assert_int_equal(metrics_write(&m, path), 0);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_non_null(fgets(line, sizeof(line), f));
	fclose(f);
	assert_memory_equal(line, "# HELP", 6);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(what_the_kernel_counts_is_told_in_seconds_and_bytes),
		TEST(a_guest_without_a_cgroup_of_its_own_has_no_share_to_be_told),
		TEST(samples_of_a_family_stand_together_under_one_heading),
		TEST(labels_are_escaped),
		TEST(devices_of_the_ledger_have_their_state),
		TEST(promtool_finds_nothing_to_say),
		TEST(a_file_is_there_whole_or_as_it_was),
	};

	if (argc != 2)
		return 2;
	promtool = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
