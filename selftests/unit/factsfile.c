// SPDX-License-Identifier: GPL-2.0-only
/*
 * factsfile.c - facts, requests and expected findings from a text file
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/pci.h>
#include "acs.h"
#include "factsfile.h"

#define HVC_REASONS (HVCLAIM_REASON_NUMA_FAR + 1)

static const char *const severities[] = { "note", "ask", "fatal" };

/** struct reader - where a file is read, and what the next line belongs to */
struct reader {
	struct facts_file *f;
	const char *path;
	unsigned int line;
	struct hvc_fact_group *group;
	struct hvc_fact_fn *fn;
	struct facts_case *c;
	char *rest;
};

static void __attribute__((noreturn)) bad(const struct reader *r, const char *what)
{
	errx(2, "%s:%u: bad or misplaced \"%s\"", r->path, r->line, what);
}

/* One more element in an array of @n of @size bytes each; zeroed */
static void *append(void *array, unsigned int *n, size_t size)
{
	char **p = array;

	*p = realloc(*p, (*n + 1) * size);
	if (!*p)
		err(2, "out of memory");
	memset(*p + *n * size, 0, size);
	return *p + (*n)++ * size;
}

static char *word(struct reader *r)
{
	return strtok_r(NULL, " \t", &r->rest);
}

/* The value of a word "key=value", or NULL when it is another word */
static const char *value(const char *w, const char *key)
{
	size_t n = strlen(key);

	return !strncmp(w, key, n) && w[n] == '=' ? w + n + 1 : NULL;
}

static void read_addr(struct reader *r, struct hvc_addr *addr)
{
	const char *w = word(r);
	unsigned int bus, dev, fn;

	if (!w || sscanf(w, "%x:%x.%x", &bus, &dev, &fn) != 3)
		bad(r, w ? w : "end of line");
	*addr = (struct hvc_addr){ .bus = bus, .devfn = PCI_DEVFN(dev, fn) };
}

static void read_pair(struct reader *r, const char *v, const char *fmt, uint32_t *a, uint32_t *b)
{
	if (sscanf(v, fmt, a, b) != 2)
		bad(r, v);
}

static void read_ids(struct reader *r, const char *v, uint16_t *vendor, uint16_t *device)
{
	uint32_t a, b;

	read_pair(r, v, "%x:%x", &a, &b);
	*vendor = a;
	*device = b;
}

/* A word that describes a function */
static bool other_word(struct hvc_fact_other *o, const char *w)
{
	const char *v;

	if ((v = value(w, "class")))
		o->class = strtoul(v, NULL, 16);
	else if ((v = value(w, "hdr")))
		o->hdr_type = strtoul(v, NULL, 0);
	else if ((v = value(w, "driver")))
		snprintf(o->driver, sizeof(o->driver), "%s", v);
	else if ((v = value(w, "owner")))
		snprintf(o->owner, sizeof(o->owner), "%s", v);
	else if ((v = value(w, "claim")))
		o->claim = strtoul(v, NULL, 0);
	else if (!strcmp(w, "managed"))
		o->managed = true;
	else if (!strcmp(w, "requested"))
		o->requested = true;
	else
		return false;
	return true;
}

static void read_other(struct reader *r, struct hvc_fact_other *o)
{
	char *w;

	read_addr(r, &o->addr);
	while ((w = word(r)))
		if (!other_word(o, w))
			bad(r, w);
}

static int group_index(struct reader *r, uint32_t id)
{
	unsigned int i;

	for (i = 0; i < r->f->facts.n_groups; i++)
		if (r->f->facts.groups[i].id == id)
			return i;
	bad(r, "group");
}

