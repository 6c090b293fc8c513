// SPDX-License-Identifier: GPL-2.0-only
/*
 * resctrl.c - what the hardware can do, from resctrl's info directory
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "host/resctrl_priv.h"

/* the root's values of MB on AMD, where the number is in 1/8 GB/s: 12 bits for 0 to 2048 */
#define AMD_MAX	 2048
#define MBPS_MAX UINT32_MAX

/** struct cpu_facts - what /proc/cpuinfo says of the first CPU */
struct cpu_facts {
	bool amd, cdp_l3, cdp_l2;
};

bool resctrl_supported(const struct hostfs *fs)
{
	_cleanup_(freep) char *all = hostfs_read(NULL, "%s/filesystems", fs->proc);

	return all && strstr(all, "\tresctrl");
}

static bool has_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (const char *s = text; (s = strstr(s, word)); s += len)
		if ((s == text || strchr(" ,\t", s[-1])) && (!s[len] || strchr(" ,\t\n", s[len])))
			return true;
	return false;
}

/* The whole file can be megabytes: it is read up to the first CPU's flags only. */
static void read_cpu(const struct hostfs *fs, struct cpu_facts *cpu)
{
	_cleanup_(freep) char *path = text_fmt("%s/cpuinfo", fs->proc), *line = NULL;
	FILE *f = path ? fopen(path, "re") : NULL;
	size_t room = 0;

	while (f && getline(&line, &room, f) > 0) {
		if (!strncmp(line, "vendor_id", strlen("vendor_id")))
			cpu->amd = has_word(line, "AuthenticAMD") || has_word(line, "HygonGenuine");
		if (!strncmp(line, "flags", strlen("flags"))) {
			cpu->cdp_l3 = has_word(line, "cdp_l3");
			cpu->cdp_l2 = has_word(line, "cdp_l2");
			break;
		}
	}
	if (f)
		fclose(f);
}

static bool read_info(const struct hostfs *fs, const char *res, const char *file, int base, uint64_t *out)
{
	_cleanup_(freep) char *text = hostfs_value(NULL, "%s/fs/resctrl/info/%s/%s", fs->sysfs, res, file);
	char *end;

	if (!text || !*text)
		return false;
	errno = 0;
	*out = strtoull(text, &end, base);
	return !errno && !*end;
}

static uint32_t info_u32(const struct hostfs *fs, const char *res, const char *file)
{
	uint64_t v = 0;

	return read_info(fs, res, file, 10, &v) && v <= UINT32_MAX ? (uint32_t)v : 0;
}

static void read_bandwidth(const struct hostfs *fs, struct rdt_resource *r, const char *name, bool mbps,
			   bool amd)
{
	_cleanup_(freep) char *mode =
		hostfs_value(NULL, "%s/fs/resctrl/info/%s/thread_throttle_mode", fs->sysfs, name);

	r->unit = mbps ? MB_MIBPS : amd ? MB_EIGHTH : MB_PERCENT;
	r->max_bandwidth = mbps ? MBPS_MAX : amd ? AMD_MAX : 100;
	r->min_bandwidth = info_u32(fs, name, "min_bandwidth");
	r->bandwidth_gran = info_u32(fs, name, "bandwidth_gran");
	r->delay_linear = info_u32(fs, name, "delay_linear");
	r->throttle_per_thread = mode && !strcmp(mode, "per-thread");
}

static void read_cache(const struct hostfs *fs, struct rdt_resource *r, const char *name)
{
	r->min_cbm_bits = info_u32(fs, name, "min_cbm_bits");
	if (!read_info(fs, name, "cbm_mask", 16, &r->cbm_mask))
		r->cbm_mask = 0;
	if (!read_info(fs, name, "shareable_bits", 16, &r->shareable_bits))
		r->shareable_bits = 0;
	/* AMD's masks may always have holes; it has no such file before 6.12 (and says 0 bits at least). */
	r->sparse_masks = info_u32(fs, name, "sparse_masks") || !r->min_cbm_bits;
}

static int read_resource(const struct hostfs *fs, struct caps_rdt *c, enum rdt_res res, bool mbps, bool amd)
{
	struct rdt_resource *r = &c->res[res];
	const char *name = rdt_res_name[res];
	const struct rdt_values *root = &c->groups[0].schemata[res];
	bool l2 = res == RDT_L2 || res == RDT_L2CODE || res == RDT_L2DATA;

	r->num_closids = info_u32(fs, name, "num_closids");
	if (!r->num_closids || !root->n)
		return 0;
	if (rdt_is_cache(res))
		read_cache(fs, r, name);
	else
		read_bandwidth(fs, r, name, mbps && res == RDT_MB, amd || res == RDT_SMBA);
	r->present = !rdt_is_cache(res) || r->cbm_mask;
	r->doms = calloc(root->n, sizeof(*r->doms));
	if (!r->doms)
		return -ENOMEM;
	r->n_doms = root->n;
	for (size_t i = 0; i < root->n; i++)
		r->doms[i].id = root->v[i].id;
	return resctrl_doms(fs, r, l2 ? 2 : 3);
}

static void read_monitoring(const struct hostfs *fs, struct caps_rdt *c)
{
	_cleanup_(freep) char *features =
		hostfs_read(NULL, "%s/fs/resctrl/info/L3_MON/mon_features", fs->sysfs);

	if (!features)
		return;
	for (char *s = features; *s; s++)
		if (*s == '\n')
			*s = ' ';
	c->mon = true;
	c->mon_occupancy = has_word(features, "llc_occupancy");
	c->mon_total = has_word(features, "mbm_total_bytes");
	c->mon_local = has_word(features, "mbm_local_bytes");
	c->num_rmids = info_u32(fs, "L3_MON", "num_rmids");
}

static int read_mounted(const struct hostfs *fs, struct caps_rdt *c, const char *options,
			const struct cpu_facts *cpu, char **err)
{
	_cleanup_(freep) char *before = NULL;
	int rc = resctrl_groups(fs, c, err);

	for (enum rdt_res r = 0; !rc && r < RDT_RESOURCES; r++)
		rc = read_resource(fs, c, r, has_word(options, "mba_MBps"), cpu->amd);
	if (rc)
		return rc;
	read_monitoring(fs, c);
	before = hostfs_read(NULL, "%s/" RESCTRL_ROOT_BEFORE, fs->run);
	rc = before ? schemata_parse(before, c->root_before) : 0;
	if (rc == -EINVAL)
		*err = text_fmt("%s/" RESCTRL_ROOT_BEFORE ": not what we wrote", fs->run);
	return rc;
}

int resctrl_read(const struct hostfs *fs, struct caps_rdt *out, char **err)
{
	_cleanup_(freep) char *options = NULL;
	struct cpu_facts cpu = {};
	int rc;

	*out = (struct caps_rdt){ .supported = resctrl_supported(fs) };
	read_cpu(fs, &cpu);
	out->cdp_l3_possible = cpu.cdp_l3;
	out->cdp_l2_possible = cpu.cdp_l2;
	out->mounted = out->supported && resctrl_mount_options(fs, &options);
	if (!out->mounted)
		return 0;
	rc = resctrl_lock(fs, false, err);
	if (rc)
		return rc;
	rc = read_mounted(fs, out, options, &cpu, err);
	resctrl_unlock();
	if (rc)
		caps_rdt_free(out);
	return rc;
}
