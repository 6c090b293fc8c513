// SPDX-License-Identifier: GPL-2.0-only
/*
 * dmar.c - parser of the ACPI tables DMAR (VT-d specification, chapter 8) and IVRS (AMD IOMMU
 * specification, chapter 5)
 *
 * The tables come from firmware: every length is checked against what contains it before it is used.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "device/dmar.h"

/* Both tables: 36 bytes of ACPI header and 12 of their own before the first structure */
#define TABLE_HEADER 48
#define ACPI_LENGTH  4

#define DMAR_TYPE_RMRR	    1
#define RMRR_SCOPES	    24
#define SCOPE_PATH	    6
#define SCOPE_ENDPOINT	    1
#define SCOPE_SUB_HIERARCHY 2

#define IVMD_ALL       0x20
#define IVMD_ONE       0x21
#define IVMD_RANGE     0x22
#define IVMD_LENGTH    32
#define IVMD_UNITY     0x01
#define IVMD_EXCLUSION 0x08 /* the kernel maps these as unity, too */
#define PAGE_MASK_4K   0xfffull

static uint16_t le16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static uint32_t le32(const uint8_t *p)
{
	return (uint32_t)le16(p) | (uint32_t)le16(p + 2) << 16;
}

static uint64_t le64(const uint8_t *p)
{
	return (uint64_t)le32(p) | (uint64_t)le32(p + 4) << 32;
}

static int damaged(char **err, const char *what, size_t at, const char *how)
{
	*err = text_fmt("%s at offset %zu %s", what, at, how);
	return *err ? -EINVAL : -ENOMEM;
}

static void region_free(struct dmar_region *r)
{
	free(r->scopes);
}

void dmar_free(struct dmar_regions *list)
{
	for (size_t i = 0; i < list->n; i++)
		region_free(&list->v[i]);
	free(list->v);
	*list = (struct dmar_regions){ 0 };
}

/* The region's scopes move into the list. */
static int region_add(struct dmar_regions *list, struct dmar_region *r)
{
	struct dmar_region *v = reallocarray(list->v, list->n + 1, sizeof(*v));

	if (!v)
		return -ENOMEM;
	list->v = v;
	v[list->n++] = *r;
	*r = (struct dmar_region){ 0 };
	return 0;
}

static int scope_add(struct dmar_region *r, uint32_t domain, uint16_t first, uint16_t last)
{
	struct dmar_scope *v = reallocarray(r->scopes, r->n_scopes + 1, sizeof(*v));

	if (!v)
		return -ENOMEM;
	r->scopes = v;
	v[r->n_scopes++] = (struct dmar_scope){ .domain = domain, .first = first, .last = last };
	return 0;
}

/* Appends what a list has to another; nothing of it stays behind. */
static int regions_move(struct dmar_regions *to, struct dmar_regions *from)
{
	for (size_t i = 0; i < from->n; i++) {
		int rc = region_add(to, &from->v[i]);

		if (rc)
			return rc;
	}
	return 0;
}

/* Who knows the buses behind a bridge */
struct resolver {
	dmar_buses_fn buses;
	void *ctx;
};

/* A device scope starts at a bus and goes one bridge down with each pair of its path. */
static int scope_parse(const uint8_t *s, size_t len, uint16_t segment, const struct resolver *bridges,
		       struct dmar_region *r)
{
	struct addr a = { .domain = segment, .bus = s[5] };
	uint8_t secondary, subordinate;

