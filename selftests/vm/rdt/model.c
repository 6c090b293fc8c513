// SPDX-License-Identifier: GPL-2.0-only
/*
 * model.c - Intel RDT as the manual has it: cache allocation (CAT) with code and data prioritisation (CDP),
 *	     memory bandwidth allocation (MBA), monitoring of occupancy (CMT) and bandwidth (MBM)
 *
 * Intel SDM volume 3, "Intel Resource Director Technology". Nothing here slows anything down: registers are
 * kept and logged, counters read what the file of option ctl says.
 *
 * The log has a line a write, flushed at once:
 *	SEQ cpu=N L3[CLASS] dom=D 0xMASK	also L2, MB (delay), L3_CFG, L2_CFG (CDP)
 *	SEQ cpu=N PQR clos=C rmid=R		only when it changes
 * followed by "!…" where the hardware would have refused the value.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rdt.h"

#define MAX_DOMS  64
#define MAX_CLOS  128
#define MAX_RMIDS 256

enum {
	MSR_L3_CFG = 0xc81,
	MSR_L2_CFG = 0xc82,
	MSR_QM_EVTSEL = 0xc8d,
	MSR_QM_CTR = 0xc8e,
	MSR_PQR_ASSOC = 0xc8f,
	MSR_L3_MASK = 0xc90,
	MSR_L2_MASK = 0xd10,
	MSR_MBA = 0xd50,
};

#define CTR_ERROR (1ULL << 63)

static struct {
	long l3, l3_classes, l3_cdp, l3_share, l3_cpus;
	long l2, l2_classes, l2_cdp, l2_cpus;
	long mb, mb_max, mb_classes;
	long sparse, haswell;
	long mon, rmids, upscale, ctr_width, occupancy;
} opt = {
	.l3 = 11,
	.l3_classes = 16,
	.l3_cdp = 1,
	.l3_share = 0x600,
	.l2 = 0,
	.l2_classes = 8,
	.l2_cpus = 1,
	.mb = 1,
	.mb_max = 90,
	.mb_classes = 8,
	.mon = 1,
	.rmids = 32,
	.upscale = 65536,
	.ctr_width = 24,
	.occupancy = 1,
};

static const struct {
	const char *name;
	long *value;
} options[] = {
	{ "l3", &opt.l3 },		   /* bits of a mask; 0: no L3 CAT */
	{ "l3_classes", &opt.l3_classes }, /* class ids */
	{ "l3_cdp", &opt.l3_cdp },
	{ "l3_share", &opt.l3_share }, /* mask of what I/O uses, too */
	{ "l3_cpus", &opt.l3_cpus },   /* vCPUs of a domain; 0: all are in one */
	{ "l2", &opt.l2 },
	{ "l2_classes", &opt.l2_classes },
	{ "l2_cdp", &opt.l2_cdp },
	{ "l2_cpus", &opt.l2_cpus },
	{ "mb", &opt.mb },
	{ "mb_max", &opt.mb_max }, /* largest delay, percent */
	{ "mb_classes", &opt.mb_classes },
	{ "sparse", &opt.sparse },   /* masks need not be contiguous */
	{ "haswell", &opt.haswell }, /* L3 CAT that CPUID does not tell of, 4 classes, at least 2 bits */
	{ "mon", &opt.mon },
	{ "rmids", &opt.rmids },
	{ "upscale", &opt.upscale }, /* bytes of a unit of the counters */
	{ "ctr_width", &opt.ctr_width },
	{ "occupancy", &opt.occupancy }, /* of every RMID, in units */
};

static const char *log_path = "rdt.log", *ctl_path;
static FILE *log_file;
static unsigned long seq;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static uint64_t l3_mask[MAX_DOMS][MAX_CLOS], l2_mask[MAX_DOMS][MAX_CLOS], mb_delay[MAX_DOMS][MAX_CLOS];
static uint64_t l3_cfg[MAX_DOMS], l2_cfg[MAX_DOMS];

/* One register: where it is kept, how it is called */
struct slot {
	uint64_t *kept;
	const char *name;
	unsigned int dom;
	int clos; /* -1 for none */
};

bool rdt_option(const char *key, const char *value)
{
	if (!strcmp(key, "log")) {
		log_path = strdup(value);
		return true;
	}
	if (!strcmp(key, "ctl")) {
		ctl_path = strdup(value);
		return true;
	}
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (!strcmp(key, options[i].name)) {
			char *end;

			*options[i].value = strtol(value, &end, 0);
			return end != value && !*end;
		}
	return false;
}

