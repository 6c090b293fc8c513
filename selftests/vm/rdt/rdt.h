/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rdt.h - Intel RDT as a model: its CPUID leaves and its registers (model.c), put into a guest by plugin.c
 */
#ifndef HVCLAIM_RDT_H
#define HVCLAIM_RDT_H

#include <stdbool.h>
#include <stdint.h>

#define RDT_MAX_VCPUS 256

/** struct rdt_cpu - what a vCPU has for itself, and what a changed instruction is to leave in its registers */
struct rdt_cpu {
	uint64_t evtsel, pqr;
	bool pending; /* a CPUID or RDMSR has run, its result is still to be changed */
	bool set_eax, set_edx, set_ebx_ecx;
	uint32_t min_eax, or_ebx;
	uint32_t eax, ebx, ecx, edx;
};

/** rdt_option() - take one key=value; false when there is no such key */
bool rdt_option(const char *key, const char *value);

/** rdt_start() - after the options: open the log, set the registers as after a reset; false when it cannot */
bool rdt_start(void);

/** rdt_cpuid() - what CPUID's result becomes: fills the second half of @c */
void rdt_cpuid(struct rdt_cpu *c, uint32_t leaf, uint32_t subleaf);

/** rdt_rdmsr() - what RDMSR's result becomes, if the register is one of RDT's */
void rdt_rdmsr(struct rdt_cpu *c, unsigned int cpu, uint32_t msr);

/** rdt_wrmsr() - keep and log what is written, if the register is one of RDT's */
void rdt_wrmsr(struct rdt_cpu *c, unsigned int cpu, uint32_t msr, uint64_t value);

/** rdt_lost() - log that a result could not be changed: what follows is not to be trusted */
void rdt_lost(unsigned int cpu);

#endif