static void read_fn(struct reader *r)
{
	struct hvc_fact_fn *fn = append(&r->f->facts.fns, &r->f->facts.n_fns, sizeof(*fn));
	const char *v;
	char *w;

	r->fn = fn;
	r->group = NULL;
	fn->group = -1;
	read_addr(r, &fn->self.addr);
	while ((w = word(r))) {
		if ((v = value(w, "group")))
			fn->group = group_index(r, strtoul(v, NULL, 0));
		else if ((v = value(w, "id")))
			read_ids(r, v, &fn->vendor, &fn->device);
		else if ((v = value(w, "pin")))
			read_ids(r, v, &fn->pin_vendor, &fn->pin_device);
		else if ((v = value(w, "vfs")))
			fn->num_vfs = strtoul(v, NULL, 0);
		else if (!strcmp(w, "coherent"))
			fn->coherent = true;
		else if (!strcmp(w, "intremap"))
			fn->intremap = true;
		else if (!strcmp(w, "reset"))
			fn->has_reset = true;
		else if (!strcmp(w, "boot-vga"))
			fn->boot_vga = true;
		else if (!strcmp(w, "in-domain"))
			r->fn->in_domain = true;
		else if (!strcmp(w, "protected"))
			fn->protected = true;
		else if (!other_word(&fn->self, w))
			bad(r, w);
	}
}

static void read_resv(struct reader *r)
{
	struct hvc_fact_resv *v;
	char *type = word(r), *range = word(r), *shared = word(r);

	if (!r->group && !r->fn)
		bad(r, "resv");
	v = r->group ? append(&r->group->resv, &r->group->n_resv, sizeof(*v))
		     : append(&r->fn->resv, &r->fn->n_resv, sizeof(*v));
	if (!range || sscanf(range, "%" SCNx64 "-%" SCNx64, &v->start, &v->end) != 2)
		bad(r, "range");
	if (strcmp(type, "direct") && strcmp(type, "relaxable"))
		bad(r, type);
	v->type = strcmp(type, "direct") ? HVC_RESV_DIRECT_RELAXABLE : HVC_RESV_DIRECT;
	v->shared = shared && !strcmp(shared, "shared");
}

static u8 pcie_type(struct reader *r, const char *name)
{
	static const struct {
		const char *name;
		u8 type;
	} types[] = {
		{ "endpoint", PCI_EXP_TYPE_ENDPOINT },
		{ "legacy", PCI_EXP_TYPE_LEG_END },
		{ "root-port", PCI_EXP_TYPE_ROOT_PORT },
		{ "upstream", PCI_EXP_TYPE_UPSTREAM },
		{ "downstream", PCI_EXP_TYPE_DOWNSTREAM },
		{ "to-pci", PCI_EXP_TYPE_PCI_BRIDGE },
		{ "to-pcie", PCI_EXP_TYPE_PCIE_BRIDGE },
		{ "integrated", PCI_EXP_TYPE_RC_END },
		{ "pci", HVC_PCIE_NONE },
	};
	unsigned int i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (!strcmp(types[i].name, name))
			return types[i].type;
	bad(r, name);
}

static const char acs_letters[] = "SRCU"; /* in the order of enum hvclaim_acs */

static const char *read_acs(const char *s, u8 *bits)
{
	const char *l;

	for (; *s && *s != '/'; s++)
		if ((l = strchr(acs_letters, *s)))
			*bits |= 1 << (l - acs_letters);
	return *s ? s + 1 : s;
}

static void read_hop(struct reader *r)
{
	struct hvc_fact_hop *hop;
	uint32_t first, second;
	const char *v;
	char *w;

	if (!r->fn)
		bad(r, "hop");
	hop = append(&r->fn->hops, &r->fn->n_hops, sizeof(*hop));
	read_addr(r, &hop->addr);
	while ((w = word(r))) {
		if ((v = value(w, "type"))) {
			hop->pcie_type = pcie_type(r, v);
		} else if ((v = value(w, "id"))) {
			read_ids(r, v, &hop->vendor, &hop->device);
		} else if ((v = value(w, "acs"))) {
			hop->acs.present = true;
			read_acs(read_acs(v, &hop->acs.cap), &hop->acs.ctrl);
		} else if ((v = value(w, "regs"))) {
			read_pair(r, v, "%x/%x", &first, &second);
			hop->acs = hvc_acs_decode(first, second, hvc_acs_is_spt(hop->vendor, hop->device));
		} else if (!strcmp(w, "mf")) {
			hop->multifunction = true;
		} else if (!strcmp(w, "in-group")) {
			hop->in_group = true;
		} else if (!strcmp(w, "peers-outside")) {
			hop->peers_outside = true;
		} else if (!strcmp(w, "quirk")) {
			hop->quirk_on = true;
		} else {
			bad(r, w);
		}
	}
}

