/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * facts.h - what is known of a set of functions when a request is judged
 *
 * Plain values without pointers into the kernel, so that check.c can judge facts that were read from a
 * file in a unit test as well as facts that facts.c collected.
 */
#ifndef HVC_FACTS_H
#define HVC_FACTS_H

#include <linux/types.h>
#include <linux/hvclaim.h>

/* As IFNAMSIZ, which is not a wire constant */
#define HVC_IFNAME_LEN 16

/**
 * struct hvc_addr - where a PCI function is
 * @domain: PCI domain (segment); x86 has 16 bits, VMD makes more
 * @bus: bus number
 * @devfn: device << 3 | function
 */
struct hvc_addr {
	u32 domain;
	u8 bus;
	u8 devfn;
};

/**
 * struct hvc_acs - Access Control Services as a function implements and enables them
 * @present: it has the capability, or a quirk's equivalent registers
 * @cap: bits that it implements, enum hvclaim_acs
 * @ctrl: bits that it enables, enum hvclaim_acs
 */
struct hvc_acs {
	bool present;
	u8 cap;
	u8 ctrl;
};

/**
 * struct hvc_fact_hop - one function on the way from an endpoint to the root, the endpoint first
 * @addr: where it is
 * @vendor: vendor id
 * @device: device id
 * @pcie_type: PCI_EXP_TYPE_*, or HVC_PCIE_NONE for conventional PCI
 * @multifunction: its slot has more than one function
 * @in_group: it is a member of the endpoint's IOMMU group
 * @peers_outside: it fails, and a function that it can reach without going upstream (a port of the same
 *	switch, a function of the same slot) is in another group
 * @quirk_on: the kernel isolated it by registers outside of ACS (PCI_DEV_FLAGS_ACS_ENABLED_QUIRK)
 * @acs: its ACS bits
 */
struct hvc_fact_hop {
	struct hvc_addr addr;
	u16 vendor;
	u16 device;
	u8 pcie_type;
	bool multifunction;
	bool in_group;
	bool peers_outside;
	bool quirk_on;
	struct hvc_acs acs;
};

/* not a value of the PCIe capability's four-bit type field */
#define HVC_PCIE_NONE 0xff

/**
 * struct hvc_fact_netdev - a network interface of a function
 * @name: its name
 * @up: IFF_UP is set
 * @upper: name of an interface stacked on it, or ""
 * @netns_other: it is in another network namespace than the initial one
 */
struct hvc_fact_netdev {
	char name[HVC_IFNAME_LEN];
	bool up;
	char upper[HVC_IFNAME_LEN];
	bool netns_other;
};

/**
 * struct hvc_fact_other - another function, and who has it
 * @addr: where it is
 * @hdr_type: PCI_HEADER_TYPE_*, without the multifunction bit
 * @class: 24 bits
 * @driver: name of its driver, or ""
 * @managed: its driver leaves DMA to user space or does none itself (driver_managed_dma)
 * @requested: it is one of the functions of the request
 * @claim: id of the claim on it, or 0
 * @owner: owner of that claim, or ""
 */
struct hvc_fact_other {
	struct hvc_addr addr;
	u8 hdr_type;
	u32 class;
	char driver[HVCLAIM_NAME_MAX + 1];
	bool managed;
	bool requested;
	u32 claim;
	char owner[HVCLAIM_NAME_MAX + 1];
};

/** enum hvc_resv - kinds of reserved regions that matter here (enum iommu_resv_type has more) */
enum hvc_resv {
	HVC_RESV_DIRECT,
	HVC_RESV_DIRECT_RELAXABLE,
};

/**
 * struct hvc_fact_resv - a region that firmware reserved for a group, or under Xen for a function
 * @start: first address
 * @end: last address
 * @type: which kind
 * @shared: under Xen: firmware names it for other functions, too
 */
struct hvc_fact_resv {
	u64 start;
	u64 end;
	enum hvc_resv type;
	bool shared;
};

/**
 * struct hvc_fact_group - an IOMMU group
 * @id: its number
 * @owned: its DMA has an owner: a guest, or a host driver that manages it
 * @domain: how its DMA is translated now, in sysfs' words, or ""
 * @resv: its reserved regions
 * @n_resv: how many
 * @members: every function in it
 * @n_members: how many
 */
