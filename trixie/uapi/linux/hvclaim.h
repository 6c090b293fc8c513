/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	uapi/hvclaim.yaml */
/* YNL-GEN uapi header */

#ifndef _UAPI_LINUX_HVCLAIM_H
#define _UAPI_LINUX_HVCLAIM_H

#define HVCLAIM_FAMILY_NAME	"hvclaim"
#define HVCLAIM_FAMILY_VERSION	1

#define HVCLAIM_NAME_MAX	63
#define HVCLAIM_PATH_MAX	255
#define HVCLAIM_RULE_TEXT_MAX	511
#define HVCLAIM_FUNCTIONS_MAX	1024
#define HVCLAIM_DEADLINE_MIN	100
#define HVCLAIM_DEADLINE_MAX	3600000

/**
 * enum hvclaim_hypervisor - What the kernel runs as.
 * @HVCLAIM_HYPERVISOR_BARE: bare hardware, where KVM is the hypervisor
 * @HVCLAIM_HYPERVISOR_XEN_DOM0: the privileged domain of Xen
 */
enum hvclaim_hypervisor {
	HVCLAIM_HYPERVISOR_BARE,
	HVCLAIM_HYPERVISOR_XEN_DOM0,
};

/**
 * enum hvclaim_iommu - The kind of IOMMU that translates for PCI functions.
 * @HVCLAIM_IOMMU_NONE: functions are not in IOMMU groups
 * @HVCLAIM_IOMMU_INTEL: VT-d
 * @HVCLAIM_IOMMU_AMD: AMD-Vi
 * @HVCLAIM_IOMMU_OTHER: any other
 */
enum hvclaim_iommu {
	HVCLAIM_IOMMU_NONE,
	HVCLAIM_IOMMU_INTEL,
	HVCLAIM_IOMMU_AMD,
	HVCLAIM_IOMMU_OTHER,
};

/**
 * enum hvclaim_sriov_role - What a function is to SR-IOV.
 * @HVCLAIM_SRIOV_ROLE_NONE: without SR-IOV
 * @HVCLAIM_SRIOV_ROLE_PF: physical function
 * @HVCLAIM_SRIOV_ROLE_VF: virtual function
 */
enum hvclaim_sriov_role {
	HVCLAIM_SRIOV_ROLE_NONE,
	HVCLAIM_SRIOV_ROLE_PF,
	HVCLAIM_SRIOV_ROLE_VF,
};

/**
 * enum hvclaim_dev_state - Who has a function.
 * @HVCLAIM_DEV_STATE_UNBOUND: no driver, and no claim
 * @HVCLAIM_DEV_STATE_HOST: a host driver has it
 * @HVCLAIM_DEV_STATE_FOREIGN: bound to a passthrough driver by somebody else
 * @HVCLAIM_DEV_STATE_PENDING: a claim is taking it or giving it back
 * @HVCLAIM_DEV_STATE_HELD: a claim holds it
 * @HVCLAIM_DEV_STATE_STUCK: a driver's remove or probe has not come back
 * @HVCLAIM_DEV_STATE_PARKED: without a driver, kept from the host's by a claim
 *   or a failed reset
 * @HVCLAIM_DEV_STATE_GONE: claimed, and no longer there
 * @HVCLAIM_DEV_STATE_DRIFTED: claimed, but somebody has rebound it
 */
enum hvclaim_dev_state {
	HVCLAIM_DEV_STATE_UNBOUND,
	HVCLAIM_DEV_STATE_HOST,
	HVCLAIM_DEV_STATE_FOREIGN,
	HVCLAIM_DEV_STATE_PENDING,
	HVCLAIM_DEV_STATE_HELD,
	HVCLAIM_DEV_STATE_STUCK,
	HVCLAIM_DEV_STATE_PARKED,
	HVCLAIM_DEV_STATE_GONE,
	HVCLAIM_DEV_STATE_DRIFTED,
};

