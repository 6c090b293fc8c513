/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * config.h - /etc/hvclaim/hvclaim.yaml
 */
#ifndef HVCLAIM_CONFIG_H
#define HVCLAIM_CONFIG_H

#include <stddef.h>

#include "config/qos.h"

#define CONFIG_FILE "/etc/hvclaim/hvclaim.yaml"

/** struct config_name - one alias, and where it was set */
struct config_name {
	char *name, *selector;
	char *file;
	size_t line;
};

/** struct config - what the files say; read the lists, look up with config_alias(), qos_guest_find() */
struct config {
	struct config_name *aliases;
	size_t n_aliases;
	struct qos qos;
	char **files; /* that were read; what is in @qos points to them */
	size_t n_files;
};

/**
 * config_load() - read the configuration
 * @file: path, or NULL for CONFIG_FILE
 * @out: set to the configuration, to be freed with config_free()
 * @err: set to a string to be freed: "FILE:LINE: what is wrong and what is expected"
 *
 * conf.d/ next to the file is merged, *.yaml in alphabetical order. A missing default file is an empty
 * configuration; a missing @file is an error. Selectors are text here, and not judged.
 *
 * Files of more than 1 MiB, and those that no person would write (config_priv.h has the limits), are refused:
 * reading takes some megabytes and moments at most.
 *
 * Return: 0, -ENOENT, -EFBIG, -EINVAL (what the file says is wrong), -ENOMEM, or another negative errno.
 */
int config_load(const char *file, struct config **out, char **err);

/**
 * config_alias() - look up an alias
 *
 * Return: the selector's text, owned by the configuration, or NULL.
 */
const char *config_alias(const struct config *cfg, const char *name);

/** config_free() - NULL is fine */
void config_free(struct config *cfg);

#endif
