// SPDX-License-Identifier: GPL-2.0-only
/*
 * boot_port.c - hvclaim boot export, hvclaim boot import: our rules to another installation of this host
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "boot/bootport.h"
#include "boot.h"

static const char *file_arg(void)
{
	const struct words_list *words = &boot_opts.request.selectors;

	return words->n ? words->v[0] : "-";
}

static int failed(const char *err)
{
	error_say("%s", err ? err : strerror(ENOMEM));
	return EXIT_ERROR;
}

static int collect(const struct boot_rules *all, struct rule_list *out)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct boot_rule *r = &all->v[i];
		_cleanup_(freep) char *err = NULL;
		struct rule_text *parsed = NULL;
		_cleanup_(freep) char *text = NULL;
		size_t column;

		if (r->source != BOOT_FILE) {
			error_say("warning: not exported, as it is %s: %s",
				  r->source == BOOT_TRIAL     ? "for one boot only"
				  : r->source == BOOT_CMDLINE ? "on the kernel's command line"
							      : r->file,
				  r->text);
			continue;
		}
		if (rule_parse(r->text, NULL, &parsed, &column, &err)) {
			error_say("warning: not exported: %s", err ? err : strerror(ENOMEM));
			continue;
		}
		text = rule_format(parsed);
		rule_text_free(parsed);
		if (!text || rule_list_add(out, text))
			return failed(NULL);
	}
	return EXIT_DONE;
}

/* A device, a pipe or a link (/dev/stdout is one) is written to, not replaced. */
static int write_file(const char *file, const char *text)
{
	struct stat st;
	FILE *f;
	int rc;

	if (lstat(file, &st) || S_ISREG(st.st_mode))
		return file_replace(file, text);
	f = fopen(file, "we");
	if (!f)
		return -errno;
	rc = fputs(text, f) < 0 ? -errno : 0;
	return fclose(f) && !rc ? -errno : rc;
}

int boot_run_export(void)
{
	_cleanup_(boot_rules_free) struct boot_rules all = { 0 };
	_cleanup_(rule_list_free) struct rule_list rules = { 0 };
	_cleanup_(freep) char *err = NULL;
	_cleanup_(freep) char *text = NULL;
	const char *file = file_arg();
	int rc;

	if (boot_load(&hostfs_default, &all, &err))
		return failed(err);
	rc = collect(&all, &rules);
	if (rc)
		return rc;
	text = bootport_write(&rules);
	if (!text)
		return failed(NULL);
	if (!strcmp(file, "-")) {
		fputs(text, stdout);
		return EXIT_DONE;
	}
	rc = write_file(file, text);
	if (rc) {
		error_say("%s: %s", file, strerror(-rc));
		return EXIT_ERROR;
	}
	if (!globals.json)
		printf("%zu rule%s written to %s\n", rules.n, rules.n == 1 ? "" : "s", file);
	return EXIT_DONE;
}

/* hostfs_read() does not wait for what a pipe has not brought yet. */
static int read_file(const char *file, char **text)
{
	FILE *f = strcmp(file, "-") ? fopen(file, "re") : stdin;
	size_t room = 0;
	ssize_t n;
	int rc = 0;

	if (f) {
		errno = 0;
		n = getdelim(text, &room, '\0', f);
		rc = ferror(f) || (n < 0 && errno) ? -errno : n > 0 && !(*text)[n - 1] ? -EILSEQ : 0;
		if (n < 0 && !rc && *text)
			**text = '\0'; /* empty */
		if (f != stdin)
			fclose(f);
	} else {
		rc = -errno;
	}
	if (!rc && !*text)
		rc = -ENOMEM;
	if (!rc)
		return EXIT_DONE;
	error_say("%s: %s", file, rc == -EILSEQ ? "not a text file: it has NUL bytes" : strerror(-rc));
	return EXIT_ERROR;
}

int boot_run_import(void)
{
	_cleanup_(target_close) struct target t = { 0 };
	_cleanup_(rule_list_free) struct rule_list rules = { 0 };
	_cleanup_(freep) char *err = NULL;
	_cleanup_(freep) char *text = NULL;
	const char *file = file_arg();
	int rc = need_root("boot import");

	if (!rc)
		rc = read_file(file, &text);
	if (rc)
		return rc;
	if (bootport_read(text, file, &rules, &err))
		return failed(err);
	rc = target_open_host(&t);
	return rc ? rc : boot_put(&t, &rules, "boot import");
}
