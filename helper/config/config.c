// SPDX-License-Identifier: GPL-2.0-only
/*
 * config.c - finding and reading the files of the configuration
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config/config_priv.h"
#include "lib/hostfs.h"

static int read_file(struct config *cfg, const char *file, char **err)
{
	_cleanup_(freep) char *text = NULL;
	size_t len;
	int rc;

	text = hostfs_read(&len, "%s", file);
	if (!text) {
		rc = -errno;
		*err = rc == -EFBIG
			       ? text_fmt("%s: larger than 1 MiB; expected a file that a person wrote", file)
			       : text_fmt("%s: %s", file, strerror(-rc));
		return rc;
	}
	return config_parse(cfg, file, text, len, err);
}

static int is_yaml(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return e->d_name[0] != '.' && n > 5 && !strcmp(e->d_name + n - 5, ".yaml");
}

static int read_more(struct config *cfg, const char *file, char **err)
{
	const char *slash = strrchr(file, '/');
	_cleanup_(freep) char *dir = slash ? text_fmt("%.*s/conf.d", (int)(slash - file), file)
					   : text_fmt("conf.d");
	struct dirent **found;
	int n, rc = 0;

	if (!dir)
		return -ENOMEM;
	n = scandir(dir, &found, is_yaml, alphasort);
	if (n < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (n < 0) {
		rc = -errno;
		*err = text_fmt("%s: %s", dir, strerror(-rc));
		return rc;
	}
	for (int i = 0; i < n; i++) {
		_cleanup_(freep) char *path = rc ? NULL : text_fmt("%s/%s", dir, found[i]->d_name);

		if (!rc)
			rc = path ? read_file(cfg, path, err) : -ENOMEM;
		free(found[i]);
	}
	free(found);
	return rc;
}

int config_load(const char *file, struct config **out, char **err)
{
	struct config *cfg = calloc(1, sizeof(*cfg));
	int rc;

	*out = NULL;
	*err = NULL;
	if (!cfg)
		return -ENOMEM;
	rc = read_file(cfg, file ? file : CONFIG_FILE, err);
	if (rc == -ENOENT && !file) {
		free(*err);
		*err = NULL;
		rc = 0;
	}
	if (!rc)
		rc = read_more(cfg, file ? file : CONFIG_FILE, err);
	if (!rc)
		rc = config_finish(cfg, err);
	if (rc) {
		config_free(cfg);
		return rc;
	}
	*out = cfg;
	return 0;
}