/**
 * enum hvclaim_claim_state - The states of a claim.
 * @HVCLAIM_CLAIM_STATE_QUEUED: accepted; the worker has not started
 * @HVCLAIM_CLAIM_STATE_CHECKING: the worker repeats the checks
 * @HVCLAIM_CLAIM_STATE_UNBINDING: host drivers are being released
 * @HVCLAIM_CLAIM_STATE_BINDING: the backend's driver is being attached
 * @HVCLAIM_CLAIM_STATE_HELD: every function is with the backend
 * @HVCLAIM_CLAIM_STATE_RELEASING: functions are on their way back to the host
 * @HVCLAIM_CLAIM_STATE_GONE: ended; every function was given back or has
 *   vanished
 * @HVCLAIM_CLAIM_STATE_STUCK: a driver's remove or probe is past the deadline;
 *   goes on when it returns
 * @HVCLAIM_CLAIM_STATE_DEGRADED: a function could not be put back; its error
 *   says why
 * @HVCLAIM_CLAIM_STATE_ORPHANED: its socket closed while a guest had a
 *   function open
 * @HVCLAIM_CLAIM_STATE_REFUSED: ended; not taken, every function is back with
 *   its driver
 */
enum hvclaim_claim_state {
	HVCLAIM_CLAIM_STATE_QUEUED,
	HVCLAIM_CLAIM_STATE_CHECKING,
	HVCLAIM_CLAIM_STATE_UNBINDING,
	HVCLAIM_CLAIM_STATE_BINDING,
	HVCLAIM_CLAIM_STATE_HELD,
	HVCLAIM_CLAIM_STATE_RELEASING,
	HVCLAIM_CLAIM_STATE_GONE,
	HVCLAIM_CLAIM_STATE_STUCK,
	HVCLAIM_CLAIM_STATE_DEGRADED,
	HVCLAIM_CLAIM_STATE_ORPHANED,
	HVCLAIM_CLAIM_STATE_REFUSED,
};

/**
 * enum hvclaim_fn_state - How far a claim got with one of its functions.
 * @HVCLAIM_FN_STATE_UNTOUCHED: as the host left it
 * @HVCLAIM_FN_STATE_UNBINDING: the host driver's remove is running
 * @HVCLAIM_FN_STATE_PARKED: no driver, and an override that no driver has
 * @HVCLAIM_FN_STATE_BINDING: the backend's probe is running
 * @HVCLAIM_FN_STATE_HELD: with the backend
 * @HVCLAIM_FN_STATE_RESETTING: a reset is running
 * @HVCLAIM_FN_STATE_RESTORING: the host driver's probe is running
 * @HVCLAIM_FN_STATE_RESTORED: given back to the host
 * @HVCLAIM_FN_STATE_FAILED: could not be put back; parked
 * @HVCLAIM_FN_STATE_GONE: vanished from the bus
 */
enum hvclaim_fn_state {
	HVCLAIM_FN_STATE_UNTOUCHED,
	HVCLAIM_FN_STATE_UNBINDING,
	HVCLAIM_FN_STATE_PARKED,
	HVCLAIM_FN_STATE_BINDING,
	HVCLAIM_FN_STATE_HELD,
	HVCLAIM_FN_STATE_RESETTING,
	HVCLAIM_FN_STATE_RESTORING,
	HVCLAIM_FN_STATE_RESTORED,
	HVCLAIM_FN_STATE_FAILED,
	HVCLAIM_FN_STATE_GONE,
};

/**
 * enum hvclaim_lifetime - How long a claim lasts.
 * @HVCLAIM_LIFETIME_HOST: until released, or the host restarts
 * @HVCLAIM_LIFETIME_SOCKET: until the claiming socket closes
 */
enum hvclaim_lifetime {
	HVCLAIM_LIFETIME_HOST,
	HVCLAIM_LIFETIME_SOCKET,
};

/**
 * enum hvclaim_rule_source - Where a standing rule is from.
 * @HVCLAIM_RULE_SOURCE_OPTION: the module's option claim
 * @HVCLAIM_RULE_SOURCE_REQUEST: rule-add
 */
enum hvclaim_rule_source {
	HVCLAIM_RULE_SOURCE_OPTION,
	HVCLAIM_RULE_SOURCE_REQUEST,
};

/**
 * enum hvclaim_rule_state - What has become of a standing rule.
 * @HVCLAIM_RULE_STATE_WAITING: no function matches now
 * @HVCLAIM_RULE_STATE_ACTIVE: every function that matches is held, or on the
 *   way
 * @HVCLAIM_RULE_STATE_REFUSED: a function that matches could not be taken; its
 *   match says why
 * @HVCLAIM_RULE_STATE_INVALID: does not parse; the error says where
 * @HVCLAIM_RULE_STATE_DISABLED: turned off with all rules, by the module's
 *   option disable
 */
