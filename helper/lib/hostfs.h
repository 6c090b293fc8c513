/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hostfs.h - reading what the host tells in files, from injectable roots
 *
 * Everything that the helper knows of the host apart from netlink comes through here, so that the unit
 * tests can run the same code on directory trees.
 */
#ifndef HVCLAIM_HOSTFS_H
#define HVCLAIM_HOSTFS_H

#include <dirent.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/types.h>

#include "device/model.h"

/** struct hostfs - where the host's file systems are */
struct hostfs {
	const char *sysfs;   /* /sys */
	const char *proc;    /* /proc */
	const char *dev;     /* /dev */
	const char *libvirt; /* /etc/libvirt/qemu: definitions of its guests */
	const char *run;     /* /run */
	const char *pve;     /* /etc/pve: what Proxmox keeps of its guests */
	const char *root;    /* "": where everything else begins */
};

/** hostfs_default - the host that we run on */
extern const struct hostfs hostfs_default;

/* cleanup helpers, for _cleanup_() of model.h */
static inline void freep(char **s)
{
	free(*s);
}

static inline void closedirp(DIR **d)
{
	if (*d)
		closedir(*d);
}

/** text_fmt() - printf to a new string; NULL when memory is out */
char *text_fmt(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/** text_vfmt() - vprintf to a new string; NULL when memory is out */
char *text_vfmt(const char *fmt, va_list args) __attribute__((format(printf, 1, 0)));

/** TEXT_ARGS() - as text_fmt(), of the arguments behind @fmt that the function itself was called with */
#define TEXT_ARGS(fmt)                         \
	({                                     \
		va_list args_;                 \
		char *text_;                   \
		va_start(args_, fmt);          \
		text_ = text_vfmt(fmt, args_); \
		va_end(args_);                 \
		text_;                         \
	})

/**
 * text_add() - append to a string that is allocated, or NULL for none yet
 *
 * Return: 0, or -ENOMEM with the string unchanged.
 */
int text_add(char **s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/**
 * hostfs_read() - what a file holds, without the newline at its end
 *
 * The result is NUL-terminated; @len, when not NULL, gets the length for files that hold NULs. At most
 * 1 MiB is read.
 *
 * Return: a string to be freed, or NULL with errno.
 */
char *hostfs_read(size_t *len, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/**
 * hostfs_value() - what a file of /proc or /sys holds that the kernel makes in one piece
 *
 * As hostfs_read(), with one read(2) where that gives less than there is room for. Not for lists that grow with
 * the host: of these one read may give a part.
 *
 * Return: a string to be freed, or NULL with errno.
 */
char *hostfs_value(size_t *len, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** hostfs_real() - realpath() of a formatted path; a string to be freed, or NULL with errno */
char *hostfs_real(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/**
 * hostfs_device() - where a link of sysfs leads, as hostfs_real() tells it, with one system call
 *
 * Those in bus/, class/ and dev/ are relative, and lead to a directory below /sys/devices, where no other link is on the way.
 */
char *hostfs_device(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/** hostfs_link() - the last component of where a symbolic link points; a string to be freed, or NULL with errno */
char *hostfs_link(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/** hostfs_dir() - opendir() of a formatted path */
DIR *hostfs_dir(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/** dir_next() - the next entry of a directory that is not . or .., or NULL */
struct dirent *dir_next(DIR *d);

/** hostfs_dev() - the real path of a function's directory in sysfs; a string to be freed, or NULL with errno */
char *hostfs_dev(const struct hostfs *fs, struct addr a);

/** path_below() - whether a path is a directory's, or below it; both as realpath() gives them */
bool path_below(const char *path, const char *dir);

/** path_base() - the last component of a path */
const char *path_base(const char *path);

/**
 * addr_parse() - read DDDD:BB:SS.F, as the kernel names functions
 *
 * Return: whether the whole string is one.
 */
bool addr_parse(const char *s, struct addr *a);

#endif
