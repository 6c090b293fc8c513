// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_units.c - sizes, shares, masks, times and lists, right and wrong
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/units.h"

#define KI 1024ULL
#define GI (KI * KI * KI)

/** struct good - a text, and what it means; REFUSED: it is */
struct good {
	const char *text;
	uint64_t value;
};

#define REFUSED (QOS_MAX - 1)

static void try_all(bool (*parse)(const char *, uint64_t *), const struct good *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t got = 12345;
		bool ok = parse(v[i].text, &got);

		if (v[i].value == REFUSED ? ok || got != 12345 : !ok || got != v[i].value)
			fail_msg("\"%s\": %s %llu", v[i].text, ok ? "read as" : "refused, left at",
				 (unsigned long long)got);
	}
}

#define TRY(parse, v) try_all(parse, v, sizeof(v) / sizeof((v)[0]))

static void sizes_are_powers_of_1024_and_round_up_to_bytes(void **state)
{
	static const struct good v[] = {
		{ "0", 0 },
		{ "4096", 4096 },
		{ "12MiB", 12 * KI * KI },
		{ "12 MiB", 12 * KI * KI },
		{ "16G", 16 * GI },
		{ "1.5G", 3 * GI / 2 },
		{ "1.0000000001G", REFUSED },
		{ "0.3K", 308 },
		{ "1MB", 1000000 },
		{ "2T", 2048 * GI },
		{ "max", QOS_MAX },
		{ "infinity", QOS_MAX },
		{ "18446744073709551613", 18446744073709551613ULL },
		{ "18446744073709551615", REFUSED },
		{ "18446744073709551616", REFUSED },
		{ "99999999999999999999999", REFUSED },
		{ "17179869184G", REFUSED },
		{ "", REFUSED },
		{ " 1", REFUSED },
		{ "1 ", REFUSED },
		{ "1  G", REFUSED },
		{ "-1", REFUSED },
		{ "+1", REFUSED },
		{ "01", REFUSED },
		{ "0x10", REFUSED },
		{ "1e3", REFUSED },
		{ ".5G", REFUSED },
		{ "1.G", REFUSED },
		{ "1,5G", REFUSED },
		{ "1Gi", REFUSED },
		{ "1m", REFUSED },
		{ "G", REFUSED },
		{ "1%", REFUSED },
		{ "Max", REFUSED },
	};

	(void)state;
	TRY(units_size, v);
}

static void rates_are_powers_of_1000_a_second(void **state)
{
	static const struct good v[] = {
		{ "500M", 500000000 },
		{ "500MB/s", 500000000 },
		{ "1.5GB/s", 1500000000 },
		{ "1MiB/s", KI * KI },
		{ "10k", 10000 },
		{ "max", QOS_MAX },
		{ "/s", REFUSED },
		{ "1M/S", REFUSED },
		{ "1M/s/s", REFUSED },
		{ "1Mbit", REFUSED },
		{ "1111111111111111111111111111111111111111111111111", REFUSED },
	};
	static const struct good counts[] = {
		{ "2000", 2000 },   { "20k", 20000 },  { "1.5k", 1500 },
		{ "max", QOS_MAX }, { "1G", REFUSED }, { "", REFUSED },
	};

	(void)state;
	TRY(units_rate, v);
	TRY(units_count, counts);
}

static bool up_to_hundred(const char *s, uint64_t *out)
{
	return units_percent(s, UNITS_ALL, out);
}

static void shares_times_masks_and_ways_need_their_sign(void **state)
{
	static const struct good percent[] = {
		{ "30%", 3000 },   { "12.5%", 1250 }, { "0.01%", 1 },	      { "0.001%", 1 },
		{ "100%", 10000 }, { "0%", 0 },	      { "100.01%", REFUSED }, { "30", REFUSED },
		{ "30 %", 3000 },  { "%", REFUSED },  { "-1%", REFUSED },     { "30%%", REFUSED },
	};
	static const struct good times[] = {
		{ "10ms", 10000 }, { "250us", 250 },  { "1s", 1000000 },  { "0.1s", 100000 },
		{ "10", REFUSED }, { "1m", REFUSED }, { "1 h", REFUSED },
	};
	static const struct good masks[] = {
		{ "0x0f", 0xf },
		{ "0xFF", 0xff },
		{ "0xffffffffffffffff", UINT64_MAX },
		{ "0x1ffffffffffffffff", REFUSED },
		{ "0x0", REFUSED },
		{ "0", REFUSED },
		{ "0x", REFUSED },
		{ "f", REFUSED },
		{ "0xg", REFUSED },
		{ "0x-1", REFUSED },
	};
	static const struct good ways[] = {
		{ "3 ways", 3 },	 { "1 way", 1 },   { "4ways", 4 },
		{ "0 ways", REFUSED },	 { "1 ways", 1 },  { "3 way", 3 },
		{ "65 ways", REFUSED },	 { "3", REFUSED }, { "3  ways", REFUSED },
		{ "1.5 ways", REFUSED },
	};

	(void)state;
	TRY(up_to_hundred, percent);
	TRY(units_time, times);
	TRY(units_mask, masks);
	TRY(units_ways, ways);
}