	if (s[0] != SCOPE_ENDPOINT && s[0] != SCOPE_SUB_HIERARCHY)
		return 0; /* IOAPIC, HPET, ACPI device: no PCI function reads that memory */
	for (size_t i = SCOPE_PATH; i < len; i += 2) {
		a.devfn = (uint8_t)(s[i] << 3 | s[i + 1]);
		if (s[i] > 31 || s[i + 1] > 7)
			goto unresolved;
		if (i + 2 == len)
			break;
		if (!bridges->buses(bridges->ctx, a, &secondary, &subordinate))
			goto unresolved;
		a.bus = secondary;
	}
	if (s[0] == SCOPE_SUB_HIERARCHY) {
		if (!bridges->buses(bridges->ctx, a, &secondary, &subordinate) || subordinate < secondary)
			goto unresolved;
		return scope_add(r, segment, (uint16_t)(secondary << 8), (uint16_t)(subordinate << 8 | 0xff));
	}
	return scope_add(r, segment, (uint16_t)(a.bus << 8 | a.devfn), (uint16_t)(a.bus << 8 | a.devfn));

unresolved:
	r->n_unresolved++;
	return 0;
}

static int rmrr_parse(const uint8_t *s, size_t len, size_t at, const struct resolver *bridges,
		      struct dmar_regions *out, char **err)
{
	_cleanup_(region_free) struct dmar_region r = { 0 };

	if (le16(s) != DMAR_TYPE_RMRR)
		return 0;
	if (len < RMRR_SCOPES)
		return damaged(err, "RMRR", at, "is too short");
	r.start = le64(s + 8);
	r.end = le64(s + 16);
	if (r.end < r.start)
		return damaged(err, "RMRR", at, "ends before it starts");
	for (size_t off = RMRR_SCOPES; off < len; off += s[off + 1]) {
		int rc;

		/* the path is pairs of device and function, at least one */
		if (len - off < SCOPE_PATH || s[off + 1] < SCOPE_PATH + 2 || s[off + 1] % 2 ||
		    s[off + 1] > len - off)
			return damaged(err, "device scope", at + off, "has a wrong length");
		rc = scope_parse(s + off, s[off + 1], le16(s + 6), bridges, &r);
		if (rc)
			return rc;
	}
	return region_add(out, &r);
}

static int ivmd_parse(const uint8_t *s, size_t len, size_t at, const struct resolver *bridges,
		      struct dmar_regions *out, char **err)
{
	_cleanup_(region_free) struct dmar_region r = { .amd = true };
	uint16_t first, last;
	uint64_t length;
	int rc;

	(void)bridges; /* AMD device ids are what the kernel calls them */
	if (s[0] < IVMD_ALL || s[0] > IVMD_RANGE)
		return 0;
	if (len < IVMD_LENGTH)
		return damaged(err, "IVMD", at, "is too short");
	if (!(s[1] & (IVMD_UNITY | IVMD_EXCLUSION)))
		return 0;
	first = last = le16(s + 4);
	r.start = le64(s + 16);
	length = le64(s + 24);
	if (!length || r.start + (length - 1) < r.start)
		return damaged(err, "IVMD", at, "has a wrong length of memory");
	r.end = r.start + (length - 1);
	r.end |= PAGE_MASK_4K; /* the kernel maps whole pages */
	r.start &= ~PAGE_MASK_4K;
	if (s[0] == IVMD_ALL) {
		first = 0;
		last = 0xffff;
	} else if (s[0] == IVMD_RANGE) {
		last = le16(s + 6);
		if (last < first)
			return damaged(err, "IVMD", at, "ends before it starts");
	}
	rc = scope_add(&r, le16(s + 8), first, last);
	return rc ? rc : region_add(out, &r);
}

/* A kind of table: its structures begin with a type, and have their length at offset 2. */
struct table {
	const char *const *names;
	const char *what;
	int (*parse)(const uint8_t *s, size_t len, size_t at, const struct resolver *bridges,
		     struct dmar_regions *out, char **err);
};

/* Checks the header, and gives the length by the table's own word. */
static int table_check(const uint8_t *t, size_t len, const char *const *names, size_t *end, char **err)
{
	size_t told;

	if (len < TABLE_HEADER)
		return damaged(err, "ACPI table", len, "is cut off");
	for (; *names && memcmp(t, *names, 4); names++)
		;
	if (!*names)
		return damaged(err, "signature", 0, "is of another table");
	told = le32(t + ACPI_LENGTH);
	if (told < TABLE_HEADER || told > len)
		return damaged(err, "length", ACPI_LENGTH, "is wrong");
	*end = told;
	return 0;
}

