// SPDX-License-Identifier: GPL-2.0-only
/*
 * units.c - sizes, shares, masks, times and lists as people write them; pure
 */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/hostfs.h"
#include "lib/units.h"

/* digits behind the point that are looked at; more are refused */
#define FRACTION_DIGITS 9

/** struct decimal - a number with a fraction: whole + part / scale */
struct decimal {
	uint64_t whole, part, scale;
};

/** struct unit - a word behind a number, and what it multiplies the number with */
struct unit {
	const char *word;
	uint64_t factor;
};

#define KI (1ULL << 10)
#define MI (1ULL << 20)
#define GI (1ULL << 30)
#define TI (1ULL << 40)
#define K  1000ULL
#define M  (1000 * K)
#define G  (1000 * M)
#define T  (1000 * G)

static bool add_digit(uint64_t *n, char digit)
{
	return !__builtin_mul_overflow(*n, 10, n) && !__builtin_add_overflow(*n, (uint64_t)(digit - '0'), n);
}

/* Reads digits, perhaps with a point inside; the rest of the string, or NULL. */
static const char *read_decimal(const char *s, struct decimal *d)
{
	*d = (struct decimal){ .scale = 1 };
	if (!isdigit((unsigned char)*s) || (s[0] == '0' && isdigit((unsigned char)s[1])))
		return NULL;
	for (; isdigit((unsigned char)*s); s++)
		if (!add_digit(&d->whole, *s))
			return NULL;
	if (*s != '.')
		return s;
	s++;
	if (!isdigit((unsigned char)*s))
		return NULL;
	for (int n = 0; isdigit((unsigned char)*s); s++, n++) {
		if (n == FRACTION_DIGITS || !add_digit(&d->part, *s))
			return NULL;
		d->scale *= 10;
	}
	return s;
}

/* Rounds up; false when it does not fit or is what means "no limit". */
static bool times(const struct decimal *d, uint64_t factor, uint64_t *out)
{
	__extension__ typedef unsigned __int128 wide;
	wide v = (wide)d->whole * factor + ((wide)d->part * factor + d->scale - 1) / d->scale;

	if (v >= QOS_MAX)
		return false;
	*out = (uint64_t)v;
	return true;
}

static bool is_max(const char *s)
{
	return !strcmp(s, "max") || !strcmp(s, "infinity");
}

/* A number and one of the units, one of which may be "". */
static bool with_unit(const char *s, const struct unit *units, size_t n, uint64_t *out)
{
	struct decimal d;

	s = read_decimal(s, &d);
	if (!s)
		return false;
	if (*s == ' ' && s[1])
		s++;
	for (size_t i = 0; i < n; i++)
		if (!strcmp(s, units[i].word))
			return times(&d, units[i].factor, out);
	return false;
}

#define WITH_UNIT(s, units, out) with_unit(s, units, sizeof(units) / sizeof((units)[0]), out)

bool units_number(const char *s, uint64_t min, uint64_t max, uint64_t *out)
{
	struct decimal d;

	s = read_decimal(s, &d);
	if (!s || *s || d.scale != 1 || d.whole < min || d.whole > max)
		return false;
	*out = d.whole;
	return true;
}

bool units_size(const char *s, uint64_t *bytes)
{
	static const struct unit units[] = {
		{ "", 1 },   { "B", 1 },    { "K", KI },   { "M", MI },	  { "G", GI },
		{ "T", TI }, { "KiB", KI }, { "MiB", MI }, { "GiB", GI }, { "TiB", TI },
		{ "kB", K }, { "KB", K },   { "MB", M },   { "GB", G },	  { "TB", T },
	};

	if (is_max(s)) {
		*bytes = QOS_MAX;
		return true;
	}
	return WITH_UNIT(s, units, bytes);
}

