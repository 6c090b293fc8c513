// SPDX-License-Identifier: GPL-2.0-only
/*
 * select.c - selectors and standing rules: text to struct, and which functions they mean
 */
#include <linux/bits.h>
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/pci.h>
#include <linux/string.h>

#include "check.h"
#include "select.h"

/* parts of a text that must not be there twice */
enum {
	HVC_KEY_IDS = BIT(0),
	HVC_KEY_SERIAL = BIT(1),
	HVC_KEY_OWNER = BIT(2),
	HVC_KEY_BACKEND = BIT(3),
	HVC_KEY_DRIVER = BIT(4),
	HVC_KEY_GROUP = BIT(5),
	HVC_KEY_ALLOW = BIT(6),
};

/* where parsing is; the first mistake stays */
struct hvc_cursor {
	const char *text;
	const char *s;
	struct hvc_mistake *mistake;
};

static int hvc_wrong(struct hvc_cursor *c, const char *at, const char *what)
{
	c->mistake->column = at - c->text + 1;
	strscpy(c->mistake->msg, what, sizeof(c->mistake->msg));
	return -EINVAL;
}

static bool hvc_take(struct hvc_cursor *c, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(c->s, word, len))
		return false;
	c->s += len;
	return true;
}

/* Up to @digits hexadecimal digits that make no more than @max */
static int hvc_hex(struct hvc_cursor *c, unsigned int digits, u32 max, u32 *value, const char *what)
{
	const char *start = c->s;
	u32 v = 0;

	while (c->s < start + digits && isxdigit(*c->s)) {
		char d = tolower(*c->s++);

		v = v << 4 | (u32)(isdigit(d) ? d - '0' : d - 'a' + 10);
	}
	if (c->s == start || v > max || isxdigit(*c->s))
		return hvc_wrong(c, start, what);
	*value = v;
	return 0;
}

/* SS.F, and where @any is not NULL also SS.* */
static int hvc_slot(struct hvc_cursor *c, char dot, u8 *devfn, bool *any)
{
	u32 slot, fn = 0;
	int err;

	err = hvc_hex(c, 2, 0x1f, &slot, "expected a device number, 00 to 1f");
	if (err)
		return err;
	if (*c->s != dot)
		return hvc_wrong(c, c->s, "expected a function number behind the device");
	c->s++;
	if (any && hvc_take(c, "*"))
		*any = true;
	else if (hvc_hex(c, 1, 7, &fn,
			 any ? "expected a function, 0 to 7, or *" : "expected a function, 0 to 7"))
		return -EINVAL;
	*devfn = PCI_DEVFN(slot, fn);
	return 0;
}

/* [DDDD:]BB:SS.F */
static int hvc_address(struct hvc_cursor *c, struct hvc_addr *addr, bool *any)
{
	const char *colon = strchr(c->s, ':');
	const char *stop = colon ? strpbrk(colon + 1, ":.,/") : NULL;
	u32 bus;

	*addr = (struct hvc_addr){};
	if (stop && *stop == ':') {
		if (hvc_hex(c, 8, U32_MAX, &addr->domain, "expected a PCI domain"))
			return -EINVAL;
		if (!hvc_take(c, ":"))
			return hvc_wrong(c, c->s, "expected : behind the PCI domain");
	}
	if (hvc_hex(c, 2, 0xff, &bus,
		    c->s == c->text ? "expected an address, a path, pci:, vfs: or serial:"
				    : "expected a bus number, 00 to ff"))
		return -EINVAL;
	if (!hvc_take(c, ":"))
		return hvc_wrong(c, c->s, "expected :DEVICE.FUNCTION behind the bus");
	addr->bus = bus;
	return hvc_slot(c, '.', &addr->devfn, any);
}

/* libvirt's DDDD_BB_SS_F */
static int hvc_libvirt(struct hvc_cursor *c, struct hvc_addr *addr)
{
	u32 bus;

	if (hvc_hex(c, 8, U32_MAX, &addr->domain, "expected a PCI domain") || !hvc_take(c, "_") ||
	    hvc_hex(c, 2, 0xff, &bus, "expected a bus number, 00 to ff") || !hvc_take(c, "_"))
		return c->mistake->column ? -EINVAL : hvc_wrong(c, c->s, "expected pci_DDDD_BB_SS_F");
	addr->bus = bus;
	return hvc_slot(c, '_', &addr->devfn, NULL);
}

