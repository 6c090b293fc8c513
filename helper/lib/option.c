// SPDX-License-Identifier: GPL-2.0-only
/*
 * option.c - values of options, and what is said about wrong ones
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "lib/words.h"

static void say(const char *fmt, va_list args)
{
	fflush(stdout);
	fputs("hvclaim: ", stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
}

void error_say(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say(fmt, args);
	va_end(args);
}

void usage_error(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say(fmt, args);
	va_end(args);
	exit(EXIT_USAGE);
}

uint64_t option_allow(const char *arg)
{
	char *err = NULL;
	uint64_t allow = 0;

	if (allow_parse(arg, &allow, &err))
		usage_error("--allow: %s", err ? err : strerror(ENOMEM));
	return allow;
}

uint32_t option_number(const char *option, const char *arg, uint32_t min, uint32_t max)
{
	unsigned long long n;
	char *end;

	errno = 0;
	n = strtoull(arg, &end, 10);
	if (*arg < '0' || *arg > '9' || *end || errno || n < min || n > max)
		usage_error("%s %s: expected a number from %u to %u", option, arg, min, max);
	return (uint32_t)n;
}

uint32_t option_ms(const char *option, const char *arg, uint32_t min_ms, uint32_t max_ms)
{
	double s;
	char *end;

	errno = 0;
	s = strtod(arg, &end);
	if (!strchr("0123456789.", *arg) || !*arg || *end || errno ||
	    !(s * 1000 >= min_ms && s * 1000 <= max_ms))
		usage_error("%s %s: expected seconds, from %g to %g", option, arg, min_ms / 1000.0,
			    max_ms / 1000.0);
	return (uint32_t)(s * 1000 + 0.5);
}

const char *option_name(const char *option, const char *arg)
{
	size_t n = 0;

	while (arg[n] > ' ' && arg[n] < 0x7f)
		n++;
	if (!n || arg[n])
		usage_error("%s '%s': expected printable ASCII characters without spaces", option, arg);
	if (n > HVCLAIM_NAME_MAX)
		usage_error("%s %s: longer than %d characters", option, arg, HVCLAIM_NAME_MAX);
	return arg;
}
