// SPDX-License-Identifier: GPL-2.0-only
/*
 * report_json.c - JSON, in the words of uapi/hvclaim.yaml
 */
#define _GNU_SOURCE 1
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "device/report.h"
#include "lib/words.h"

void json_print(struct json_object *o)
{
	puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_NOSLASHESCAPE |
						       (globals.pretty ? JSON_C_TO_STRING_PRETTY |
										 JSON_C_TO_STRING_SPACED
								       : JSON_C_TO_STRING_PLAIN)));
	json_object_put(o);
}

void json_finish(struct json_object *o)
{
	if (globals.json)
		json_print(o);
	else
		json_object_put(o);
}

void json_line(struct json_object *o)
{
	puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_NOSLASHESCAPE | JSON_C_TO_STRING_PLAIN));
	fflush(stdout);
	json_object_put(o);
}

void json_add_str(struct json_object *o, const char *key, const char *value)
{
	json_object_object_add(o, key, json_object_new_string(value));
}

void json_opt_str(struct json_object *o, const char *key, const char *value)
{
	if (value && *value)
		json_add_str(o, key, value);
}

void json_add_int(struct json_object *o, const char *key, int64_t value)
{
	json_object_object_add(o, key, json_object_new_int64(value));
}

void json_add_bool(struct json_object *o, const char *key, bool value)
{
	json_object_object_add(o, key, json_object_new_boolean(value));
}

void json_add_addr(struct json_object *o, const char *key, struct addr a)
{
	char buf[ADDR_STR_LEN];

	json_add_str(o, key, addr_str(a, buf));
}

static void add_uint(struct json_object *o, const char *key, uint64_t value)
{
	json_object_object_add(o, key, json_object_new_uint64(value));
}

/* ids as everybody writes them */
static void add_id(struct json_object *o, const char *key, unsigned int value)
{
	char buf[16];

	snprintf(buf, sizeof(buf), "%04x", value);
	json_add_str(o, key, buf);
}

static void add_class(struct json_object *o, uint32_t class)
{
	char buf[16];

	snprintf(buf, sizeof(buf), "%06x", class);
	json_add_str(o, "class", buf);
}

static void add_acs(struct json_object *o, const char *key, uint32_t bits)
{
	static const char *const words[] = { "src-valid", "req-redir", "cmplt-redir", "upstream-fwd" };
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (bits & 1u << i)
			json_object_array_add(list, json_object_new_string(words[i]));
	json_object_object_add(o, key, list);
}

static struct json_object *json_finding(const struct finding *f, struct explain_ctx *ctx)
{
	struct json_object *o = json_object_new_object();
	_cleanup_(freep) char *what = NULL;
	_cleanup_(freep) char *advice = NULL;

	json_add_str(o, "reason", reason_word(f->reason));
	json_add_str(o, "severity", severity_word(f->severity));
	json_add_bool(o, "allowed", f->allowed);
	if (f->has_function)
		json_add_addr(o, "function", f->function);
	if (f->has_other)
		json_add_addr(o, "other", f->other);
	json_opt_str(o, "driver", f->driver);
	if (f->has_group)
		json_add_int(o, "group", f->group);
	if (f->has_range) {
		add_uint(o, "start", f->start);
		add_uint(o, "end", f->end);
	}
	if (f->reason == HVCLAIM_REASON_ACS_MISSING) {
		add_acs(o, "acs_missing", f->acs_missing);
		add_acs(o, "acs_capable", f->acs_capable);
	}
	json_opt_str(o, "netdev", f->netdev);
	if (f->has_netdev_use) {
		json_add_str(o, "netdev_use", f->netdev_use == HVCLAIM_NETDEV_USE_UPPER ? "upper" : "up");
		json_add_bool(o, "netns_other", f->netns_other);
	}
	json_opt_str(o, "upper", f->upper);
	if (f->has_claim)
		json_add_int(o, "claim", f->claim);
	json_opt_str(o, "owner", f->owner);
	json_opt_str(o, "detail", f->detail);
	if (ctx) {
		explain_finding(ctx, f, &what, &advice);
		json_opt_str(o, "what", what);
		json_opt_str(o, "advice", advice);
	}
	return o;
}

struct json_object *json_findings(const struct findings *list, struct explain_ctx *ctx)
{
	struct json_object *o = json_object_new_array();

	for (size_t i = 0; i < list->n; i++)
		json_object_array_add(o, json_finding(&list->v[i], ctx));
	return o;
}

struct json_object *json_dev(const struct dev *d, struct pci_names *names, struct explain_ctx *ctx)
{
	struct json_object *o = json_object_new_object();
	char buf[PCI_NAME_LEN];

