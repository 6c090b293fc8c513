// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_dmar.c - any bytes as the ACPI tables DMAR and IVRS
 *
 * With an odd last byte the length that the table tells is made the true one, so that the search gets further.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "device/dmar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static bool buses(void *ctx, struct addr bridge, uint8_t *secondary, uint8_t *subordinate)
{
	(void)ctx;
	*secondary = (uint8_t)(bridge.devfn + 1);
	*subordinate = (uint8_t)(bridge.devfn + 3);
	return !(bridge.devfn & 4);
}

static void look(int rc, struct dmar_regions *r, char *err)
{
	if (rc ? !err || r->n : !!err)
		abort();
	for (size_t i = 0; i < r->n; i++)
		(void)dmar_covers(&r->v[i], (struct addr){ 0, 1, 8 });
	free(err);
	dmar_free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct dmar_regions dmar = { 0 }, ivrs = { 0 };
	char *err = NULL;
	uint8_t *table;
	int rc;

	if (!len)
		return 0;
	/* just as long as it is, so that a read past it is seen */
	len--;
	table = malloc(len ? len : 1);
	if (!table)
		return 0;
	memcpy(table, data, len);
	if (data[len] & 1 && len >= 8) {
		uint32_t told = (uint32_t)len;

		memcpy(table + 4, &told, sizeof(told));
	}
	rc = dmar_parse(table, len, buses, NULL, &dmar, &err);
	look(rc, &dmar, err);
	err = NULL;
	rc = ivrs_parse(table, len, &ivrs, &err);
	look(rc, &ivrs, err);
	free(table);
	return 0;
}
