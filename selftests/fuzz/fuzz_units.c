// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_units.c - any text to the parsers of sizes, shares, masks, times and lists
 *
 * The first byte picks the parser. What is read has to come back the same from the printers.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/units.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static bool up_to_hundred(const char *s, uint64_t *out)
{
	return units_percent(s, UNITS_ALL, out);
}

static bool up_to_thousand(const char *s, uint64_t *out)
{
	return units_number(s, 1, 1000, out);
}

static void try_number(unsigned int which, const char *s)
{
	static bool (*const parse[])(const char *, uint64_t *) = {
		units_size, units_rate, units_count, up_to_hundred,
		units_time, units_mask, units_ways,  up_to_thousand,
	};
	uint64_t v = 12345;

	if (!parse[which % 8](s, &v) && v != 12345)
		abort();
	if (parse[which % 8] == up_to_thousand && v > 1000 && v != 12345)
		abort();
}

static void try_amount(unsigned int which, const char *s)
{
	static bool (*const parse[])(const char *, struct amount *) = { units_cache, units_bandwidth,
									units_memory };
	struct amount a = { AMOUNT_NONE, 0 }, again;
	char *text;

	if (!parse[which % 3](s, &a)) {
		if (a.kind != AMOUNT_NONE)
			abort();
		return;
	}
	text = units_amount_str(a);
	if (!text || !parse[which % 3](text, &again) || again.kind != a.kind || again.value != a.value)
		abort();
	free(text);
}

static void try_list(const char *s)
{
	struct idset set, again;
	char *text;

	if (!units_list(s, &set))
		return;
	text = units_list_str(&set);
	if (!text || !units_list(text, &again) || !idset_equal(&set, &again) || idset_empty(&set))
		abort();
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *s;

	if (!len)
		return 0;
	s = malloc(len);
	if (!s)
		return 0;
	memcpy(s, data + 1, len - 1);
	s[len - 1] = '\0';
	if (data[0] % 12 < 8)
		try_number(data[0] % 12, s);
	else if (data[0] % 12 < 11)
		try_amount(data[0] % 12 - 8, s);
	else
		try_list(s);
	free(s);
	return 0;
}