static void read_netdev(struct reader *r)
{
	struct hvc_fact_netdev *nd;
	const char *v;
	char *w = word(r);

	if (!r->fn || !w)
		bad(r, "netdev");
	nd = append(&r->fn->netdevs, &r->fn->n_netdevs, sizeof(*nd));
	snprintf(nd->name, sizeof(nd->name), "%s", w);
	while ((w = word(r))) {
		if ((v = value(w, "upper")))
			snprintf(nd->upper, sizeof(nd->upper), "%s", v);
		else if (!strcmp(w, "up"))
			nd->up = true;
		else if (!strcmp(w, "netns"))
			nd->netns_other = true;
		else
			bad(r, w);
	}
}

static uint64_t read_allow(struct reader *r, const char *v)
{
	char *list = strdup(v), *state = NULL, *name;
	uint64_t allow = 0;
	unsigned int i;

	for (name = strtok_r(list, ",", &state); name; name = strtok_r(NULL, ",", &state)) {
		for (i = 0; i < HVC_REASONS && strcmp(hvc_reason_name(i), name); i++)
			;
		if (i == HVC_REASONS)
			bad(r, name);
		allow |= 1ULL << i;
	}
	free(list);
	return allow;
}

static void read_request(struct reader *r, bool release)
{
	const char *v;
	char *w;

	if (!r->c)
		bad(r, "claim");
	r->c->release = release;
	while ((w = word(r))) {
		if ((v = value(w, "owner")))
			snprintf(r->c->owner, sizeof(r->c->owner), "%s", v);
		else if ((v = value(w, "allow")))
			r->c->allow = read_allow(r, v);
		else if ((v = value(w, "same")))
			r->c->same = strtoul(v, NULL, 0);
		else if (!strcmp(w, "trusted"))
			r->c->trusted = true;
		else
			bad(r, w);
	}
}