/* /SS.F follows, and not the /3-7 of vfs: */
static bool hvc_more_path(const struct hvc_cursor *c)
{
	const char *p = c->s;

	if (*p++ != '/')
		return false;
	while (isxdigit(*p))
		p++;
	return *p == '.';
}

static size_t hvc_put_hop(char *path, size_t len, u8 devfn, bool any)
{
	return scnprintf(path + len, HVCLAIM_PATH_MAX + 1 - len, any ? "%02x.*" : "%02x.%x", PCI_SLOT(devfn),
			 PCI_FUNC(devfn));
}

/* An address, or a bridge path from a root port; @path is "" for the former. @any: .* may end it, and does */
static int hvc_place(struct hvc_cursor *c, struct hvc_addr *addr, char *path, bool *any)
{
	const char *start = c->s;
	size_t len;
	u8 devfn;
	int err;

	path[0] = '\0';
	err = hvc_take(c, "pci_") ? hvc_libvirt(c, addr) : hvc_address(c, addr, any);
	if (err || !hvc_more_path(c))
		return err;
	len = scnprintf(path, HVCLAIM_PATH_MAX + 1, "%04x:%02x:", addr->domain, addr->bus);
	len += hvc_put_hop(path, len, addr->devfn, false);
	while (hvc_more_path(c)) {
		if (any && *any)
			return hvc_wrong(c, c->s, "* stands for functions only at the end of a path");
		c->s++;
		err = hvc_slot(c, '.', &devfn, any);
		if (err)
			return err;
		if (len + sizeof("/ss.f") > HVCLAIM_PATH_MAX)
			return hvc_wrong(c, start, "a path with too many bridges");
		path[len++] = '/';
		len += hvc_put_hop(path, len, devfn, any && *any);
	}
	return 0;
}

static int hvc_id(struct hvc_cursor *c, u32 *id)
{
	if (hvc_take(c, "*")) {
		*id = HVC_ID_ANY;
		return 0;
	}
	return hvc_hex(c, 4, 0xffff, id, "expected an id of up to four hex digits, or *");
}

/* V:D[:SV:SD] */
static int hvc_ids_parse(struct hvc_cursor *c, struct hvc_ids *ids)
{
	*ids = (struct hvc_ids){ .subsystem_vendor = HVC_ID_ANY, .subsystem_device = HVC_ID_ANY };
	if (hvc_id(c, &ids->vendor))
		return -EINVAL;
	if (!hvc_take(c, ":"))
		return hvc_wrong(c, c->s, "expected :DEVICE behind the vendor id");
	if (hvc_id(c, &ids->device))
		return -EINVAL;
	if (!hvc_take(c, ":"))
		return 0;
	if (hvc_id(c, &ids->subsystem_vendor))
		return -EINVAL;
	if (!hvc_take(c, ":"))
		return hvc_wrong(c, c->s, "expected :SUBSYSTEM behind the subsystem vendor");
	return hvc_id(c, &ids->subsystem_device);
}

/* Eight bytes, as lspci prints them */
static int hvc_serial(struct hvc_cursor *c, u64 *serial)
{
	unsigned int i;
	u32 byte;

	*serial = 0;
	for (i = 0; i < 8; i++) {
		if (i && !hvc_take(c, "-"))
			return hvc_wrong(c, c->s,
					 "expected a serial of eight bytes: 00-11-22-ff-fe-33-44-55");
		if (!isxdigit(c->s[0]) || !isxdigit(c->s[1]) ||
		    hvc_hex(c, 2, 0xff, &byte, "expected a byte of the serial, two hex digits"))
			return hvc_wrong(c, c->s, "expected a byte of the serial, two hex digits");
		*serial = *serial << 8 | byte;
	}
	return 0;
}

static int hvc_decimal(struct hvc_cursor *c, u32 *value)
{
	const char *start = c->s;
	u32 v = 0;

	while (isdigit(*c->s) && v <= 0xffff)
		v = v * 10 + (u32)(*c->s++ - '0');
	if (c->s == start || v > 0xffff)
		return hvc_wrong(c, start, "expected the number of a virtual function, from 0");
	*value = v;
	return 0;
}

