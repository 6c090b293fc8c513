// SPDX-License-Identifier: GPL-2.0-only
/*
 * rule_agree.c - the helper's side of test_rule_agree.c, whose headers have the names of the module's
 */
#include <stdlib.h>

#include "boot/rule_text.h"

size_t helper_column(const char *text, char *spelling, size_t size);

size_t helper_column(const char *text, char *spelling, size_t size)
{
	struct rule_text *r;
	size_t column;
	char *err;

	if (rule_parse(text, NULL, &r, &column, &err)) {
		free(err);
		return column;
	}
	if (spelling) {
		char *s = rule_format(r);

		snprintf(spelling, size, "%s", s);
		free(s);
	}
	rule_text_free(r);
	return 0;
}