/* The rest of the line, without the blanks around it */
static char *rest(struct reader *r)
{
	char *s = r->rest + strspn(r->rest, " \t"), *end = s + strlen(s);

	while (end > s && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	return strndup(s, end - s);
}

/* Statements that take the rest of the line as it is */
static bool read_text(struct reader *r, const char *key)
{
	struct facts_case *c = r->c;

	if (!strcmp(key, "test")) {
		r->c = append(&r->f->cases, &r->f->n_cases, sizeof(*r->c));
		r->c->name = rest(r);
	} else if (!strcmp(key, "expect") && c && c->n_expect < CASE_EXPECT_MAX) {
		c->expect[c->n_expect++] = rest(r);
	} else if (!strcmp(key, "verdict") && c) {
		c->verdict = rest(r);
	} else {
		return false;
	}
	return true;
}

static void read_group(struct reader *r)
{
	char *id = word(r), *owned = word(r);

	r->fn = NULL;
	r->group = append(&r->f->facts.groups, &r->f->facts.n_groups, sizeof(*r->group));
	r->group->id = id ? strtoul(id, NULL, 0) : 0;
	r->group->owned = owned && !strcmp(owned, "owned");
}

static void read_statement(struct reader *r, const char *key)
{
	if (read_text(r, key))
		return;
	if (!strcmp(key, "xen") || !strcmp(key, "xen-no-iommu") || !strcmp(key, "xen-unknown")) {
		r->f->facts.xen = true;
		r->f->facts.xen_no_iommu = !strcmp(key + 3, "-no-iommu");
		r->f->facts.xen_unknown = !strcmp(key + 3, "-unknown");
	} else if (!strcmp(key, "group")) {
		read_group(r);
	} else if (!strcmp(key, "resv")) {
		read_resv(r);
	} else if (!strcmp(key, "member") && r->group) {
		read_other(r,
			   append(&r->group->members, &r->group->n_members, sizeof(struct hvc_fact_other)));
	} else if (!strcmp(key, "fn")) {
		read_fn(r);
	} else if (!strcmp(key, "pf") && r->fn) {
		r->fn->is_vf = true;
		read_other(r, &r->fn->pf);
	} else if (!strcmp(key, "sibling") && r->fn) {
		read_other(r, append(&r->fn->siblings, &r->fn->n_siblings, sizeof(struct hvc_fact_other)));
	} else if (!strcmp(key, "intx") && r->fn) {
		r->fn->intx_shared = true;
		read_other(r, &r->fn->intx_other);
	} else if (!strcmp(key, "hop")) {
		read_hop(r);
	} else if (!strcmp(key, "netdev")) {
		read_netdev(r);
	} else if (!strcmp(key, "claim") || !strcmp(key, "release")) {
		read_request(r, key[0] == 'r');
	} else {
		bad(r, key);
	}
}

void facts_file_read(struct facts_file *f, const char *path)
{
	struct reader r = { .f = f, .path = path };
	FILE *in = fopen(path, "r");
	char *line = NULL, *key;
	size_t size = 0;

	if (!in)
		err(2, "%s", path);
	while (getline(&line, &size, in) >= 0) {
		r.line++;
		line[strcspn(line, "#\n")] = '\0';
		key = strtok_r(line, " \t", &r.rest);
		if (key)
			read_statement(&r, key);
	}
	free(line);
	fclose(in);
}

void facts_file_free(struct facts_file *f)
{
	unsigned int i, k;

	for (i = 0; i < f->facts.n_fns; i++) {
		free(f->facts.fns[i].hops);
		free(f->facts.fns[i].netdevs);
		free(f->facts.fns[i].siblings);
		free(f->facts.fns[i].resv);
	}
	for (i = 0; i < f->facts.n_groups; i++) {
		free(f->facts.groups[i].resv);
		free(f->facts.groups[i].members);
	}
	for (i = 0; i < f->n_cases; i++) {
		for (k = 0; k < f->cases[i].n_expect; k++)
			free(f->cases[i].expect[k]);
		free(f->cases[i].verdict);
		free(f->cases[i].name);
	}
	free(f->facts.fns);
	free(f->facts.groups);
	free(f->cases);
}

static void add_acs(FILE *out, const char *key, u8 bits)
{
	unsigned int i;

	fprintf(out, " %s=%s", key, bits ? "" : "-");
	for (i = 0; acs_letters[i]; i++)
		if (bits & (1 << i))
			fputc(acs_letters[i], out);
}

void finding_text(const struct hvc_finding *f, char *buf, size_t size)
{
	FILE *out = fmemopen(buf, size, "w");

	fprintf(out, "%s %s %02x:%02x.%x", severity_text(f->severity), hvc_reason_name(f->reason),
		f->function.bus, PCI_SLOT(f->function.devfn), PCI_FUNC(f->function.devfn));
	if (f->group >= 0)
		fprintf(out, " group=%d", f->group);
	if (f->has_other)
		fprintf(out, " other=%02x:%02x.%x", f->other.bus, PCI_SLOT(f->other.devfn),
			PCI_FUNC(f->other.devfn));
	if (f->driver[0])
		fprintf(out, " driver=%s", f->driver);
	if (f->end)
		fprintf(out, " range=0x%" PRIx64 "-0x%" PRIx64, f->start, f->end);
	if (f->acs_missing) {
		add_acs(out, "missing", f->acs_missing);
		add_acs(out, "capable", f->acs_capable);
	}
	if (f->netdev[0])
		fprintf(out, " netdev=%s %s", f->netdev,
			f->netdev_use == HVCLAIM_NETDEV_USE_UP ? "up" : "upper");
	if (f->upper[0])
		fprintf(out, "=%s", f->upper);
	if (f->netns_other)
		fprintf(out, " netns");
	if (f->claim)
		fprintf(out, " claim=%u owner=%s", f->claim, f->owner);
	if (f->allowed)
		fprintf(out, " allowed");
	fclose(out);
}

const char *severity_text(enum hvclaim_severity severity)
{
	return severities[severity];
}