static void lists_are_read_and_written_as_the_kernel_does(void **state)
{
	static const char *const same[] = { "0", "0-3", "0-3,8", "1,3,5", "8191", "0-8191" };
	static const char *const bad[] = {
		"",  ",",   "0,",   ",0",     "3-1",	     "0-",   "-1",
		"a", "0 1", "8192", "0-8192", "99999999999", "0--1", "1-2-3",
	};
	struct idset set;
	char *s;

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		assert_true(units_list(same[i], &set));
		s = units_list_str(&set);
		assert_string_equal(s, same[i]);
		free(s);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (units_list(bad[i], &set))
			fail_msg("\"%s\" is read", bad[i]);
	assert_true(units_list("3,1,2, 0,2-3", &set));
	s = units_list_str(&set);
	assert_string_equal(s, "0-3");
	free(s);
	assert_int_equal(idset_count(&set), 4);
	set = (struct idset){ 0 };
	s = units_list_str(&set);
	assert_string_equal(s, "");
	free(s);
}

static void amounts_without_a_unit_or_of_nothing_are_refused(void **state)
{
	static const struct {
		const char *text;
		bool (*parse)(const char *, struct amount *);
		enum amount_kind kind; /* AMOUNT_NONE: refused */
		uint64_t value;
		const char *back;
	} v[] = {
		{ "12MiB", units_cache, AMOUNT_BYTES, 12 * KI * KI, "12 MiB" },
		{ "1536K", units_cache, AMOUNT_BYTES, 1536 * KI, "1536 KiB" },
		{ "30%", units_cache, AMOUNT_PERCENT, 3000, "30%" },
		{ "12.5%", units_cache, AMOUNT_PERCENT, 1250, "12.5%" },
		{ "0.25%", units_cache, AMOUNT_PERCENT, 25, "0.25%" },
		{ "3 ways", units_cache, AMOUNT_WAYS, 3, "3 ways" },
		{ "1way", units_cache, AMOUNT_WAYS, 1, "1 way" },
		{ "0x0f", units_cache, AMOUNT_MASK, 15, "0xf" },
		{ "12", units_cache, AMOUNT_NONE, 0, NULL },
		{ "0", units_cache, AMOUNT_NONE, 0, NULL },
		{ "0%", units_cache, AMOUNT_NONE, 0, NULL },
		{ "0MiB", units_cache, AMOUNT_NONE, 0, NULL },
		{ "max", units_cache, AMOUNT_NONE, 0, NULL },
		{ "101%", units_cache, AMOUNT_NONE, 0, NULL },
		{ "50%", units_bandwidth, AMOUNT_PERCENT, 5000, "50%" },
		{ "4GB/s", units_bandwidth, AMOUNT_RATE, 4000000000ULL, "4 GB/s" },
		{ "1MiB/s", units_bandwidth, AMOUNT_RATE, KI * KI, "1 MiB/s" },
		{ "max", units_bandwidth, AMOUNT_RATE, QOS_MAX, "max" },
		{ "0x0f", units_bandwidth, AMOUNT_NONE, 0, NULL },
		{ "50", units_bandwidth, AMOUNT_NONE, 0, NULL },
		{ "3 ways", units_bandwidth, AMOUNT_NONE, 0, NULL },
		{ "16G", units_memory, AMOUNT_BYTES, 16 * GI, "16 GiB" },
		{ "0", units_memory, AMOUNT_BYTES, 0, "0 B" },
		{ "10%", units_memory, AMOUNT_PERCENT, 1000, "10%" },
		{ "max", units_memory, AMOUNT_BYTES, QOS_MAX, "max" },
		{ "0x10", units_memory, AMOUNT_NONE, 0, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct amount a = { AMOUNT_NONE, 0 }, again;
		char *s;

		if (v[i].parse(v[i].text, &a) != (v[i].kind != AMOUNT_NONE))
			fail_msg("\"%s\" is %s", v[i].text, a.kind ? "read" : "refused");
		assert_int_equal(a.kind, v[i].kind);
		assert_int_equal(a.value, v[i].value);
		if (!v[i].back)
			continue;
		s = units_amount_str(a);
		assert_string_equal(s, v[i].back);
		assert_true(v[i].parse(s, &again));
		assert_int_equal(again.value, a.value);
		free(s);
	}
}

static void sizes_for_people_have_three_digits(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} v[] = {
		{ 0, "0 bytes" },
		{ 1023, "1023 bytes" },
		{ 1024, "1 KiB" },
		{ 1536, "1.5 KiB" },
		{ 16 * KI * KI / 11, "1.45 MiB" },
		{ 100 * KI * KI, "100 MiB" },
		{ 1023 * KI, "1023 KiB" },
		{ 1024 * KI - 1, "1 MiB" },
		{ QOS_MAX, "max" },
		{ QOS_MAX - 1, "16 EiB" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		char *s = units_size_str(v[i].bytes);

		assert_string_equal(s, v[i].text);
		free(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_are_powers_of_1024_and_round_up_to_bytes),
		cmocka_unit_test(rates_are_powers_of_1000_a_second),
		cmocka_unit_test(shares_times_masks_and_ways_need_their_sign),
		cmocka_unit_test(lists_are_read_and_written_as_the_kernel_does),
		cmocka_unit_test(amounts_without_a_unit_or_of_nothing_are_refused),
		cmocka_unit_test(sizes_for_people_have_three_digits),
	};

	return cmocka_run_group_tests_name("units", tests, NULL, NULL);
}
