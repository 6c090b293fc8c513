// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_check.c - findings from facts: every question in facts/, and what needs no host
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <err.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include <linux/errno.h>
#include <linux/slab.h>
#include "acs.h"
#include "factsfile.h"

int shim_alloc_fail = -1;

/** struct question - one cmocka test made of a case in a file */
struct question {
	char name[160];
	const struct hvc_facts *facts;
	const struct facts_case *c;
};

static int judge(const struct hvc_facts *facts, const struct facts_case *c, struct hvc_findings *out)
{
	struct hvc_check_params p = {
		.owner = c->owner,
		.allow = c->allow,
		.trusted_backend = c->trusted,
		.same = c->same,
	};

	return (c->release ? hvc_check_release : hvc_check_claim)(facts, &p, out);
}

static void answer(void **state)
{
	const struct question *q = *state;
	const struct hvc_finding *blame;
	struct hvc_findings found = {};
	char text[256];
	unsigned int i;

	assert_int_equal(judge(q->facts, q->c, &found), 0);
	for (i = 0; i < found.n && i < q->c->n_expect; i++) {
		finding_text(&found.v[i], text, sizeof(text));
		assert_string_equal(text, q->c->expect[i]);
	}
	if (i < found.n) {
		finding_text(&found.v[i], text, sizeof(text));
		fail_msg("not expected: %s", text);
	}
	if (i < q->c->n_expect)
		fail_msg("not found: %s", q->c->expect[i]);

	blame = hvc_check_blame(&found);
	snprintf(text, sizeof(text), "%s%s%s", severity_text(hvc_check_verdict(&found)), blame ? " " : "",
		 blame ? hvc_reason_name(blame->reason) : "");
	assert_non_null(q->c->verdict);
	assert_string_equal(text, q->c->verdict);
	hvc_findings_free(&found);
}

static void no_finding_is_a_note_that_blames_nobody(void **state)
{
	struct hvc_findings none = {};

	(void)state;
	assert_int_equal(hvc_check_verdict(&none), HVCLAIM_SEVERITY_NOTE);
	assert_null(hvc_check_blame(&none));
}

static void the_first_of_the_worst_is_blamed(void **state)
{
	struct hvc_finding v[] = {
		{ .reason = HVCLAIM_REASON_SIBLINGS, .severity = HVCLAIM_SEVERITY_NOTE },
		{ .reason = HVCLAIM_REASON_BOOT_VGA, .severity = HVCLAIM_SEVERITY_ASK, .allowed = true },
		{ .reason = HVCLAIM_REASON_NETDEV_BUSY, .severity = HVCLAIM_SEVERITY_ASK },
		{ .reason = HVCLAIM_REASON_ACS_MISSING, .severity = HVCLAIM_SEVERITY_ASK },
	};
	struct hvc_findings f = { .v = v, .n = 4 };

	(void)state;
	assert_ptr_equal(hvc_check_blame(&f), &v[2]);
	v[3].severity = HVCLAIM_SEVERITY_FATAL;
	assert_ptr_equal(hvc_check_blame(&f), &v[3]);
	assert_int_equal(hvc_check_verdict(&f), HVCLAIM_SEVERITY_FATAL);
}

static void a_group_is_viable_without_host_drivers(void **state)
{
	struct hvc_fact_other members[] = {
		{ .driver = "pcieport", .managed = true },
		{ .driver = "" },
		{ .driver = "vfio-pci", .managed = true },
	};
	struct hvc_fact_group g = { .members = members, .n_members = 3 };

	(void)state;
	assert_true(hvc_check_viable(&g));
	members[1] = (struct hvc_fact_other){ .driver = "e1000e" };
	assert_false(hvc_check_viable(&g));
}

static void every_reason_has_a_name_of_its_own(void **state)
{
	unsigned int i, k;

	(void)state;
	for (i = 0; i <= HVCLAIM_REASON_NUMA_FAR; i++) {
		assert_non_null(hvc_reason_name(i));
		assert_string_not_equal(hvc_reason_name(i), "?");
		for (k = 0; k < i; k++)
			assert_string_not_equal(hvc_reason_name(i), hvc_reason_name(k));
	}
	assert_string_equal(hvc_reason_name(i), "?");
}

static void nobody_named_means_that_every_claim_is_anothers(void **state)
{
	struct hvc_fact_other pf = { .driver = "vfio-pci", .managed = true, .claim = 1, .owner = "vm1" };
	struct hvc_fact_fn fn = { .group = -1, .is_vf = true, .pf = pf, .has_reset = true };
	struct hvc_facts facts = { .xen = true, .fns = &fn, .n_fns = 1 };
	struct hvc_check_params p = { .owner = "vm1" };
	struct hvc_findings f = {};

	(void)state;
	fn.intremap = true;
	assert_int_equal(hvc_check_claim(&facts, &p, &f), 0);
	assert_int_equal(hvc_check_verdict(&f), HVCLAIM_SEVERITY_NOTE);
	hvc_findings_free(&f);
	p.owner = NULL;
	assert_int_equal(hvc_check_claim(&facts, &p, &f), 0);
	assert_int_equal(hvc_check_blame(&f)->reason, HVCLAIM_REASON_PF_USER);
	hvc_findings_free(&f);
}

