/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xenlib_priv.h - what the files xenlib*.c share, and nobody else sees
 */
#ifndef HVCLAIM_XENLIB_PRIV_H
#define HVCLAIM_XENLIB_PRIV_H

#include <stdio.h>

#include <libxl.h>
#include <libxl_utils.h>
#include <xenctrl.h>

#include "host/caps.h"
#include "xen/xenlib.h"

struct xenlib_qos;

struct xenlib {
	void *xl, *ctrl, *log;
	libxl_ctx *ctx;
	xc_interface *xc;
	xentoollog_logger *logger;
	FILE *log_stream; /* what the libraries log, into @text */
	char *text;
	size_t text_len, text_told;
	struct xenlib_qos *qos; /* NULL before its first use */

	__typeof__(libxl_ctx_alloc) *ctx_alloc;
	__typeof__(libxl_ctx_free) *ctx_free;
	__typeof__(libxl_device_pci_init) *pci_init;
	__typeof__(libxl_device_pci_dispose) *pci_dispose;
	__typeof__(libxl_device_pci_assignable_add) *assignable_add;
	__typeof__(libxl_get_physinfo) *get_physinfo;
	__typeof__(libxl_physinfo_init) *physinfo_init;
	__typeof__(libxl_physinfo_dispose) *physinfo_dispose;
	__typeof__(xc_interface_open) *xc_open;
	__typeof__(xc_interface_close) *xc_close;
	__typeof__(xc_deassign_device) *deassign_device;
	__typeof__(xtl_createlogger_stdiostream) *logger_new;
	__typeof__(xtl_logger_destroy) *logger_free;
};

/** struct xenlib_qos - what of libxl is needed for guests' shares; libxl_ in front of each name */
struct xenlib_qos {
	__typeof__(libxl_list_domain) *list_domain;
	__typeof__(libxl_dominfo_list_free) *dominfo_list_free;
	__typeof__(libxl_domid_to_name) *domid_to_name;
	__typeof__(libxl_list_vcpu) *list_vcpu;
	__typeof__(libxl_vcpuinfo_list_free) *vcpuinfo_list_free;
	__typeof__(libxl_get_cpu_topology) *get_cpu_topology;
	__typeof__(libxl_cputopology_list_free) *cputopology_list_free;
	__typeof__(libxl_get_numainfo) *get_numainfo;
	__typeof__(libxl_numainfo_list_free) *numainfo_list_free;
	__typeof__(libxl_list_cpupool) *list_cpupool;
	__typeof__(libxl_cpupoolinfo_list_free) *cpupoolinfo_list_free;
	__typeof__(libxl_cpupool_create) *cpupool_create;
	__typeof__(libxl_cpupool_destroy) *cpupool_destroy;
	__typeof__(libxl_cpupool_cpuadd) *cpupool_cpuadd;
	__typeof__(libxl_cpupool_cpuremove) *cpupool_cpuremove;
	__typeof__(libxl_cpupool_movedomain) *cpupool_movedomain;
	__typeof__(libxl_domain_sched_params_init) *domain_sched_params_init;
	__typeof__(libxl_domain_sched_params_dispose) *domain_sched_params_dispose;
	__typeof__(libxl_domain_sched_params_get) *domain_sched_params_get;
	__typeof__(libxl_domain_sched_params_set) *domain_sched_params_set;
	__typeof__(libxl_set_vcpuaffinity) *set_vcpuaffinity;
	__typeof__(libxl_bitmap_init) *bitmap_init;
	__typeof__(libxl_bitmap_dispose) *bitmap_dispose;
	__typeof__(libxl_node_bitmap_alloc) *node_bitmap_alloc;
	__typeof__(libxl_domain_get_nodeaffinity) *domain_get_nodeaffinity;
	__typeof__(libxl_uuid_generate) *uuid_generate;
	__typeof__(libxl_psr_get_hw_info) *psr_get_hw_info;
	__typeof__(libxl_psr_hw_info_list_free) *psr_hw_info_list_free;
	__typeof__(libxl_psr_get_val) *psr_get_val;
	__typeof__(libxl_psr_set_val) *psr_set_val;
	__typeof__(libxl_psr_cmt_enabled) *psr_cmt_enabled;
	__typeof__(libxl_psr_cmt_attach) *psr_cmt_attach;
	__typeof__(libxl_psr_cmt_detach) *psr_cmt_detach;
	__typeof__(libxl_psr_cmt_domain_attached) *psr_cmt_domain_attached;
	__typeof__(libxl_psr_cmt_get_total_rmid) *psr_cmt_get_total_rmid;
	__typeof__(libxl_psr_cmt_get_l3_cache_size) *psr_cmt_get_l3_cache_size;
	__typeof__(libxl_psr_cmt_type_supported) *psr_cmt_type_supported;
	__typeof__(libxl_psr_cmt_get_sample) *psr_cmt_get_sample;
};

/** xenlib_have_libxl() - libxl's own connection, which waits for xenstored: only for those who know that it runs */
bool xenlib_have_libxl(struct xenlib *lib);

/** xenlib_last_words() - the first of what was logged since the last call: what came of it follows; or NULL */
char *xenlib_last_words(struct xenlib *lib);

/** xenlib_qos() - connect, and find the functions for guests' shares; NULL when that fails, with @err set */
const struct xenlib_qos *xenlib_qos(struct xenlib *lib, char **err);

/** xenlib_failed() - turn libxl's code into a negative errno, with @err set: "WHAT: libxl: its words" */
int xenlib_failed(struct xenlib *lib, int code, char **err, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* by enum rdt_res */
extern const libxl_psr_type xenlib_psr_type[RDT_RESOURCES];

/** xenlib_sched() - weight and cap of a domain; 0 when its scheduler has none */
void xenlib_sched(struct xenlib *lib, const struct xenlib_qos *q, uint32_t domid, uint32_t *weight,
		  uint32_t *cap);

/** xenlib_values() - masks and bandwidth of a domain; 0 or -ENOMEM */
int xenlib_values(struct xenlib *lib, const struct xenlib_qos *q, const struct caps_rdt *rdt, uint32_t domid,
		  struct rdt_values *out);

/** xenlib_set_of() - a bitmap of libxl as a set */
struct idset xenlib_set_of(const libxl_bitmap *map);

#endif
