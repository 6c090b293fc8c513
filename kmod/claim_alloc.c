// SPDX-License-Identifier: GPL-2.0-only
/*
 * claim_alloc.c - a claim's memory: its functions, its names and its texts
 */
#include <linux/mutex.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "claim.h"
#include "machine.h"

/* in place of a text that is not there */
static const char hvc_no_text[] = "";

static void hvc_text_free(const char *text)
{
	if (text != hvc_no_text)
		kfree(text);
}

static const char *hvc_text_dup(const char *text)
{
	return *text ? kstrdup(text, GFP_KERNEL) : hvc_no_text;
}

static void hvc_claim_free(struct kref *ref)
{
	struct hvc_claim *claim = container_of(ref, struct hvc_claim, ref);
	unsigned int i;

	for (i = 0; i < claim->n; i++) {
		hvc_dev_put(claim->fns[i].dev);
		hvc_text_free(claim->fns[i].host_driver);
		hvc_text_free(claim->fns[i].host_override);
	}
	hvc_text_free(claim->error_msg);
	hvc_findings_free(&claim->findings);
	kvfree(claim);
}

void hvc_claim_put(struct hvc_claim *claim)
{
	kref_put(&claim->ref, hvc_claim_free);
}

/* A name's place among those behind a claim's functions; @at moves behind it */
static const char *hvc_name_put(char **at, const char *name)
{
	size_t size = strlen(name) + 1;
	char *to = *at;

	*at += size;
	return memcpy(to, name, size);
}

struct hvc_claim *hvc_claim_alloc(unsigned int n, const char *owner, const char *command, const char *driver)
{
	size_t names = strlen(owner) + strlen(command) + strlen(driver) + 3;
	struct hvc_claim *claim;
	unsigned int i;
	char *at;

	claim = kvzalloc(size_add(struct_size(claim, fns, n), names), GFP_KERNEL);
	if (!claim)
		return NULL;
	at = (char *)claim + struct_size(claim, fns, n);
	claim->owner = hvc_name_put(&at, owner);
	claim->command = hvc_name_put(&at, command);
	claim->driver = hvc_name_put(&at, driver);
	claim->error_msg = hvc_no_text;
	claim->n = n;
	kref_init(&claim->ref);
	INIT_LIST_HEAD(&claim->node);
	INIT_LIST_HEAD(&claim->sock_node);
	INIT_WORK(&claim->work, hvc_machine_work);
	init_waitqueue_head(&claim->step);
	for (i = 0; i < n; i++) {
		claim->fns[i].claim = claim;
		claim->fns[i].host_driver = hvc_no_text;
		claim->fns[i].host_override = hvc_no_text;
		INIT_LIST_HEAD(&claim->fns[i].await_node);
		INIT_WORK(&claim->fns[i].work, hvc_machine_step);
	}
	return claim;
}

void hvc_claim_unsay(struct hvc_claim *claim)
{
	lockdep_assert_held(&hvc_ledger_lock);
	hvc_text_free(claim->error_msg);
	claim->error_msg = hvc_no_text;
}

void hvc_claim_say(struct hvc_claim *claim, const char *fmt, ...)
{
	va_list args;

	hvc_claim_unsay(claim);
	va_start(args, fmt);
	claim->error_msg = kvasprintf(GFP_KERNEL, fmt, args) ?: hvc_no_text;
	va_end(args);
}

int hvc_fn_remember(struct hvc_claim_fn *fn, const char *driver, const char *override)
{
	const char *host_driver = hvc_text_dup(driver), *host_override = hvc_text_dup(override);

	if (!host_driver || !host_override) {
		hvc_text_free(host_driver);
		hvc_text_free(host_override);
		return -ENOMEM;
	}
	mutex_lock(&hvc_ledger_lock);
	fn->host_driver = host_driver;
	fn->host_override = host_override;
	fn->saved = true;
	mutex_unlock(&hvc_ledger_lock);
	return 0;
}
