// SPDX-License-Identifier: GPL-2.0-only
/*
 * plugin.c - a TCG plugin for QEMU 11 and later that gives a guest Intel RDT (model.c)
 *
 *	qemu-system-x86_64 -accel tcg,thread=multi -cpu max,vendor=GenuineIntel,… -plugin rdt.so,log=rdt.log,l3=20
 *
 * At translation, CPUID (0f a2), RDMSR (0f 32), WRMSR (0f 30) and WRMSRNS (0f 01 c6) get a callback that runs
 * just before the instruction. What is written to RDT's registers is kept there (TCG ignores writes to registers
 * that it does not know). The results of the others are changed just after the instruction, by a callback on the
 * next one of the same block, or, where it ends its block, on the first one of the block that follows in memory.
 * Had that been translated before, the change would be lost: the log then says LOST.
 *
 * It wants thread=multi: with one thread for several vCPUs, QEMU bakes the number of the vCPU that a block was
 * translated on into code that the others run, too. Scoreboards and conditional callbacks are not used: there
 * they overwrite a TCG constant, and the guest goes wrong.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qemu_plugin.h"
#include "rdt.h"

enum insn_kind {
	INSN_OTHER,
	INSN_CPUID,
	INSN_RDMSR,
	INSN_WRMSR
};

PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;

static struct rdt_cpu cpus[RDT_MAX_VCPUS];
static struct qemu_plugin_register *reg_ax, *reg_bx, *reg_cx, *reg_dx, *reg_cs;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/* addresses that follow a CPUID or RDMSR which ends its block */
static uint64_t after_block[256];
static unsigned int n_after_block;

static struct g_array *buffer(void)
{
	static __thread struct g_array *buf;

	if (!buf)
		buf = g_byte_array_new();
	return g_byte_array_set_size(buf, 0);
}

static uint64_t get(struct qemu_plugin_register *reg)
{
	struct g_array *buf = buffer();
	uint64_t v = 0;

	if (!qemu_plugin_read_register(reg, buf))
		abort();
	memcpy(&v, buf->data, buf->len < sizeof(v) ? buf->len : sizeof(v));
	return v;
}

/* The upper half becomes 0, as CPUID and RDMSR leave it. */
static void put(struct qemu_plugin_register *reg, uint32_t value)
{
	uint64_t v = value;
	struct g_array *buf = g_byte_array_append(buffer(), (uint8_t *)&v, sizeof(v));

	if (!qemu_plugin_write_register(reg, buf))
		abort();
}

static void before(unsigned int cpu, void *data)
{
	struct rdt_cpu *c = &cpus[cpu % RDT_MAX_VCPUS];
	enum insn_kind kind = (enum insn_kind)(uintptr_t)data;

	if (c->pending)
		rdt_lost(cpu);
	c->pending = false;
	if (kind == INSN_CPUID)
		rdt_cpuid(c, (uint32_t)get(reg_ax), (uint32_t)get(reg_cx));
	else if (get(reg_cs) & 3)
		return; /* not privileged: it will fault */
	else if (kind == INSN_RDMSR)
		rdt_rdmsr(c, cpu, (uint32_t)get(reg_cx));
	else
		rdt_wrmsr(c, cpu, (uint32_t)get(reg_cx), (uint32_t)get(reg_ax) | get(reg_dx) << 32);
}

static void after(unsigned int cpu, void *data)
{
	struct rdt_cpu *c = &cpus[cpu % RDT_MAX_VCPUS];

	(void)data;
	if (!c->pending)
		return;
	c->pending = false;
	if (c->min_eax && (uint32_t)get(reg_ax) < c->min_eax)
		put(reg_ax, c->min_eax);
	if (c->or_ebx)
		put(reg_bx, (uint32_t)get(reg_bx) | c->or_ebx);
	c->min_eax = c->or_ebx = 0;
	if (c->set_eax)
		put(reg_ax, c->eax);
	if (c->set_edx)
		put(reg_dx, c->edx);
	if (c->set_ebx_ecx) {
		put(reg_bx, c->ebx);
		put(reg_cx, c->ecx);
	}
}

static bool is_prefix(uint8_t b)
{
	static const uint8_t prefixes[] = { 0x66, 0x67, 0x2e, 0x3e, 0x26, 0x36, 0x64, 0x65, 0xf2, 0xf3 };

	return memchr(prefixes, b, sizeof(prefixes));
}