enum hvclaim_rule_state {
	HVCLAIM_RULE_STATE_WAITING,
	HVCLAIM_RULE_STATE_ACTIVE,
	HVCLAIM_RULE_STATE_REFUSED,
	HVCLAIM_RULE_STATE_INVALID,
	HVCLAIM_RULE_STATE_DISABLED,
};

/**
 * enum hvclaim_severity - What a finding means for the request.
 * @HVCLAIM_SEVERITY_NOTE: for information
 * @HVCLAIM_SEVERITY_ASK: refused unless its reason is among the allowed ones
 * @HVCLAIM_SEVERITY_FATAL: refused
 */
enum hvclaim_severity {
	HVCLAIM_SEVERITY_NOTE,
	HVCLAIM_SEVERITY_ASK,
	HVCLAIM_SEVERITY_FATAL,
};

/**
 * enum hvclaim_reason - Why a set of functions may not, or only with care, be
 *   claimed or released. The helper's own findings (host-use, external,
 *   numa-far) have their places here, so that one list serves both.
 * @HVCLAIM_REASON_NO_IOMMU: no IOMMU group translates for the function
 * @HVCLAIM_REASON_NO_COHERENCY: the IOMMU cannot enforce cache coherency
 * @HVCLAIM_REASON_NO_INTREMAP: no interrupt remapping; a guest can forge
 *   interrupts
 * @HVCLAIM_REASON_RMRR: firmware reserved memory that the device must reach
 *   (Intel RMRR, AMD unity map)
 * @HVCLAIM_REASON_RMRR_RELAXABLE: such a region, which the device needs at
 *   boot only
 * @HVCLAIM_REASON_RMRR_RELAXED: relaxable although no member is USB, graphics
 *   or an ISA bridge, as only patched kernels say
 * @HVCLAIM_REASON_GROUP_SHARED: another member of the IOMMU group is with a
 *   host driver
 * @HVCLAIM_REASON_GROUP_SPLIT: the IOMMU group would belong to two owners
 * @HVCLAIM_REASON_ACS_MISSING: a bridge on the path lacks or does not enable
 *   ACS bits
 * @HVCLAIM_REASON_NOT_ENDPOINT: a bridge, or a header type that is not 0
 * @HVCLAIM_REASON_SRIOV_VFS: a PF with virtual functions enabled
 * @HVCLAIM_REASON_PF_USER: the function's PF is given to a guest
 * @HVCLAIM_REASON_BOOT_VGA: the boot display
 * @HVCLAIM_REASON_NETDEV_BUSY: its network interface is up or has an upper
 *   device
 * @HVCLAIM_REASON_IDENTITY: the address matched but not the pinned ids or
 *   serial
 * @HVCLAIM_REASON_PROTECTED: named by the module's protect option
 * @HVCLAIM_REASON_HELD: another claim holds it
 * @HVCLAIM_REASON_FOREIGN_OWNER: the claim is another owner's than the one
 *   named
 * @HVCLAIM_REASON_IN_USE: a guest has the IOMMU group open
 * @HVCLAIM_REASON_HOST_USE: the host uses it; found by the helper
 * @HVCLAIM_REASON_NO_RESET: the function has no reset method, or its reset
 *   failed
 * @HVCLAIM_REASON_SIBLINGS: functions of the same slot share its power and
 *   slot reset
 * @HVCLAIM_REASON_EXTERNAL: behind Thunderbolt or an external port; found by
 *   the helper
 * @HVCLAIM_REASON_INTX_SHARED: its line interrupt is shared with a host device
 * @HVCLAIM_REASON_NUMA_FAR: far from the guest's CPUs; found by the helper
 */
