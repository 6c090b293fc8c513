// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_config.c - any bytes as a configuration; what is accepted is planned for a host with everything
 *
 * An error has words and a line. A plan that has no errors is carried out by the kernel's rules, and nothing is
 * left to do then.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/append.h"
#include "config/config_priv.h"
#include "simhost.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void host(struct sim *s)
{
	struct caps_path *partition; /* of sda */

	sim_new(s, "guests:\n");
	sim_cache(s, RDT_L3, 20, 30ULL << 20, 8, "0-1");
	sim_mb(s, 10, 10, 8, "0-1");
	sim_mon(s, 16);
	sim_block(s, "sda", "bfq", false);
	sim_block(s, "sdb", "none", true);
	partition = append(s->caps.paths, s->caps.n_paths);
	partition->path = strdup("/dev/sda1");
	sim_file(sim_guest(s, "a", 2), "cpu.max", "max 100000");
	sim_file(&s->guests.v[0], "cpu.max.burst", "0");
	sim_guest(s, "b", 1);
	sim_guest(s, "g", 1);
}

static void try_plan(struct config *cfg)
{
	struct plan p;
	struct sim s;

	host(&s);
	config_free(s.cfg);
	s.cfg = cfg;
	sim_plan(&s, false, &p);
	if (!p.n_errors) {
		if (!sim_apply(&s, &p, SIZE_MAX))
			abort();
		plan_free(&p);
		sim_plan(&s, false, &p);
		if (p.n_errors || plan_changes(&p))
			abort();
	}
	plan_free(&p);
	sim_plan(&s, true, &p);
	if (!sim_apply(&s, &p, SIZE_MAX))
		abort();
	plan_free(&p);
	sim_free(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct config *cfg = calloc(1, sizeof(*cfg));
	char *err = NULL;
	int rc;

	if (!cfg)
		return 0;
	rc = config_parse(cfg, "f.yaml", (const char *)data, len, &err);
	if (!rc)
		rc = config_finish(cfg, &err);
	if (rc) {
		if (!err || strncmp(err, "f.yaml:", 7) || strchr(err, '\n'))
			abort();
		free(err);
		config_free(cfg);
		return 0;
	}
	try_plan(cfg);
	return 0;
}