/* 40 siblings: the list has to grow twice */
static void running_out_of_memory_is_told_and_keeps_what_was_found(void **state)
{
	struct hvc_fact_other siblings[40] = {};
	struct hvc_fact_fn fn = { .group = -1, .intremap = true, .has_reset = true, .siblings = siblings };
	struct hvc_facts facts = { .xen = true, .fns = &fn, .n_fns = 1 };
	struct hvc_check_params p = {};
	static const unsigned int kept[] = { 0, 16, 32, 40 };
	struct hvc_findings f = {};
	unsigned int i;

	(void)state;
	fn.n_siblings = 40;
	for (i = 0; i < 4; i++) {
		shim_alloc_fail = i;
		assert_int_equal(hvc_check_claim(&facts, &p, &f), i == 3 ? 0 : -ENOMEM);
		shim_alloc_fail = -1;
		assert_int_equal(f.n, kept[i]);
		hvc_findings_free(&f);
		assert_null(f.v);
		assert_int_equal(f.n, 0);
	}
}

static void sunrise_point_controls_are_in_the_second_dword(void **state)
{
	/* all of SV RR CR UF implemented; the word behind them reads 0, the next dword has the controls */
	struct hvc_acs spt = hvc_acs_decode(0x0000001f, 0x0000001d, true);
	struct hvc_acs std = hvc_acs_decode(0x001d001f, 0, false);

	(void)state;
	assert_int_equal(spt.cap, HVC_ACS_REQUIRED);
	assert_int_equal(spt.ctrl, HVC_ACS_REQUIRED);
	assert_memory_equal(&spt, &std, sizeof(spt));
	assert_int_equal(hvc_acs_decode(0x0000001f, 0x0000001d, false).ctrl, 0);
}

static void ports_with_quirks_are_known_by_vendor_and_device(void **state)
{
	static const struct {
		u16 device;
		bool spt;
		bool pch;
	} ports[] = {
		{ 0xa10f, false, false }, { 0xa110, true, false },  { 0xa11f, true, false },
		{ 0xa120, false, false }, { 0xa167, true, false },  { 0xa16a, true, false },
		{ 0xa16b, false, false }, { 0xa290, true, false },  { 0xa2ee, true, false },
		{ 0x9d10, true, false },  { 0x9d1b, true, false },  { 0x9d1c, false, false },
		{ 0x1c10, false, true },  { 0x1c1f, false, true },  { 0x1c20, false, false },
		{ 0x1d10, false, true },  { 0x1d11, false, false }, { 0x8c9e, false, true },
		{ 0x8c91, false, false }, { 0x8d1e, false, true },  { 0x8d1f, false, false },
		{ 0x3b42, false, true },  { 0x3b51, false, true },  { 0x3b52, false, false },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(ports) / sizeof(ports[0]); i++) {
		assert_int_equal(hvc_acs_is_spt(0x8086, ports[i].device), ports[i].spt);
		assert_int_equal(hvc_acs_is_pch_quirk(0x8086, ports[i].device), ports[i].pch);
		assert_false(hvc_acs_is_spt(0x1022, ports[i].device));
		assert_false(hvc_acs_is_pch_quirk(0x1022, ports[i].device));
	}
}

static void *more(void *array, size_t n, size_t size)
{
	void *p = realloc(array, n * size);

	if (!p)
		err(2, "out of memory");
	return p;
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest own[] = {
		cmocka_unit_test(no_finding_is_a_note_that_blames_nobody),
		cmocka_unit_test(the_first_of_the_worst_is_blamed),
		cmocka_unit_test(a_group_is_viable_without_host_drivers),
		cmocka_unit_test(every_reason_has_a_name_of_its_own),
		cmocka_unit_test(nobody_named_means_that_every_claim_is_anothers),
		cmocka_unit_test(running_out_of_memory_is_told_and_keeps_what_was_found),
		cmocka_unit_test(sunrise_point_controls_are_in_the_second_dword),
		cmocka_unit_test(ports_with_quirks_are_known_by_vendor_and_device),
	};
	const size_t n_own = sizeof(own) / sizeof(own[0]);
	struct CMUnitTest *tests;
	struct question *q = NULL;
	struct facts_file *files;
	size_t i, k, n = 0;
	glob_t g;
	int failed;

	if (argc != 2 || chdir(argv[1]) || glob("*.facts", 0, NULL, &g))
		errx(2, "usage: test_check DIRECTORY-OF-FACTS");
	files = calloc(g.gl_pathc, sizeof(*files));
	for (i = 0; i < g.gl_pathc; i++) {
		facts_file_read(&files[i], g.gl_pathv[i]);
		if (!files[i].n_cases)
			errx(2, "%s: asks nothing", g.gl_pathv[i]);
		q = more(q, n + files[i].n_cases, sizeof(*q));
		for (k = 0; k < files[i].n_cases; k++, n++) {
			q[n] = (struct question){ .facts = &files[i].facts, .c = &files[i].cases[k] };
			snprintf(q[n].name, sizeof(q[n].name), "%.*s: %s", (int)strcspn(g.gl_pathv[i], "."),
				 g.gl_pathv[i], files[i].cases[k].name);
		}
	}
	tests = more(NULL, n + n_own, sizeof(*tests));
	for (i = 0; i < n; i++)
		tests[i] = (struct CMUnitTest){ q[i].name, answer, NULL, NULL, &q[i] };
	memcpy(&tests[n], own, sizeof(own));

	failed = _cmocka_run_group_tests("check", tests, n + n_own, NULL, NULL);
	for (i = 0; i < g.gl_pathc; i++)
		facts_file_free(&files[i]);
	globfree(&g);
	free(files);
	free(tests);
	free(q);
	return failed != 0;
}