/* ADDRESS-OR-PATH[/3-7] */
static int hvc_vfs(struct hvc_cursor *c, struct hvc_select *sel)
{
	const char *start;
	int err;

	sel->vf_last = 0xffff;
	err = hvc_place(c, &sel->addr, sel->path, NULL);
	if (err || !hvc_take(c, "/"))
		return err;
	start = c->s;
	err = hvc_decimal(c, &sel->vf_first);
	if (err)
		return err;
	sel->vf_last = sel->vf_first;
	if (hvc_take(c, "-"))
		err = hvc_decimal(c, &sel->vf_last);
	if (!err && sel->vf_last < sel->vf_first)
		err = hvc_wrong(c, start, "a range that ends before it begins");
	return err;
}

static int hvc_selector(struct hvc_cursor *c, struct hvc_select *sel)
{
	int err;

	*sel = (struct hvc_select){};
	if (hvc_take(c, "pci:")) {
		sel->kind = HVC_SELECT_IDS;
		sel->many = true;
		return hvc_ids_parse(c, &sel->ids);
	}
	if (hvc_take(c, "vfs:")) {
		sel->kind = HVC_SELECT_VFS;
		return hvc_vfs(c, sel);
	}
	if (hvc_take(c, "serial:")) {
		sel->kind = HVC_SELECT_SERIAL;
		return hvc_serial(c, &sel->serial);
	}
	err = hvc_place(c, &sel->addr, sel->path, &sel->many);
	sel->kind = *sel->path ? HVC_SELECT_PATH : sel->many ? HVC_SELECT_SLOT : HVC_SELECT_ADDR;
	return err;
}

/* One printable word, up to the next comma */
static int hvc_name(struct hvc_cursor *c, char *name)
{
	const char *start = c->s;

	while (isascii(*c->s) && isgraph(*c->s) && *c->s != ',')
		c->s++;
	if (c->s == start || c->s - start > HVCLAIM_NAME_MAX)
		return hvc_wrong(c, start, "expected a name of 1 to 63 printable characters");
	memcpy(name, start, c->s - start);
	name[c->s - start] = '\0';
	return 0;
}

static int hvc_allow(struct hvc_cursor *c, u64 *allow)
{
	unsigned int reason;
	size_t len;

	do {
		len = strcspn(c->s, "+,");
		for (reason = 0; reason <= HVCLAIM_REASON_NUMA_FAR; reason++) {
			const char *name = hvc_reason_name(reason);

			if (strlen(name) == len && !strncmp(name, c->s, len))
				break;
		}
		if (reason > HVCLAIM_REASON_NUMA_FAR)
			return hvc_wrong(c, c->s, "no such reason; hvclaim(8) has the list");
		*allow |= BIT_ULL(reason);
		c->s += len;
	} while (hvc_take(c, "+"));
	return 0;
}

/* One key=value; @spec is NULL where only a selector may stand. Which key it was, or 0 */
static int hvc_key(struct hvc_cursor *c, struct hvc_select *sel, struct hvc_spec *spec, unsigned int *key)
{
	*key = 0;
	if (hvc_take(c, "ids=")) {
		*key = HVC_KEY_IDS;
		sel->pin_ids = true;
		return hvc_ids_parse(c, &sel->pinned_ids);
	}
	if (hvc_take(c, "serial=")) {
		*key = HVC_KEY_SERIAL;
		sel->pin_serial = true;
		return hvc_serial(c, &sel->pinned_serial);
	}
	if (!spec)
		return hvc_wrong(c, c->s, "expected ids= or serial=");
	if (hvc_take(c, "owner=")) {
		*key = HVC_KEY_OWNER;
		return hvc_name(c, spec->owner);
	}
	if (hvc_take(c, "backend=")) {
		*key = HVC_KEY_BACKEND;
		return hvc_name(c, spec->backend);
	}
	if (hvc_take(c, "driver=")) {
		*key = HVC_KEY_DRIVER;
		return hvc_name(c, spec->driver);
	}
	if (hvc_take(c, "group=")) {
		*key = HVC_KEY_GROUP;
		spec->whole_group = true;
		return hvc_take(c, "whole") ? 0 : hvc_wrong(c, c->s, "expected group=whole");
	}
	if (hvc_take(c, "allow=")) {
		*key = HVC_KEY_ALLOW;
		return hvc_allow(c, &spec->allow);
	}
	return hvc_wrong(c, c->s, "expected owner, backend, driver, group, allow, ids or serial");
}

