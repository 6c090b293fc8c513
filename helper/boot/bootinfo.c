// SPDX-License-Identifier: GPL-2.0-only
/*
 * bootinfo.c - the record of this boot, and the initramfs of the next one
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "boot/bootfile.h"
#include "boot/bootinfo.h"

static int take_line(struct bootinfo *info, char *line)
{
	char *value = strchr(line, ' ');

	if (!strcmp(line, "disabled"))
		info->disabled = true;
	if (!value)
		return 0;
	*value++ = '\0';
	if (!strcmp(line, "rule"))
		return rule_list_add(&info->rules, value);
	if (!strcmp(line, "tried"))
		return rule_list_add(&info->tried, value);
	if (!strcmp(line, "parked"))
		return rule_list_add(&info->parked, value);
	if (strcmp(line, "module") || !strcmp(value, "none"))
		return 0;
	free(info->module);
	info->module = strdup(value);
	return info->module ? 0 : -ENOMEM;
}

int bootinfo_load(const struct hostfs *fs, struct bootinfo *out)
{
	_cleanup_(freep) char *text = hostfs_read(NULL, "%s/hvclaim/initramfs", fs->run);
	char *save = NULL;
	int rc = 0;

	*out = (struct bootinfo){ .initramfs = text };
	if (!text) {
		text = hostfs_read(NULL, "%s/hvclaim/system", fs->run);
		out->late = text;
	}
	for (char *line = text ? strtok_r(text, "\n", &save) : NULL; !rc && line;
	     line = strtok_r(NULL, "\n", &save))
		rc = take_line(out, line);
	if (rc)
		bootinfo_free(out);
	return rc;
}

void bootinfo_free(struct bootinfo *info)
{
	free(info->module);
	rule_list_free(&info->rules);
	rule_list_free(&info->tried);
	rule_list_free(&info->parked);
	*info = (struct bootinfo){ 0 };
}

/* When one of our files was changed last; 0 when there is none. */
static struct timespec changed(const struct hostfs *fs)
{
	struct timespec last = { 0 };

	for (int i = BOOT_FILE; i <= BOOT_TRIAL; i++) {
		_cleanup_(freep) char *path = boot_file_name(fs, i);
		struct stat st;

		if (path && !stat(path, &st) &&
		    (st.st_mtim.tv_sec > last.tv_sec ||
		     (st.st_mtim.tv_sec == last.tv_sec && st.st_mtim.tv_nsec > last.tv_nsec)))
			last = st.st_mtim;
	}
	return last;
}

int initrd_find(const struct hostfs *fs, const char *release, struct initrd *out)
{
	/* Debian, Fedora, SUSE, then the layouts of kernel-install, below the machine's id */
	static const struct {
		const char *before, *after;
		bool machine;
	} places[] = {
		{ "/boot/initrd.img-", "", false },
		{ "/boot/initramfs-", ".img", false },
		{ "/boot/initrd-", "", false },
		{ "/efi/", "/initrd", true },
		{ "/boot/efi/", "/initrd", true },
		{ "/boot/", "/initrd", true },
		{ "/usr/lib/modules/", "/initrd", false },
	};
	_cleanup_(freep) char *machine = hostfs_read(NULL, "%s/etc/machine-id", fs->root);
	struct timespec last = changed(fs);

	*out = (struct initrd){ 0 };
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]) && !out->path; i++) {
		char *path = text_fmt("%s%s%s%s%s%s", fs->root, places[i].before,
				      places[i].machine ? (machine ? machine : "-") : "",
				      places[i].machine ? "/" : "", release, places[i].after);
		struct stat st;

		if (!path)
			return -ENOMEM;
		if (stat(path, &st) || !S_ISREG(st.st_mode)) {
			free(path);
			continue;
		}
		out->path = path;
		out->old = st.st_mtim.tv_sec < last.tv_sec ||
			   (st.st_mtim.tv_sec == last.tv_sec && st.st_mtim.tv_nsec < last.tv_nsec);
	}
	return 0;
}

static const char *const update_initramfs[] = { "update-initramfs", "-u", "-k", "all", NULL };
static const char *const dracut[] = { "dracut", "-f", "--regenerate-all", NULL };
static const char *const mkinitcpio[] = { "mkinitcpio", "-P", NULL };

const char *const *initrd_command(const struct hostfs *fs)
{
	static const char *const *const commands[] = { update_initramfs, dracut, mkinitcpio };
	static const char *const dirs[] = { "/usr/sbin", "/usr/bin", "/sbin", "/bin" };

	for (size_t c = 0; c < sizeof(commands) / sizeof(commands[0]); c++)
		for (size_t d = 0; d < sizeof(dirs) / sizeof(dirs[0]); d++) {
			_cleanup_(freep) char *path = text_fmt("%s%s/%s", fs->root, dirs[d], commands[c][0]);

			if (path && !access(path, X_OK))
				return commands[c];
		}
	return NULL;
}

int initrd_update(const char *const *command, char **err)
{
	pid_t child = fork();
	int status;

	*err = NULL;
	if (!child) {
		/* standard output is ours: it may be JSON */
		if (dup2(STDERR_FILENO, STDOUT_FILENO) >= 0)
			execvp(command[0], (char *const *)(uintptr_t)command);
		_exit(127);
	}
	if (child < 0) {
		*err = text_fmt("%s: %s", command[0], strerror(errno));
		return -1;
	}
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return 0;
	*err = text_fmt("%s failed (%s %d)", command[0], WIFEXITED(status) ? "status" : "signal",
			WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
	return -1;
}
