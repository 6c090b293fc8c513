// SPDX-License-Identifier: GPL-2.0-only
/*
 * request.c - from the options of check and claim to a request, and the verdict on it
 */
#define _GNU_SOURCE 1
#include <stdlib.h>
#include <string.h>

#include "device/kmodule.h"
#include "device/report.h"
#include "device/request.h"
#include "lib/words.h"

error_t request_option(struct request_options *o, int key, char *arg)
{
	switch (key) {
	case ARGP_KEY_ARG:
		words_add(&o->selectors, arg);
		return 0;
	case 'o':
		o->owner = option_name("-o", arg);
		return 0;
	case KEY_GROUP:
		o->whole_group = true;
		return 0;
	case KEY_ALLOW:
		o->allow |= option_allow(arg);
		return 0;
	case KEY_BACKEND:
		o->backend = option_name("--backend", arg);
		return 0;
	case KEY_DRIVER:
		o->driver = option_name("--driver", arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* One request has one driver. */
static int resolve_auto(struct request_options *o, const struct target *t)
{
	char first[ADDR_STR_LEN], other[ADDR_STR_LEN], name[HVCLAIM_NAME_MAX + 1];

	for (size_t i = 0; i < t->n; i++) {
		_cleanup_(freep) char *err = NULL;

		if (kmodule_variant(t->picked[i], name, &err)) {
			error_say("--driver auto: %s", err ? err : "out of memory");
			return EXIT_ERROR;
		}
		if (!i)
			memcpy(o->auto_driver, name, strlen(name) + 1);
		if (!strcmp(o->auto_driver, name))
			continue;
		error_say("--driver auto: %s needs %s, and %s needs %s: claim them one by one",
			  addr_str(t->picked[0]->addr, first), *o->auto_driver ? o->auto_driver : "vfio-pci",
			  addr_str(t->picked[i]->addr, other), *name ? name : "vfio-pci");
		return EXIT_ERROR;
	}
	o->driver = *o->auto_driver ? o->auto_driver : NULL;
	return EXIT_DONE;
}

int request_prepare(struct request_options *o, const char *verb, struct target *t, struct nl_request *req)
{
	int rc;

	if (!o->selectors.n)
		usage_error("%s needs a selector, for instance an address", verb);
	rc = need_root(verb);
	if (!rc)
		rc = target_open(t, false);
	if (!rc)
		rc = target_pick(t, &o->selectors);
	if (!rc && o->driver && !strcmp(o->driver, "auto"))
		rc = resolve_auto(o, t);
	if (rc)
		return rc;
	*req = (struct nl_request){
		.fns = t->fns,
		.n_fns = t->n,
		.owner = o->owner,
		.backend = o->backend,
		.driver = o->driver,
		.allow = o->allow,
		.whole_group = o->whole_group,
	};
	return target_usage(t, req);
}

static void verdict_json(struct target *t, const struct nl_verdict *v)
{
	struct json_object *o = json_object_new_object();
	struct json_object *list = json_object_new_array();
	char buf[ADDR_STR_LEN];

	json_add_str(o, "verdict", severity_word(v->verdict));
	json_add_bool(o, "changed", false);
	json_opt_str(o, "backend", v->backend);
	json_opt_str(o, "driver", v->driver);
	for (size_t i = 0; i < v->n_fns; i++)
		json_object_array_add(list, json_object_new_string(addr_str(v->fns[i], buf)));
	json_object_object_add(o, "functions", list);
	json_object_object_add(o, "findings", json_findings(&v->findings, t->explain));
	json_print(o);
}

int request_verdict(struct target *t, const struct nl_verdict *v)
{
	int rc = v->verdict == HVCLAIM_SEVERITY_NOTE ? EXIT_DONE : EXIT_REFUSED;
	char buf[ADDR_STR_LEN];

	if (globals.json) {
		verdict_json(t, v);
		return rc;
	}
	for (size_t i = 0; i < v->n_fns; i++)
		printf("%s%s", i ? ", " : "", addr_str(v->fns[i], buf));
	if (rc == EXIT_DONE)
		printf(": ok, with %s\n", *v->driver ? v->driver : v->backend);
	else
		printf(": %s\n", v->verdict == HVCLAIM_SEVERITY_FATAL ? "no" : "only with --allow");
	findings_print(stdout, &v->findings, t->explain, true);
	return rc;
}

int request_load_driver(struct nl *nl, const char *backend, const char *driver)
{
	_cleanup_(info_free) struct info info = { 0 };
	_cleanup_(freep) char *err = NULL;

	if (!backend) {
		if (nl_info(nl, &info))
			return nl_failed(nl, "info");
		backend = info.n_backends				   ? info.backends[0]
			  : info.hypervisor == HVCLAIM_HYPERVISOR_XEN_DOM0 ? "pciback"
									   : "vfio-pci";
	}
	if (!strcmp(backend, "mock"))
		return EXIT_DONE;
	if (!strcmp(backend, "pciback"))
		backend = "xen-pciback";
	else if (strcmp(backend, "vfio-pci"))
		return EXIT_DONE; /* the kernel says that there is no such backend */
	if (kmodule_load(driver ? driver : backend, &err)) {
		error_say("%s", err ? err : "out of memory");
		return EXIT_ERROR;
	}
	return EXIT_DONE;
}