struct hvc_fact_group {
	u32 id;
	bool owned;
	const char *domain;
	struct hvc_fact_resv *resv;
	unsigned int n_resv;
	struct hvc_fact_other *members;
	unsigned int n_members;
};

/**
 * struct hvc_fact_fn - one function of the request
 * @self: what it is and who has it
 * @pin_vendor: vendor id that the request expects, 0 for any
 * @pin_device: device id that the request expects, 0 for any
 * @vendor: vendor id
 * @device: device id
 * @group: index into &hvc_facts.groups, or -1 without an IOMMU group
 * @coherent: the IOMMU enforces cache coherency for it
 * @intremap: its interrupts are remapped (isolated MSI)
 * @num_vfs: virtual functions enabled on it
 * @is_vf: it is a virtual function
 * @pf: of a virtual function, its physical one
 * @boot_vga: it is the boot display
 * @has_reset: the kernel knows a way to reset it
 * @protected: named by the protect option
 * @in_domain: under Xen: a domain has it
 * @intx_shared: a function with a host driver shares its line interrupt: see @intx_other
 * @intx_other: that function
 * @hops: the way to the root, the function itself first
 * @n_hops: how many
 * @netdevs: its network interfaces
 * @n_netdevs: how many
 * @siblings: functions of its slot that are not requested
 * @n_siblings: how many
 * @resv: under Xen, where there are no groups: its reserved regions
 * @n_resv: how many
 */
struct hvc_fact_fn {
	struct hvc_fact_other self;
	u16 pin_vendor;
	u16 pin_device;
	u16 vendor;
	u16 device;
	int group;
	bool coherent;
	bool intremap;
	unsigned int num_vfs;
	bool is_vf;
	struct hvc_fact_other pf;
	bool boot_vga;
	bool has_reset;
	bool protected;
	bool in_domain;
	bool intx_shared;
	struct hvc_fact_other intx_other;
	struct hvc_fact_hop *hops;
	unsigned int n_hops;
	struct hvc_fact_netdev *netdevs;
	unsigned int n_netdevs;
	struct hvc_fact_other *siblings;
	unsigned int n_siblings;
	struct hvc_fact_resv *resv;
	unsigned int n_resv;
};

/**
 * struct hvc_facts - all that check.c looks at
 * @xen: the kernel is a Xen dom0
 * @xen_no_iommu: Xen is known to have no IOMMU
 * @xen_unknown: which regions firmware reserved cannot be known (all of them, or the rest)
 * @fns: the functions of the request
 * @n_fns: how many
 * @groups: the IOMMU groups that they are in
 * @n_groups: how many
 */
struct hvc_facts {
	bool xen;
	bool xen_no_iommu;
	bool xen_unknown;
	struct hvc_fact_fn *fns;
	unsigned int n_fns;
	struct hvc_fact_group *groups;
	unsigned int n_groups;
};

#ifdef __KERNEL__
struct hvc_dev;

/**
 * hvc_facts_collect() - collect the facts of a set of functions, without the ledger's
 * @facts: filled; zeroed by the caller
 * @devs: the functions, each with a reference held by the caller
 * @n: how many
 * @deep: also read what costs configuration cycles or walks other subsystems (ACS anew, line
 *	interrupts); a dump must not
 *
 * Left for the caller: the claims (&hvc_fact_other.claim and owner), which claim.c fills in under its lock,
 * and what the request expects (&hvc_fact_fn.pin_vendor, pin_device and protected).
 *
 * Of a function that has left the bus, only what the cache knows is filled in.
 *
 * Context: may sleep; takes no device_lock, no rtnl and not the ledger's lock.
 * Return: 0, or -ENOMEM; hvc_facts_free() is needed either way.
 */
int hvc_facts_collect(struct hvc_facts *facts, struct hvc_dev **devs, unsigned int n, bool deep);

/** hvc_facts_free() - free what hvc_facts_collect() allocated */
void hvc_facts_free(struct hvc_facts *facts);
#endif

#endif