enum hvclaim_reason {
	HVCLAIM_REASON_NO_IOMMU,
	HVCLAIM_REASON_NO_COHERENCY,
	HVCLAIM_REASON_NO_INTREMAP,
	HVCLAIM_REASON_RMRR,
	HVCLAIM_REASON_RMRR_RELAXABLE,
	HVCLAIM_REASON_RMRR_RELAXED,
	HVCLAIM_REASON_GROUP_SHARED,
	HVCLAIM_REASON_GROUP_SPLIT,
	HVCLAIM_REASON_ACS_MISSING,
	HVCLAIM_REASON_NOT_ENDPOINT,
	HVCLAIM_REASON_SRIOV_VFS,
	HVCLAIM_REASON_PF_USER,
	HVCLAIM_REASON_BOOT_VGA,
	HVCLAIM_REASON_NETDEV_BUSY,
	HVCLAIM_REASON_IDENTITY,
	HVCLAIM_REASON_PROTECTED,
	HVCLAIM_REASON_HELD,
	HVCLAIM_REASON_FOREIGN_OWNER,
	HVCLAIM_REASON_IN_USE,
	HVCLAIM_REASON_HOST_USE,
	HVCLAIM_REASON_NO_RESET,
	HVCLAIM_REASON_SIBLINGS,
	HVCLAIM_REASON_EXTERNAL,
	HVCLAIM_REASON_INTX_SHARED,
	HVCLAIM_REASON_NUMA_FAR,
};

/**
 * enum hvclaim_netdev_use - How the host uses a network interface.
 * @HVCLAIM_NETDEV_USE_UP: the interface is up
 * @HVCLAIM_NETDEV_USE_UPPER: another interface is stacked on it
 */
enum hvclaim_netdev_use {
	HVCLAIM_NETDEV_USE_UP,
	HVCLAIM_NETDEV_USE_UPPER,
};

/**
 * enum hvclaim_acs - ACS bits that isolation needs (PCIe 6.12.1.1), named as
 *   lspci does.
 * @HVCLAIM_ACS_SRC_VALID: source validation (SV)
 * @HVCLAIM_ACS_REQ_REDIR: peer-to-peer request redirect (RR)
 * @HVCLAIM_ACS_CMPLT_REDIR: peer-to-peer completion redirect (CR)
 * @HVCLAIM_ACS_UPSTREAM_FWD: upstream forwarding (UF)
 */
enum hvclaim_acs {
	HVCLAIM_ACS_SRC_VALID = 1,
	HVCLAIM_ACS_REQ_REDIR = 2,
	HVCLAIM_ACS_CMPLT_REDIR = 4,
	HVCLAIM_ACS_UPSTREAM_FWD = 8,
};

enum {
	HVCLAIM_A_ADDR_DOMAIN = 1,
	HVCLAIM_A_ADDR_BUS,
	HVCLAIM_A_ADDR_DEVFN,

	__HVCLAIM_A_ADDR_MAX,
	HVCLAIM_A_ADDR_MAX = (__HVCLAIM_A_ADDR_MAX - 1)
};

enum {
	HVCLAIM_A_INFO_API_VERSION = 1,
	HVCLAIM_A_INFO_MODULE_VERSION,
	HVCLAIM_A_INFO_HYPERVISOR,
	HVCLAIM_A_INFO_IOMMU,
	HVCLAIM_A_INFO_INTREMAP,
	HVCLAIM_A_INFO_BACKEND,
	HVCLAIM_A_INFO_CLAIMS,
	HVCLAIM_A_INFO_DEVICES,
	HVCLAIM_A_INFO_GENERATION,
	HVCLAIM_A_INFO_DEADLINE,
	HVCLAIM_A_INFO_DISABLED,

	__HVCLAIM_A_INFO_MAX,
	HVCLAIM_A_INFO_MAX = (__HVCLAIM_A_INFO_MAX - 1)
};

enum {
	HVCLAIM_A_FINDING_PAD = 1,
	HVCLAIM_A_FINDING_REASON,
	HVCLAIM_A_FINDING_SEVERITY,
	HVCLAIM_A_FINDING_ALLOWED,
	HVCLAIM_A_FINDING_FUNCTION,
	HVCLAIM_A_FINDING_OTHER,
	HVCLAIM_A_FINDING_DRIVER,
	HVCLAIM_A_FINDING_GROUP,
	HVCLAIM_A_FINDING_START,
	HVCLAIM_A_FINDING_END,
	HVCLAIM_A_FINDING_ACS_MISSING,
	HVCLAIM_A_FINDING_ACS_CAPABLE,
	HVCLAIM_A_FINDING_NETDEV,
	HVCLAIM_A_FINDING_NETDEV_USE,
	HVCLAIM_A_FINDING_UPPER,
	HVCLAIM_A_FINDING_NETNS_OTHER,
	HVCLAIM_A_FINDING_CLAIM,
	HVCLAIM_A_FINDING_OWNER,

