/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * qemu_plugin.h - the part of QEMU's plugin interface, version 7 (QEMU 11.0), that the plugin uses
 *
 * Debian has no package with QEMU's qemu-plugin.h.
 */
#ifndef HVCLAIM_QEMU_PLUGIN_H
#define HVCLAIM_QEMU_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QEMU_PLUGIN_VERSION 7
#define PLUGIN_EXPORT	    __attribute__((visibility("default")))

typedef uint64_t qemu_plugin_id_t;

struct qemu_info {
	const char *target_name;
	struct {
		int min, cur;
	} version;
	bool system_emulation;
	struct {
		int smp_vcpus, max_vcpus;
	} system;
};

struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_register;

struct reg_descriptor {
	struct qemu_plugin_register *handle;
	const char *name, *feature;
	bool is_readonly;
};

/* GLib's GArray and GByteArray */
struct g_array {
	char *data;
	unsigned int len;
};

enum {
	CB_NO_REGS,
	CB_R_REGS,
	CB_RW_REGS
};

typedef void (*vcpu_cb)(unsigned int vcpu, void *data);
typedef void (*trans_cb)(struct qemu_plugin_tb *tb, void *data);

extern struct g_array *g_byte_array_new(void);
extern struct g_array *g_byte_array_append(struct g_array *a, const uint8_t *data, unsigned int n);
extern struct g_array *g_byte_array_set_size(struct g_array *a, unsigned int n);
extern unsigned int g_array_get_element_size(struct g_array *a);
extern char *g_array_free(struct g_array *a, int free_segment);

extern void qemu_plugin_register_vcpu_init_cb(qemu_plugin_id_t id, vcpu_cb cb, void *data);
extern void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, trans_cb cb, void *data);
extern void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, vcpu_cb cb, int flags,
						   void *data);
extern size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
extern struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);
extern size_t qemu_plugin_insn_data(const struct qemu_plugin_insn *insn, void *to, size_t n);
extern uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
extern struct g_array *qemu_plugin_get_registers(void);
extern bool qemu_plugin_read_register(struct qemu_plugin_register *reg, struct g_array *to);
extern bool qemu_plugin_write_register(struct qemu_plugin_register *reg, struct g_array *from);

PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc,
				      char **argv);

#endif