bool units_rate(const char *s, uint64_t *bytes)
{
	static const struct unit units[] = {
		{ "", 1 },   { "B", 1 },    { "k", K },	   { "K", K },	  { "M", M },	 { "G", G },
		{ "T", T },  { "KiB", KI }, { "MiB", MI }, { "GiB", GI }, { "TiB", TI }, { "kB", K },
		{ "KB", K }, { "MB", M },   { "GB", G },   { "TB", T },
	};
	char text[40];
	size_t n = strlen(s);

	if (is_max(s)) {
		*bytes = QOS_MAX;
		return true;
	}
	if (n >= sizeof(text))
		return false;
	memcpy(text, s, n + 1);
	if (n > 2 && !strcmp(text + n - 2, "/s"))
		text[n - 2] = '\0';
	return WITH_UNIT(text, units, bytes);
}

bool units_count(const char *s, uint64_t *out)
{
	static const struct unit units[] = { { "", 1 }, { "k", K }, { "K", K }, { "M", M } };

	if (is_max(s)) {
		*out = QOS_MAX;
		return true;
	}
	return WITH_UNIT(s, units, out);
}

bool units_percent(const char *s, uint64_t max, uint64_t *out)
{
	static const struct unit units[] = { { "%", 100 } };
	uint64_t v;

	if (!WITH_UNIT(s, units, &v) || v > max)
		return false;
	*out = v;
	return true;
}

bool units_time(const char *s, uint64_t *us)
{
	static const struct unit units[] = { { "us", 1 }, { "ms", K }, { "s", M } };

	return WITH_UNIT(s, units, us);
}

bool units_mask(const char *s, uint64_t *out)
{
	uint64_t v = 0;
	size_t n;

	if (strncmp(s, "0x", 2))
		return false;
	s += 2;
	n = strlen(s);
	if (!n || n > 16 || strspn(s, "0123456789abcdefABCDEF") != n)
		return false;
	for (; *s; s++)
		v = v << 4 | (uint64_t)(isdigit((unsigned char)*s) ? *s - '0' : (*s | 0x20) - 'a' + 10);
	if (!v)
		return false;
	*out = v;
	return true;
}

bool units_ways(const char *s, uint64_t *out)
{
	struct decimal d;

	s = read_decimal(s, &d);
	if (!s || d.scale != 1 || !d.whole || d.whole > 64)
		return false;
	if (*s == ' ')
		s++;
	if (strcmp(s, "way") && strcmp(s, "ways"))
		return false;
	*out = d.whole;
	return true;
}

/* The next number of a list; the rest of the string, or NULL. */
static const char *read_id(const char *s, uint32_t *id)
{
	uint32_t v = 0;

	if (!isdigit((unsigned char)*s))
		return NULL;
	for (; isdigit((unsigned char)*s); s++) {
		v = v * 10 + (uint32_t)(*s - '0');
		if (v >= IDSET_MAX)
			return NULL;
	}
	*id = v;
	return s;
}

bool units_list(const char *s, struct idset *out)
{
	struct idset set = { 0 };

	for (;;) {
		uint32_t first, last;

		s = read_id(s, &first);
		if (!s)
			return false;
		last = first;
		if (*s == '-') {
			s = read_id(s + 1, &last);
			if (!s || last < first)
				return false;
		}
		for (uint32_t i = first; i <= last; i++)
			idset_add(&set, i);
		if (!*s)
			break;
		if (*s++ != ',')
			return false;
		while (*s == ' ')
			s++;
	}
	*out = set;
	return true;
}

/* One of the ways to write an amount. */
static bool amount_of(const char *s, bool (*parse)(const char *, uint64_t *), enum amount_kind kind,
		      struct amount *out)
{
	uint64_t v;

	if (!parse(s, &v))
		return false;
	*out = (struct amount){ kind, v };
	return true;
}

/* Whether a number has no unit: which one is meant is a matter of taste there. */
static bool is_bare(const char *s)
{
	return s[strspn(s, "0123456789.")] == '\0';
}

static bool amount_share(const char *s, struct amount *out)
{
	uint64_t v;

	if (!units_percent(s, UNITS_ALL, &v) || !v)
		return false;
	*out = (struct amount){ AMOUNT_PERCENT, v };
	return true;
}