static int hvc_text(struct hvc_cursor *c, struct hvc_select *sel, struct hvc_spec *spec)
{
	unsigned int key, seen = 0;
	int err;

	*c->mistake = (struct hvc_mistake){};
	err = hvc_selector(c, sel);
	while (!err && hvc_take(c, ",")) {
		const char *start = c->s;

		err = hvc_key(c, sel, spec, &key);
		if (!err && (seen & key))
			err = hvc_wrong(c, start, "given twice");
		seen |= key;
	}
	if (!err && *c->s)
		err = hvc_wrong(c, c->s,
				spec ? "expected , or the end of the rule" : "expected , or the end");
	return err;
}

int hvc_select_parse(const char *text, struct hvc_select *sel, struct hvc_mistake *mistake)
{
	struct hvc_cursor c = { .text = text, .s = text, .mistake = mistake };

	return hvc_text(&c, sel, NULL);
}

int hvc_spec_parse(const char *text, struct hvc_spec *spec, struct hvc_mistake *mistake)
{
	struct hvc_cursor c = { .text = text, .s = text, .mistake = mistake };

	*spec = (struct hvc_spec){ .owner = HVC_OWNER_DEFAULT };
	return hvc_text(&c, &spec->select, spec);
}

static bool hvc_ids_match(const struct hvc_ids *want, const struct hvc_ids *ids)
{
	return (want->vendor == HVC_ID_ANY || want->vendor == ids->vendor) &&
	       (want->device == HVC_ID_ANY || want->device == ids->device) &&
	       (want->subsystem_vendor == HVC_ID_ANY || want->subsystem_vendor == ids->subsystem_vendor) &&
	       (want->subsystem_device == HVC_ID_ANY || want->subsystem_device == ids->subsystem_device);
}

static bool hvc_addr_match(struct hvc_addr a, struct hvc_addr b, u8 devfn_mask)
{
	return a.domain == b.domain && a.bus == b.bus && !((a.devfn ^ b.devfn) & devfn_mask);
}

/* @want may end in .* */
static bool hvc_path_match(const char *want, const char *path)
{
	size_t len = strlen(want);

	if (want[len - 1] != '*')
		return !strcmp(want, path);
	return strlen(path) == len && !strncmp(want, path, len - 1);
}

static bool hvc_place_match(const struct hvc_select *sel, const struct hvc_identity *id)
{
	switch (sel->kind) {
	case HVC_SELECT_ADDR:
		return hvc_addr_match(sel->addr, id->addr, 0xff);
	case HVC_SELECT_SLOT:
		return hvc_addr_match(sel->addr, id->addr, 0xf8);
	case HVC_SELECT_PATH:
		return !id->is_vf && hvc_path_match(sel->path, id->path);
	case HVC_SELECT_IDS:
		return hvc_ids_match(&sel->ids, &id->ids);
	case HVC_SELECT_VFS:
		return id->is_vf && id->vf >= sel->vf_first && id->vf <= sel->vf_last &&
		       (*sel->path ? !strcmp(sel->path, id->path) : hvc_addr_match(sel->addr, id->pf, 0xff));
	case HVC_SELECT_SERIAL:
		return !id->is_vf && id->has_serial && id->serial == sel->serial;
	}
	return false;
}

enum hvc_match hvc_select_match(const struct hvc_select *sel, const struct hvc_identity *id)
{
	if (!hvc_place_match(sel, id))
		return HVC_MATCH_NO;
	if ((sel->pin_ids && !hvc_ids_match(&sel->pinned_ids, &id->ids)) ||
	    (sel->pin_serial && (!id->has_serial || id->serial != sel->pinned_serial)))
		return HVC_MATCH_OTHER_IDENTITY;
	return HVC_MATCH_YES;
}