static int table_parse(const struct table *table, const uint8_t *t, size_t len,
		       const struct resolver *bridges, struct dmar_regions *out, char **err)
{
	_cleanup_(dmar_free) struct dmar_regions found = { 0 };
	size_t end;
	int rc;

	rc = table_check(t, len, table->names, &end, err);
	if (rc)
		return rc;
	for (size_t off = TABLE_HEADER, n; off < end; off += n) {
		if (end - off < 4)
			return damaged(err, table->what, off, "is cut off");
		n = le16(t + off + 2);
		if (n < 4 || n > end - off)
			return damaged(err, table->what, off, "has a wrong length");
		rc = table->parse(t + off, n, off, bridges, &found, err);
		if (rc)
			return rc;
	}
	return regions_move(out, &found);
}

int dmar_parse(const void *buf, size_t len, dmar_buses_fn buses, void *ctx, struct dmar_regions *out,
	       char **err)
{
	static const char *const names[] = { "DMAR", "RMAD", NULL };
	static const struct table dmar = { names, "DMAR structure", rmrr_parse };

	return table_parse(&dmar, buf, len, &(struct resolver){ buses, ctx }, out, err);
}

int ivrs_parse(const void *buf, size_t len, struct dmar_regions *out, char **err)
{
	static const char *const names[] = { "IVRS", NULL };
	static const struct table ivrs = { names, "IVRS block", ivmd_parse };

	return table_parse(&ivrs, buf, len, NULL, out, err);
}

bool dmar_covers(const struct dmar_region *r, struct addr a)
{
	uint16_t id = (uint16_t)(a.bus << 8 | a.devfn);

	for (size_t i = 0; i < r->n_scopes; i++)
		if (r->scopes[i].domain == a.domain && id >= r->scopes[i].first && id <= r->scopes[i].last)
			return true;
	return false;
}

/* The bus numbers that the kernel works with, without waking the bridge. */
static bool sysfs_buses(void *ctx, struct addr bridge, uint8_t *secondary, uint8_t *subordinate)
{
	const struct hostfs *fs = ctx;
	_cleanup_(freep) char *dir = hostfs_dev(fs, bridge);
	_cleanup_(freep) char *first = NULL;
	_cleanup_(freep) char *last = NULL;
	unsigned int a, b;

	if (!dir)
		return false;
	first = hostfs_read(NULL, "%s/secondary_bus_number", dir);
	last = hostfs_read(NULL, "%s/subordinate_bus_number", dir);
	if (!first || !last || sscanf(first, "%u", &a) != 1 || sscanf(last, "%u", &b) != 1 || a > 255 ||
	    b > 255)
		return false;
	*secondary = (uint8_t)a;
	*subordinate = (uint8_t)b;
	return true;
}

int dmar_load(const struct hostfs *fs, struct dmar_regions *out, char **err)
{
	static const char *const names[] = { "DMAR", "RMAD", "IVRS" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		_cleanup_(freep) char *why = NULL;
		_cleanup_(freep) char *t = NULL;
		size_t len;
		int rc;

		t = hostfs_read(&len, "%s/firmware/acpi/tables/%s", fs->sysfs, names[i]);
		if (!t && errno == ENOENT)
			continue;
		if (!t) {
			rc = -errno;
			*err = text_fmt("ACPI table %s: %s", names[i], strerror(-rc));
			return rc;
		}
		if (names[i][0] == 'I')
			rc = ivrs_parse(t, len, out, &why);
		else
			rc = dmar_parse(t, len, sysfs_buses, (void *)(uintptr_t)fs, out, &why);
		if (rc) {
			*err = text_fmt("ACPI table %s: %s", names[i], why ? why : strerror(-rc));
			return rc;
		}
	}
	return 0;
}