bool rdt_start(void)
{
	if (opt.haswell) {
		opt.l3 = 20;
		opt.l3_classes = 4;
		opt.l3_cdp = opt.l2 = opt.mb = 0;
	}
	log_file = fopen(log_path, "w");
	if (!log_file) {
		perror(log_path);
		return false;
	}
	for (int d = 0; d < MAX_DOMS; d++)
		for (int c = 0; c < MAX_CLOS; c++) {
			l3_mask[d][c] = (1ULL << opt.l3) - 1;
			l2_mask[d][c] = (1ULL << opt.l2) - 1;
		}
	return true;
}

static unsigned int domain(unsigned int cpu, long cpus)
{
	return cpus ? cpu / (unsigned int)cpus % MAX_DOMS : 0;
}

static bool find_slot(struct slot *s, unsigned int cpu, uint32_t msr)
{
	unsigned int d3 = domain(cpu, opt.l3_cpus), d2 = domain(cpu, opt.l2_cpus);

	if (opt.l3 && msr >= MSR_L3_MASK && msr < MSR_L3_MASK + MAX_CLOS)
		*s = (struct slot){ &l3_mask[d3][msr - MSR_L3_MASK], "L3", d3, (int)(msr - MSR_L3_MASK) };
	else if (opt.l2 && msr >= MSR_L2_MASK && msr < MSR_MBA)
		*s = (struct slot){ &l2_mask[d2][msr - MSR_L2_MASK], "L2", d2, (int)(msr - MSR_L2_MASK) };
	else if (opt.mb && msr >= MSR_MBA && msr < MSR_MBA + MAX_CLOS)
		*s = (struct slot){ &mb_delay[d3][msr - MSR_MBA], "MB", d3, (int)(msr - MSR_MBA) };
	else if (msr == MSR_L3_CFG)
		*s = (struct slot){ &l3_cfg[d3], "L3_CFG", d3, -1 };
	else if (msr == MSR_L2_CFG)
		*s = (struct slot){ &l2_cfg[d2], "L2_CFG", d2, -1 };
	else
		return false;
	return true;
}

static bool contiguous(uint64_t mask)
{
	mask >>= __builtin_ctzll(mask);
	return !(mask & (mask + 1));
}

static const char *judge_mask(uint64_t v, long bits, int clos, long classes, int least)
{
	if (clos >= classes)
		return " !class out of range";
	if (v >> bits)
		return " !mask too long";
	if (__builtin_popcountll(v) < least)
		return " !mask too short";
	if (!opt.sparse && !contiguous(v))
		return " !mask not contiguous";
	return "";
}

static const char *judge(uint32_t msr, int clos, uint64_t v)
{
	if (msr >= MSR_MBA)
		return clos >= opt.mb_classes	  ? " !class out of range"
		       : v > (uint64_t)opt.mb_max ? " !delay too large"
						  : "";
	if (msr >= MSR_L2_MASK)
		return judge_mask(v, opt.l2, clos, opt.l2_classes, 1);
	if (msr >= MSR_L3_MASK)
		return judge_mask(v, opt.l3, clos, opt.l3_classes, opt.haswell ? 2 : 1);
	return "";
}

void rdt_wrmsr(struct rdt_cpu *c, unsigned int cpu, uint32_t msr, uint64_t value)
{
	struct slot s;

	if (msr == MSR_QM_EVTSEL) {
		c->evtsel = value;
		return;
	}
	pthread_mutex_lock(&lock);
	if (msr == MSR_PQR_ASSOC && c->pqr != value) {
		c->pqr = value;
		fprintf(log_file, "%lu cpu=%u PQR clos=%u rmid=%u\n", ++seq, cpu, (unsigned int)(value >> 32),
			(unsigned int)(value & 0x3ff));
		fflush(log_file);
	} else if (msr != MSR_PQR_ASSOC && find_slot(&s, cpu, msr)) {
		*s.kept = value;
		fprintf(log_file, "%lu cpu=%u %s", ++seq, cpu, s.name);
		if (s.clos >= 0)
			fprintf(log_file, "[%d]", s.clos);
		fprintf(log_file, " dom=%u %#llx%s\n", s.dom, (unsigned long long)value,
			judge(msr, s.clos, value));
		fflush(log_file);
	}
	pthread_mutex_unlock(&lock);
}

void rdt_lost(unsigned int cpu)
{
	pthread_mutex_lock(&lock);
	fprintf(log_file, "%lu cpu=%u LOST !the guest has seen a result as it was\n", ++seq, cpu);
	fflush(log_file);
	pthread_mutex_unlock(&lock);
}

