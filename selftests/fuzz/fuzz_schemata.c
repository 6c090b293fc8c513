// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_schemata.c - any text where the kernel would have schemata, readings and names of groups
 *
 * What is read has to mean the same when it is written out and read again.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/hostfs.h"
#include "host/resctrl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static char *write_out(const struct rdt_values *v)
{
	char *text = strdup("");

	for (enum rdt_res r = 0; r < RDT_RESOURCES; r++) {
		if (!v[r].n)
			continue;
		text_add(&text, "%s:", rdt_res_name[r]);
		for (size_t i = 0; i < v[r].n; i++)
			text_add(&text, rdt_is_cache(r) ? "%s%" PRIu32 "=%" PRIx64 : "%s%" PRIu32 "=%" PRIu64,
				 i ? ";" : "", v[r].v[i].id, v[r].v[i].value);
		text_add(&text, "\n");
	}
	return text;
}

static void same_again(const struct rdt_values *v)
{
	struct rdt_values again[RDT_RESOURCES] = { 0 };
	char *text = write_out(v), *second;

	if (schemata_parse(text, again))
		abort();
	second = write_out(again);
	if (strcmp(text, second))
		abort();
	free(text);
	free(second);
	schemata_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct rdt_values v[RDT_RESOURCES] = { 0 };
	char *s = malloc(len + 1);

	if (!s)
		return 0;
	memcpy(s, data, len);
	s[len] = '\0';
	if (!schemata_parse(s, v))
		same_again(v);
	schemata_free(v);
	(void)rdt_owner_of(s);
	(void)rdt_reading_parse(s);
	free(s);
	return 0;
}
