/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * select.h - selectors and standing rules: text to struct, and which functions they mean
 *
 *	0000:01:00.0  01:00.0  01:00.*  pci_0000_01_00_0   an address; .* for every function of the slot
 *	0000:00:1c.4/00.0  0000:00:1c.4/00.*               a bridge path, as lspci -P prints it
 *	pci:10de:1eb8[:10de:12a2]                          ids; * for any
 *	vfs:ADDRESS-OR-PATH[/3-7]                          virtual functions of a PF, from 0
 *	serial:00-11-22-ff-fe-33-44-55                     the device serial number
 *	SELECTOR[,ids=V:D[:SV:SD]][,serial=S]              a pinned identity: both must match
 *	SELECTOR[,owner=…][,backend=…][,driver=…][,group=whole][,allow=REASON+REASON]
 */
#ifndef HVC_SELECT_H
#define HVC_SELECT_H

#include "facts.h"

/* any vendor or device; not a value of the 16-bit register */
#define HVC_ID_ANY 0x10000

/**
 * struct hvc_ids - ids that a function must have
 * @vendor: vendor id, or HVC_ID_ANY
 * @device: device id, or HVC_ID_ANY
 * @subsystem_vendor: subsystem vendor id, or HVC_ID_ANY
 * @subsystem_device: subsystem id, or HVC_ID_ANY
 */
struct hvc_ids {
	u32 vendor;
	u32 device;
	u32 subsystem_vendor;
	u32 subsystem_device;
};

/** enum hvc_select_kind - by what a selector means functions */
enum hvc_select_kind {
	HVC_SELECT_ADDR,
	HVC_SELECT_SLOT,
	HVC_SELECT_PATH,
	HVC_SELECT_IDS,
	HVC_SELECT_VFS,
	HVC_SELECT_SERIAL,
};

/**
 * struct hvc_select - a parsed selector
 * @kind: what it goes by
 * @many: it may mean several functions by what they are or by their slot: bridges among them are not meant
 * @addr: ADDR and SLOT: where; VFS: where the PF is, unless @path says
 * @path: PATH, which may end in .*; VFS: where the PF is, or ""
 * @ids: IDS
 * @serial: SERIAL
 * @vf_first: VFS: the first virtual function meant, from 0
 * @vf_last: VFS: the last one
 * @pin_ids: @pinned_ids must match, too
 * @pin_serial: @pinned_serial must match, too; of a virtual function, that of its PF
 * @pinned_ids: pinned ids
 * @pinned_serial: pinned device serial number
 */
struct hvc_select {
	enum hvc_select_kind kind;
	bool many;
	struct hvc_addr addr;
	char path[HVCLAIM_PATH_MAX + 1];
	struct hvc_ids ids;
	u64 serial;
	u32 vf_first;
	u32 vf_last;
	bool pin_ids;
	bool pin_serial;
	struct hvc_ids pinned_ids;
	u64 pinned_serial;
};

/**
 * struct hvc_identity - what a selector can know a function by
 * @addr: where it is
 * @path: its bridge path, or ""; of a virtual function, that of its PF
 * @ids: its ids
 * @has_serial: @serial is valid
 * @serial: device serial number; of a virtual function, that of its PF
 * @is_vf: it is a virtual function
 * @vf: its number among those of its PF, from 0
 * @pf: where its PF is
 */
struct hvc_identity {
	struct hvc_addr addr;
	const char *path;
	struct hvc_ids ids;
	bool has_serial;
	u64 serial;
	bool is_vf;
	u32 vf;
	struct hvc_addr pf;
};

/** enum hvc_match - what a selector says of a function */
enum hvc_match {
	HVC_MATCH_NO,
	HVC_MATCH_YES,
	HVC_MATCH_OTHER_IDENTITY,
};

/**
 * struct hvc_spec - a parsed rule
 * @select: the functions that it means
 * @owner: for whom; never ""
 * @backend: name, or "" for the default
 * @driver: variant driver, or "" for the backend's own
 * @whole_group: take the groups' other endpoints, too
 * @allow: BIT(reason) of the reasons to accept
 */
struct hvc_spec {
	struct hvc_select select;
	char owner[HVCLAIM_NAME_MAX + 1];
	char backend[HVCLAIM_NAME_MAX + 1];
	char driver[HVCLAIM_NAME_MAX + 1];
	bool whole_group;
	u64 allow;
};

/* owner of a rule that names none */
#define HVC_OWNER_DEFAULT "guests"

/**
 * struct hvc_mistake - what is wrong with a text
 * @column: where, from 1
 * @msg: what was expected there
 */
struct hvc_mistake {
	unsigned int column;
	char msg[72];
};

/**
 * hvc_select_parse() - text to selector, pins included, nothing else
 * @text: the whole text
 * @sel: filled
 * @mistake: filled on failure
 *
 * Pure. Return: 0 or -EINVAL.
 */
int hvc_select_parse(const char *text, struct hvc_select *sel, struct hvc_mistake *mistake);

/**
 * hvc_spec_parse() - text to rule
 * @text: the whole text
 * @spec: filled
 * @mistake: filled on failure
 *
 * Pure. Return: 0 or -EINVAL.
 */
int hvc_spec_parse(const char *text, struct hvc_spec *spec, struct hvc_mistake *mistake);

/**
 * hvc_select_match() - does a selector mean a function?
 * @sel: the selector
 * @id: the function
 *
 * Pure; called under a spinlock.
 * Return: HVC_MATCH_OTHER_IDENTITY when it is in the place that the selector names, but not what is pinned.
 */
enum hvc_match hvc_select_match(const struct hvc_select *sel, const struct hvc_identity *id);

#endif