	__HVCLAIM_A_FINDING_MAX,
	HVCLAIM_A_FINDING_MAX = (__HVCLAIM_A_FINDING_MAX - 1)
};

enum {
	HVCLAIM_A_DEV_PAD = 1,
	HVCLAIM_A_DEV_ADDR,
	HVCLAIM_A_DEV_PATH,
	HVCLAIM_A_DEV_VENDOR,
	HVCLAIM_A_DEV_DEVICE,
	HVCLAIM_A_DEV_SUBSYSTEM_VENDOR,
	HVCLAIM_A_DEV_SUBSYSTEM_DEVICE,
	HVCLAIM_A_DEV_CLASS,
	HVCLAIM_A_DEV_REVISION,
	HVCLAIM_A_DEV_DRIVER,
	HVCLAIM_A_DEV_GROUP,
	HVCLAIM_A_DEV_NUMA_NODE,
	HVCLAIM_A_DEV_SRIOV_ROLE,
	HVCLAIM_A_DEV_PF,
	HVCLAIM_A_DEV_NUM_VFS,
	HVCLAIM_A_DEV_STATE,
	HVCLAIM_A_DEV_SERIAL,
	HVCLAIM_A_DEV_CLAIM,
	HVCLAIM_A_DEV_OWNER,
	HVCLAIM_A_DEV_FINDING,
	HVCLAIM_A_DEV_VERDICT,
	HVCLAIM_A_DEV_WITH_FINDINGS,

	__HVCLAIM_A_DEV_MAX,
	HVCLAIM_A_DEV_MAX = (__HVCLAIM_A_DEV_MAX - 1)
};

enum {
	HVCLAIM_A_MEMBER_ADDR = 1,
	HVCLAIM_A_MEMBER_DRIVER,
	HVCLAIM_A_MEMBER_CLASS,
	HVCLAIM_A_MEMBER_STATE,

	__HVCLAIM_A_MEMBER_MAX,
	HVCLAIM_A_MEMBER_MAX = (__HVCLAIM_A_MEMBER_MAX - 1)
};

enum {
	HVCLAIM_A_GROUP_ID = 1,
	HVCLAIM_A_GROUP_DOMAIN_TYPE,
	HVCLAIM_A_GROUP_MEMBER,
	HVCLAIM_A_GROUP_VIABLE,
	HVCLAIM_A_GROUP_FINDING,

	__HVCLAIM_A_GROUP_MAX,
	HVCLAIM_A_GROUP_MAX = (__HVCLAIM_A_GROUP_MAX - 1)
};

enum {
	HVCLAIM_A_CLAIM_FN_ADDR = 1,
	HVCLAIM_A_CLAIM_FN_PATH,
	HVCLAIM_A_CLAIM_FN_STATE,
	HVCLAIM_A_CLAIM_FN_HOST_DRIVER,
	HVCLAIM_A_CLAIM_FN_HOST_OVERRIDE,
	HVCLAIM_A_CLAIM_FN_DRIVER,
	HVCLAIM_A_CLAIM_FN_ERROR,
	HVCLAIM_A_CLAIM_FN_VENDOR,
	HVCLAIM_A_CLAIM_FN_DEVICE,

	__HVCLAIM_A_CLAIM_FN_MAX,
	HVCLAIM_A_CLAIM_FN_MAX = (__HVCLAIM_A_CLAIM_FN_MAX - 1)
};

enum {
	HVCLAIM_A_CLAIM_REF_ID = 1,
	HVCLAIM_A_CLAIM_REF_STATE,
	HVCLAIM_A_CLAIM_REF_OWNER,

	__HVCLAIM_A_CLAIM_REF_MAX,
	HVCLAIM_A_CLAIM_REF_MAX = (__HVCLAIM_A_CLAIM_REF_MAX - 1)
};

