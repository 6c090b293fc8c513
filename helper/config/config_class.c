// SPDX-License-Identifier: GPL-2.0-only
/*
 * config_class.c - classes: parts of caches and of memory bandwidth; pure
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <string.h>

#include "config/config_priv.h"
#include "lib/units.h"

#define IDS_MAX 1024 /* caches or memory controllers that a class can name one by one */

/** struct reading - the share of one resource being read */
struct reading {
	struct qos_share *share;
	enum rdt_res res;
};

static int read_amount(struct source *s, const struct at *at, const struct node *value, enum rdt_res res,
		       struct amount *out)
{
	const char *text = config_text(value);

	if (rdt_is_cache(res)) {
		if (text && units_cache(text, out))
			return 0;
		return config_expected(s, at, value,
				       "a size such as 12MiB, a share such as 30%, a number of ways such as "
				       "\"3 ways\" or a mask such as 0x0f, none of them 0");
	}
	if (text && units_bandwidth(text, out))
		return 0;
	return config_expected(s, at, value,
			       "a share such as 50%, a rate such as 4GB/s, or max, none of them 0");
}

static int read_one(struct source *s, const struct at *at, const struct node *value, void *dst)
{
	const struct reading *r = dst;
	struct qos_share *share = r->share;
	struct qos_id_amount *one;
	uint64_t id;

	if (!strcmp(at->key, "all"))
		return read_amount(s, at, value, r->res, &share->all);
	if (!units_number(at->key, 0, UINT32_MAX, &id))
		return config_wrong(s, at, at->line, "expected all, or the id of a %s",
				    rdt_is_cache(r->res) ? "cache" : "memory controller");
	if (share->n_ids == IDS_MAX)
		return config_wrong(s, at, at->line, "expected at most %d ids", IDS_MAX);
	one = append(share->ids, share->n_ids);
	if (!one)
		return -ENOMEM;
	one->id = (uint32_t)id;
	one->line = at->line;
	return read_amount(s, at, value, r->res, &one->amount);
}

/* @key->min is the resource */
static int read_share(struct source *s, const struct at *at, const struct node *value, const struct key *key,
		      void *dst)
{
	struct qos_share *share = dst;
	struct reading r = { share, (enum rdt_res)key->min };
	int rc;

	share->line = at->line;
	if (config_text(value))
		return read_amount(s, at, value, r.res, &share->all);
	rc = config_each(s, at, value, "an amount, or lines of all: AMOUNT and ID: AMOUNT", read_one, &r);
	if (!rc && share->all.kind == AMOUNT_NONE && !share->n_ids)
		rc = config_wrong(s, at, at->line,
				  "expected an amount, or lines of all: AMOUNT and ID: AMOUNT");
	return rc;
}

static int read_partition(struct source *s, const struct at *at, const struct node *value,
			  const struct key *key, void *dst)
{
	const char *text = config_text(value);
	enum qos_partition *p = dst;

	(void)key;
	if (text && !strcmp(text, "exclusive"))
		*p = PARTITION_EXCLUSIVE;
	else if (text && !strcmp(text, "shared"))
		*p = PARTITION_SHARED;
	else
		return config_expected(s, at, value, "exclusive or shared");
	return 0;
}

static bool has_cache(const struct qos_class *c)
{
	for (enum rdt_res r = 0; r < RDT_RESOURCES; r++)
		if (rdt_is_cache(r) && c->res[r].line)
			return true;
	return false;
}

#define SHARE(r)                                                                     \
	{                                                                            \
#r, read_share, offsetof(struct qos_class, res[RDT_##r]), RDT_##r, 0 \
	}

static int read_class(struct source *s, const struct at *at, const struct node *value, void *dst)
{
	static const struct key keys[] = {
		{ "partition", read_partition, offsetof(struct qos_class, partition), 0, 0 },
		SHARE(L3),
		SHARE(L3CODE),
		SHARE(L3DATA),
		SHARE(L2),
		SHARE(L2CODE),
		SHARE(L2DATA),
		SHARE(MB),
		SHARE(SMBA),
	};
	struct config *cfg = dst;
	const struct qos_class *old;
	struct qos_class *c;
	int rc;

	if (!config_name_ok(at->key))
		return config_wrong(s, at, at->line,
				    "expected a name of letters, digits, - _ and . that starts with a letter "
				    "or digit and has at most %d of them",
				    QOS_NAME_MAX);
	old = qos_class_find(&cfg->qos, at->key);
	if (old)
		return config_wrong(s, at, at->line, "set already in %s:%zu", old->file, old->line);
	if (cfg->qos.n_classes == CONFIG_CLASSES_MAX)
		return config_wrong(s, at, at->line, "expected at most %d classes", CONFIG_CLASSES_MAX);
	c = append(cfg->qos.classes, cfg->qos.n_classes);
	if (!c)
		return -ENOMEM;
	c->file = s->file;
	c->line = at->line;
	c->name = strdup(at->key);
	if (!c->name)
		return -ENOMEM;
	rc = config_map(s, at, value, keys, sizeof(keys) / sizeof(keys[0]), c, NULL);
	if (rc)
		return rc;
	if (!has_cache(c) && c->partition == PARTITION_EXCLUSIVE)
		return config_wrong(s, at, at->line, "partition: exclusive: expected L3 or L2 with it");
	if (!has_cache(c) && !c->res[RDT_MB].line && !c->res[RDT_SMBA].line)
		return config_wrong(s, at, at->line, "expected at least one of L3, L2 and MB");
	return 0;
}

int config_read_classes(struct source *s, const struct at *at, const struct node *value,
			const struct key *key, void *dst)
{
	(void)key;
	return config_each(s, at, value, "lines of NAME: CLASS", read_class, dst);
}