bool units_cache(const char *s, struct amount *out)
{
	struct amount a;

	if (amount_share(s, &a) || amount_of(s, units_ways, AMOUNT_WAYS, &a) ||
	    amount_of(s, units_mask, AMOUNT_MASK, &a) ||
	    (!is_bare(s) && !is_max(s) && amount_of(s, units_size, AMOUNT_BYTES, &a) && a.value)) {
		*out = a;
		return true;
	}
	return false;
}

bool units_bandwidth(const char *s, struct amount *out)
{
	struct amount a;

	if (amount_share(s, &a) || (!is_bare(s) && amount_of(s, units_rate, AMOUNT_RATE, &a) && a.value)) {
		*out = a;
		return true;
	}
	return false;
}

bool units_memory(const char *s, struct amount *out)
{
	uint64_t v;

	if (units_percent(s, UNITS_ALL, &v))
		*out = (struct amount){ AMOUNT_PERCENT, v };
	else if (units_size(s, &v))
		*out = (struct amount){ AMOUNT_BYTES, v };
	else
		return false;
	return true;
}

char *units_list_str(const struct idset *s)
{
	char *text = NULL;

	for (uint32_t i = idset_next(s, 0); i < IDSET_MAX; i = idset_next(s, i + 1)) {
		uint32_t first = i;
		const char *comma = text ? "," : "";

		while (idset_has(s, i + 1))
			i++;
		if (i == first ? text_add(&text, "%s%" PRIu32, comma, i)
			       : text_add(&text, "%s%" PRIu32 "-%" PRIu32, comma, first, i)) {
			free(text);
			return NULL;
		}
	}
	return text ? text : strdup("");
}

char *units_size_str(uint64_t bytes)
{
	static const char *const words[] = { "bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	double v = (double)bytes;
	size_t i = 0;

	if (bytes == QOS_MAX)
		return strdup("max");
	while (v >= 1023.5 && i + 1 < sizeof(words) / sizeof(words[0])) {
		v /= 1024;
		i++;
	}
	return text_fmt(v >= 99.95 ? "%.0f %s" : "%.3g %s", v, words[i]);
}

char *units_percent_str(uint64_t hundredths)
{
	uint64_t whole = hundredths / 100, part = hundredths % 100;

	if (!part)
		return text_fmt("%" PRIu64 "%%", whole);
	if (!(part % 10))
		return text_fmt("%" PRIu64 ".%" PRIu64 "%%", whole, part / 10);
	return text_fmt("%" PRIu64 ".%02" PRIu64 "%%", whole, part);
}

/* Exact: in the first unit that leaves no rest. */
static char *exact(uint64_t bytes, const struct unit *units, size_t n, const char *tail)
{
	if (bytes == QOS_MAX)
		return strdup("max");
	for (size_t i = 0; bytes && i < n; i++)
		if (!(bytes % units[i].factor))
			return text_fmt("%" PRIu64 " %s%s", bytes / units[i].factor, units[i].word, tail);
	return text_fmt("%" PRIu64 " B%s", bytes, tail);
}

char *units_amount_str(struct amount a)
{
	static const struct unit sizes[] = { { "TiB", TI }, { "GiB", GI }, { "MiB", MI }, { "KiB", KI } };
	static const struct unit rates[] = { { "TB", T },   { "GB", G }, { "MB", M },  { "GiB", GI },
					     { "MiB", MI }, { "kB", K }, { "KiB", KI } };

	switch (a.kind) {
	case AMOUNT_BYTES:
		return exact(a.value, sizes, sizeof(sizes) / sizeof(sizes[0]), "");
	case AMOUNT_RATE:
		return exact(a.value, rates, sizeof(rates) / sizeof(rates[0]), "/s");
	case AMOUNT_PERCENT:
		return units_percent_str(a.value);
	case AMOUNT_WAYS:
		return text_fmt("%" PRIu64 " way%s", a.value, a.value == 1 ? "" : "s");
	case AMOUNT_MASK:
		return text_fmt("0x%" PRIx64, a.value);
	case AMOUNT_NONE:
		break;
	}
	return strdup("");
}