enum {
	HVCLAIM_A_CLAIM_PAD = 1,
	HVCLAIM_A_CLAIM_ID,
	HVCLAIM_A_CLAIM_FUNCTION,
	HVCLAIM_A_CLAIM_OWNER,
	HVCLAIM_A_CLAIM_BACKEND,
	HVCLAIM_A_CLAIM_DRIVER,
	HVCLAIM_A_CLAIM_LIFETIME,
	HVCLAIM_A_CLAIM_ALLOW,
	HVCLAIM_A_CLAIM_WHOLE_GROUP,
	HVCLAIM_A_CLAIM_DEADLINE,
	HVCLAIM_A_CLAIM_COMMAND,
	HVCLAIM_A_CLAIM_STATE,
	HVCLAIM_A_CLAIM_SINCE,
	HVCLAIM_A_CLAIM_ERROR,
	HVCLAIM_A_CLAIM_ERROR_MSG,
	HVCLAIM_A_CLAIM_FINDING,
	HVCLAIM_A_CLAIM_CHANGED,
	HVCLAIM_A_CLAIM_UID,
	HVCLAIM_A_CLAIM_LOGIN_UID,
	HVCLAIM_A_CLAIM_PID,
	HVCLAIM_A_CLAIM_WHEN_IDLE,
	HVCLAIM_A_CLAIM_VERDICT,
	HVCLAIM_A_CLAIM_ALL,
	HVCLAIM_A_CLAIM_CLAIM,
	HVCLAIM_A_CLAIM_GROUP_ID,
	HVCLAIM_A_CLAIM_RULE,

	__HVCLAIM_A_CLAIM_MAX,
	HVCLAIM_A_CLAIM_MAX = (__HVCLAIM_A_CLAIM_MAX - 1)
};

enum {
	HVCLAIM_A_RULE_MATCH_ADDR = 1,
	HVCLAIM_A_RULE_MATCH_PATH,
	HVCLAIM_A_RULE_MATCH_CLAIM,
	HVCLAIM_A_RULE_MATCH_ERROR,
	HVCLAIM_A_RULE_MATCH_REASON,
	HVCLAIM_A_RULE_MATCH_ERROR_MSG,

	__HVCLAIM_A_RULE_MATCH_MAX,
	HVCLAIM_A_RULE_MATCH_MAX = (__HVCLAIM_A_RULE_MATCH_MAX - 1)
};

enum {
	HVCLAIM_A_RULE_PAD = 1,
	HVCLAIM_A_RULE_ID,
	HVCLAIM_A_RULE_TEXT,
	HVCLAIM_A_RULE_SOURCE,
	HVCLAIM_A_RULE_STATE,
	HVCLAIM_A_RULE_OWNER,
	HVCLAIM_A_RULE_BACKEND,
	HVCLAIM_A_RULE_DRIVER,
	HVCLAIM_A_RULE_ALLOW,
	HVCLAIM_A_RULE_WHOLE_GROUP,
	HVCLAIM_A_RULE_COLUMN,
	HVCLAIM_A_RULE_ERROR_MSG,
	HVCLAIM_A_RULE_MATCH,
	HVCLAIM_A_RULE_LATER,
	HVCLAIM_A_RULE_COMMAND,
	HVCLAIM_A_RULE_UID,
	HVCLAIM_A_RULE_LOGIN_UID,
	HVCLAIM_A_RULE_PID,
	HVCLAIM_A_RULE_CHANGED,

	__HVCLAIM_A_RULE_MAX,
	HVCLAIM_A_RULE_MAX = (__HVCLAIM_A_RULE_MAX - 1)
};

enum {
	HVCLAIM_CMD_INFO_GET = 1,
	HVCLAIM_CMD_DEV_GET,
	HVCLAIM_CMD_GROUP_GET,
	HVCLAIM_CMD_CHECK,
	HVCLAIM_CMD_CLAIM,
	HVCLAIM_CMD_RELEASE,
	HVCLAIM_CMD_CLAIM_GET,
	HVCLAIM_CMD_STATE_NTF,
	HVCLAIM_CMD_REFUSE_NTF,
	HVCLAIM_CMD_DRIFT_NTF,
	HVCLAIM_CMD_GONE_NTF,
	HVCLAIM_CMD_RULE_ADD,
	HVCLAIM_CMD_RULE_DEL,
	HVCLAIM_CMD_RULE_GET,

	__HVCLAIM_CMD_MAX,
	HVCLAIM_CMD_MAX = (__HVCLAIM_CMD_MAX - 1)
};

#define HVCLAIM_MCGRP_MONITOR	"monitor"

#endif /* _UAPI_LINUX_HVCLAIM_H */