static enum insn_kind classify(const uint8_t *b, size_t n)
{
	for (; n && is_prefix(*b); b++)
		n--;
	if (n == 3 && (*b & 0xf0) == 0x40 && b[1] == 0x0f) { /* REX */
		b++;
		n--;
	}
	if (n == 2 && b[0] == 0x0f)
		return b[1] == 0xa2   ? INSN_CPUID
		       : b[1] == 0x32 ? INSN_RDMSR
		       : b[1] == 0x30 ? INSN_WRMSR
				      : INSN_OTHER;
	if (n == 3 && b[0] == 0x0f && b[1] == 0x01 && b[2] == 0xc6)
		return INSN_WRMSR;
	return INSN_OTHER;
}

static bool follows_block(uint64_t address)
{
	bool found = false;

	pthread_mutex_lock(&lock);
	for (unsigned int i = 0; !found && i < n_after_block && i < 256; i++)
		found = after_block[i] == address;
	pthread_mutex_unlock(&lock);
	return found;
}

static void ends_block(uint64_t next)
{
	pthread_mutex_lock(&lock);
	after_block[n_after_block++ % 256] = next;
	pthread_mutex_unlock(&lock);
}

static void translate(struct qemu_plugin_tb *tb, void *data)
{
	size_t n = qemu_plugin_tb_n_insns(tb);
	bool has_result = false;

	(void)data;
	for (size_t i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint8_t bytes[16];
		size_t len = qemu_plugin_insn_data(insn, bytes, sizeof(bytes));
		enum insn_kind kind = classify(bytes, len);

		if (has_result || (!i && n_after_block && follows_block(qemu_plugin_insn_vaddr(insn))))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, after, CB_RW_REGS, NULL);
		if (kind)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, before, CB_RW_REGS,
							       (void *)(uintptr_t)kind);
		has_result = kind == INSN_CPUID || kind == INSN_RDMSR;
		if (has_result && i == n - 1)
			ends_block(qemu_plugin_insn_vaddr(insn) + len);
	}
}

static void find_registers(void)
{
	struct g_array *all = qemu_plugin_get_registers();
	unsigned int size = g_array_get_element_size(all);

	for (unsigned int i = 0; i < all->len; i++) {
		const struct reg_descriptor *d = (const void *)(all->data + (size_t)i * size);

		if (!strcmp(d->name, "rax"))
			reg_ax = d->handle;
		else if (!strcmp(d->name, "rbx"))
			reg_bx = d->handle;
		else if (!strcmp(d->name, "rcx"))
			reg_cx = d->handle;
		else if (!strcmp(d->name, "rdx"))
			reg_dx = d->handle;
		else if (!strcmp(d->name, "cs"))
			reg_cs = d->handle;
	}
	g_array_free(all, 1);
	if (!reg_ax || !reg_bx || !reg_cx || !reg_dx || !reg_cs) {
		fprintf(stderr, "rdt: QEMU does not tell the registers\n");
		exit(1);
	}
}

static void vcpu_starts(unsigned int cpu, void *data)
{
	static pthread_t threads[RDT_MAX_VCPUS];

	(void)data;
	pthread_mutex_lock(&lock);
	threads[cpu % RDT_MAX_VCPUS] = pthread_self();
	for (unsigned int i = 0; i < cpu % RDT_MAX_VCPUS; i++)
		if (pthread_equal(threads[i], pthread_self())) {
			fprintf(stderr, "rdt: wants -accel tcg,thread=multi, and no -icount\n");
			exit(1);
		}
	if (!reg_ax)
		find_registers();
	pthread_mutex_unlock(&lock);
}

PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc,
				      char **argv)
{
	if (strcmp(info->target_name, "x86_64") || !info->system_emulation) {
		fprintf(stderr, "rdt: only for qemu-system-x86_64\n");
		return -1;
	}
	for (int i = 0; i < argc; i++) {
		char *eq = strchr(argv[i], '=');

		if (eq)
			*eq = '\0';
		if (!eq || !rdt_option(argv[i], eq + 1)) {
			fprintf(stderr, "rdt: no such option, or not with this value: %s\n", argv[i]);
			return -1;
		}
	}
	if (!rdt_start())
		return -1;
	qemu_plugin_register_vcpu_init_cb(id, vcpu_starts, NULL);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate, NULL);
	return 0;
}