/* A line of ctl is EVENT RMID DOMAIN HEXVALUE; event 1 is occupancy, 2 total and 3 local traffic. */
static uint64_t counter(unsigned int cpu, uint64_t evtsel)
{
	unsigned int event = evtsel & 0xff, rmid = (evtsel >> 32) & 0x3ff, dom = domain(cpu, opt.l3_cpus);
	unsigned int e, r, d;
	unsigned long long v;
	FILE *f;

	if (rmid >= (unsigned long)opt.rmids || event < 1 || event > 3)
		return CTR_ERROR;
	f = ctl_path ? fopen(ctl_path, "r") : NULL;
	while (f && fscanf(f, "%u %u %u %llx", &e, &r, &d, &v) == 4)
		if (e == event && r == rmid && d == dom) {
			fclose(f);
			return v;
		}
	if (f)
		fclose(f);
	return event == 1 ? (uint64_t)opt.occupancy : 0;
}

void rdt_rdmsr(struct rdt_cpu *c, unsigned int cpu, uint32_t msr)
{
	struct slot s;
	uint64_t v;

	if (msr == MSR_QM_CTR && opt.mon)
		v = counter(cpu, c->evtsel);
	else if (msr == MSR_PQR_ASSOC)
		v = c->pqr;
	else if (msr == MSR_QM_EVTSEL)
		v = c->evtsel;
	else if (find_slot(&s, cpu, msr))
		v = *s.kept;
	else
		return;
	c->pending = c->set_eax = c->set_edx = true;
	c->set_ebx_ecx = false;
	c->eax = (uint32_t)v;
	c->edx = (uint32_t)(v >> 32);
}

static void cpuid_result(struct rdt_cpu *c, uint32_t a, uint32_t b, uint32_t cx, uint32_t d)
{
	c->eax = a;
	c->ebx = b;
	c->ecx = cx;
	c->edx = d;
}

static void cpuid_alloc(struct rdt_cpu *c, uint32_t subleaf)
{
	uint32_t sparse = opt.sparse ? 8 : 0;

	if (subleaf == 0)
		cpuid_result(c, 0, (opt.l3 ? 2 : 0) | (opt.l2 ? 4 : 0) | (opt.mb ? 8 : 0), 0, 0);
	else if (subleaf == 1 && opt.l3)
		cpuid_result(c, (uint32_t)opt.l3 - 1, (uint32_t)opt.l3_share, (opt.l3_cdp ? 4 : 0) | sparse,
			     (uint32_t)opt.l3_classes - 1);
	else if (subleaf == 2 && opt.l2)
		cpuid_result(c, (uint32_t)opt.l2 - 1, 0, (opt.l2_cdp ? 4 : 0) | sparse,
			     (uint32_t)opt.l2_classes - 1);
	else if (subleaf == 3 && opt.mb)
		cpuid_result(c, (uint32_t)opt.mb_max - 1, 0, 4 /* linear */, (uint32_t)opt.mb_classes - 1);
}

static void cpuid_monitor(struct rdt_cpu *c, uint32_t subleaf)
{
	if (subleaf == 0)
		cpuid_result(c, 0, (uint32_t)opt.rmids - 1, 0, 2);
	else if (subleaf == 1)
		cpuid_result(c, (uint32_t)opt.ctr_width - 24, (uint32_t)opt.upscale, (uint32_t)opt.rmids - 1,
			     7);
}

void rdt_cpuid(struct rdt_cpu *c, uint32_t leaf, uint32_t subleaf)
{
	bool alloc = !opt.haswell && (opt.l3 || opt.l2 || opt.mb);

	c->min_eax = c->or_ebx = 0;
	c->set_eax = c->set_edx = c->set_ebx_ecx = false;
	cpuid_result(c, 0, 0, 0, 0);
	switch (leaf) {
	case 0:
		c->min_eax = 0x10;
		break;
	case 7:
		if (!subleaf)
			c->or_ebx = (alloc ? 1U << 15 : 0) | (opt.mon ? 1U << 12 : 0);
		break;
	case 0xf:
		c->set_eax = c->set_edx = c->set_ebx_ecx = true;
		if (opt.mon)
			cpuid_monitor(c, subleaf);
		break;
	case 0x10:
		c->set_eax = c->set_edx = c->set_ebx_ecx = true;
		if (alloc)
			cpuid_alloc(c, subleaf);
		break;
	default:
		return;
	}
	c->pending = true;
}
