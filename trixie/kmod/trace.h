/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * trace.h - tracepoints for each change of state
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM hvclaim

#if !defined(HVC_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define HVC_TRACE_H

#include <linux/tracepoint.h>

#include "claim.h"

/* What reads as code here is the arguments of macros. */
/* clang-format off */

TRACE_EVENT(hvclaim_claim_state,
	TP_PROTO(const struct hvc_claim *claim, enum hvclaim_claim_state state),
	TP_ARGS(claim, state),
	TP_STRUCT__entry(
		__field(u32, id)
		__field(u32, from)
		__field(u32, to)
		__field(int, error)
		__array(char, owner, HVCLAIM_NAME_MAX + 1)
	),
	TP_fast_assign(
		__entry->id = claim->id;
		__entry->from = claim->state;
		__entry->to = state;
		__entry->error = claim->error;
		strscpy(__entry->owner, claim->owner, sizeof(__entry->owner));
	),
	TP_printk("claim=%u owner=%s from=%u to=%u error=%d", __entry->id, __entry->owner,
		  __entry->from, __entry->to, __entry->error)
);

TRACE_EVENT(hvclaim_function_state,
	TP_PROTO(const struct hvc_claim_fn *fn, enum hvclaim_fn_state state, int error),
	TP_ARGS(fn, state, error),
	TP_STRUCT__entry(
		__field(u32, claim)
		__field(u32, domain)
		__field(u8, bus)
		__field(u8, devfn)
		__field(u32, from)
		__field(u32, to)
		__field(int, error)
	),
	TP_fast_assign(
		__entry->claim = fn->claim->id;
		__entry->domain = fn->dev->addr.domain;
		__entry->bus = fn->dev->addr.bus;
		__entry->devfn = fn->dev->addr.devfn;
		__entry->from = fn->state;
		__entry->to = state;
		__entry->error = error;
	),
	TP_printk("claim=%u function=%04x:%02x:%02x.%x from=%u to=%u error=%d", __entry->claim,
		  __entry->domain, __entry->bus, PCI_SLOT(__entry->devfn), PCI_FUNC(__entry->devfn),
		  __entry->from, __entry->to, __entry->error)
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
