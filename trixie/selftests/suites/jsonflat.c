// SPDX-License-Identifier: GPL-2.0-only
/*
 * jsonflat - check that standard input is one JSON value, or one a line, and print each scalar as PATH=VALUE
 *
 *	$ echo '{"claims": [{"id": 1, "state": "held"}]}' | jsonflat
 *	claims.0.id=1
 *	claims.0.state=held
 *
 * Exit status 1: it is none, or there is nothing.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char in[1 << 20], path[4096];
static const char *p = in;

static void wrong(const char *what)
{
	printf("jsonflat: %s at: %.40s\n", what, p);
	exit(1);
}

static void space(void)
{
	p += strspn(p, " \t\r\n");
}

/* A string without its quotes; escapes are checked, and stay as they are */
static int string(char *out, size_t size)
{
	const char *start = ++p;

	while (*p != '"') {
		if ((unsigned char)*p < ' ')
			wrong("a string with a control character or without its end");
		if (*p == '\\' && !strchr("\"\\/bfnrtu", *++p))
			wrong("an unknown escape");
		if (*p++ == 'u' && p[-2] == '\\' && strspn(p, "0123456789abcdefABCDEF") < 4)
			wrong("an escape that is too short");
	}
	return snprintf(out, size, "%.*s", (int)(p++ - start), start);
}

static void literal(void)
{
	static const char *const words[] = { "true", "false", "null" };
	char *end;

	for (int i = 0; i < 3; i++) {
		size_t n = strlen(words[i]);

		if (!strncmp(p, words[i], n) && !isalnum((unsigned char)p[n])) {
			printf("%s=%s\n", path, words[i]);
			p += n;
			return;
		}
	}
	if (*p != '-' && !isdigit((unsigned char)*p))
		wrong("no value");
	strtod(p, &end);
	printf("%s=%.*s\n", path, (int)(end - p), p);
	p = end;
}

static void value(void);

static void members(char close)
{
	size_t was = strlen(path);
	int n = 0;

	p++;
	for (space(); *p != close; n++) {
		const char *dot = was ? "." : "";

		if (n && *p++ != ',')
			wrong("expected a comma before this");
		space();
		snprintf(path + was, sizeof(path) - was, "%s%d", dot, n);
		if (close == '}') {
			if (*p != '"')
				wrong("expected a name");
			string(path + was + strlen(dot), sizeof(path) - was - 1);
			space();
			if (*p++ != ':')
				wrong("expected a colon before this");
		}
		value();
		path[was] = '\0';
		space();
	}
	p++;
}

static void value(void)
{
	static char text[65536];

	space();
	switch (*p) {
	case '{': members('}'); break;
	case '[': members(']'); break;
	case '"':
		string(text, sizeof(text));
		printf("%s=%s\n", path, text);
		break;
	default: literal();
	}
}

int main(void)
{
	in[fread(in, 1, sizeof(in) - 1, stdin)] = '\0';
	space();
	do {
		value();
		space();
	} while (*p);
	return 0;
}