	json_add_addr(o, "address", d->addr);
	json_opt_str(o, "path", d->path);
	add_id(o, "vendor", d->vendor);
	add_id(o, "device", d->device);
	add_id(o, "subsystem_vendor", d->subsystem_vendor);
	add_id(o, "subsystem_device", d->subsystem_device);
	add_class(o, d->class);
	json_add_int(o, "revision", d->revision);
	json_add_str(o, "name", pci_name(names, d, buf));
	json_opt_str(o, "driver", d->driver);
	if (d->group >= 0)
		json_add_int(o, "group", d->group);
	if (d->numa_node >= 0)
		json_add_int(o, "numa_node", d->numa_node);
	json_add_str(o, "sriov_role", sriov_role_word(d->sriov_role));
	if (d->sriov_role == HVCLAIM_SRIOV_ROLE_VF)
		json_add_addr(o, "pf", d->pf);
	if (d->sriov_role == HVCLAIM_SRIOV_ROLE_PF)
		json_add_int(o, "num_vfs", d->num_vfs);
	json_add_str(o, "state", dev_state_word(d->state));
	if (d->has_serial) {
		for (size_t i = 0; i < 8; i++)
			snprintf(buf + 3 * i, 4, "%02x-", (unsigned int)(d->serial >> (56 - 8 * i) & 0xff));
		buf[23] = '\0';
		json_add_str(o, "serial", buf);
	}
	if (d->claim)
		json_add_int(o, "claim", d->claim);
	json_opt_str(o, "owner", d->owner);
	if (d->has_verdict) {
		json_add_str(o, "verdict", severity_word(d->verdict));
		json_object_object_add(o, "findings", json_findings(&d->findings, ctx));
	}
	return o;
}

static struct json_object *json_fn(const struct claim_fn *fn)
{
	struct json_object *o = json_object_new_object();

	json_add_addr(o, "address", fn->addr);
	json_opt_str(o, "path", fn->path);
	json_add_str(o, "state", fn_state_word(fn->state));
	json_opt_str(o, "host_driver", fn->host_driver);
	json_opt_str(o, "host_override", fn->host_override);
	json_opt_str(o, "driver", fn->driver);
	if (fn->error) {
		json_add_int(o, "error", fn->error);
		json_add_str(o, "error_msg", strerror(-fn->error));
	}
	if (fn->vendor || fn->device) {
		add_id(o, "vendor", fn->vendor);
		add_id(o, "device", fn->device);
	}
	if (fn->state == HVCLAIM_FN_STATE_HELD) {
		struct json_object *list = json_object_new_array();
		char *nodes[2];
		size_t n = vfio_nodes(fn->addr, nodes);

		for (size_t i = 0; i < n; i++) {
			json_object_array_add(list, json_object_new_string(nodes[i]));
			free(nodes[i]);
		}
		json_object_object_add(o, "nodes", list);
	}
	return o;
}

struct json_object *json_claim(const struct claim *c, struct explain_ctx *ctx)
{
	struct json_object *o = json_object_new_object();
	struct json_object *list = json_object_new_array();

	if (c->id)
		json_add_int(o, "id", c->id);
	json_add_str(o, "owner", c->owner);
	json_add_str(o, "state", claim_state_word(c->state));
	json_opt_str(o, "backend", c->backend);
	json_opt_str(o, "driver", c->driver);
	json_add_str(o, "lifetime", lifetime_word(c->lifetime));
	for (size_t i = 0; i < c->n_fns; i++)
		json_object_array_add(list, json_fn(&c->fns[i]));
	json_object_object_add(o, "functions", list);
	list = json_object_new_array();
	for (unsigned int i = 0; i < 64; i++)
		if (c->allow & 1ull << i)
			json_object_array_add(list, json_object_new_string(reason_word(i)));
	json_object_object_add(o, "allow", list);
	json_add_int(o, "deadline", c->deadline);
	json_opt_str(o, "command", c->command);
	add_uint(o, "since", c->since);
	if (c->error)
		json_add_int(o, "error", c->error);
	json_opt_str(o, "error_msg", c->error_msg);
	json_object_object_add(o, "findings", json_findings(&c->findings, ctx));
	json_add_int(o, "uid", c->uid);
	if (c->has_login_uid)
		json_add_int(o, "login_uid", c->login_uid);
	json_add_int(o, "pid", c->pid);
	json_add_bool(o, "when_idle", c->when_idle);
	if (c->rule)
		json_add_int(o, "rule", c->rule);
	return o;
}

struct json_object *json_group(const struct group *g, struct explain_ctx *ctx)
{
	struct json_object *o = json_object_new_object();
	struct json_object *list = json_object_new_array();

	json_add_int(o, "id", g->id);
	json_opt_str(o, "domain_type", g->domain_type);
	json_add_bool(o, "viable", g->viable);
	for (size_t i = 0; i < g->n_members; i++) {
		struct json_object *m = json_object_new_object();

		json_add_addr(m, "address", g->members[i].addr);
		json_opt_str(m, "driver", g->members[i].driver);
		add_class(m, g->members[i].class);
		json_add_str(m, "state", dev_state_word(g->members[i].state));
		json_object_array_add(list, m);
	}
	json_object_object_add(o, "members", list);
	json_object_object_add(o, "findings", json_findings(&g->findings, ctx));
	return o;
}
