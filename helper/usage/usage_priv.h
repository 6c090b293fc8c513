/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * usage_priv.h - what the files usage*.c share, and nobody else sees
 */
#ifndef HVCLAIM_USAGE_PRIV_H
#define HVCLAIM_USAGE_PRIV_H

#include <stdbool.h>
#include <sys/types.h>

#include "lib/hostfs.h"
#include "device/model.h"
#include "usage/usage.h"

/** struct bdev - one block device or partition */
struct bdev {
	char *name;    /* as in /sys/class/block */
	char *path;    /* real path in sysfs */
	char *dm_name; /* NULL unless device-mapper */
	char *dm_uuid;
	dev_t devno;
	int disk; /* index of the disk that it is a partition of, or -1 */
};

/** struct mnt - a mounted file system */
struct mnt {
	dev_t devno;
	char *source, *target, *fstype;
	char *where; /* which mount namespace, NULL for ours */
};

/** struct opener - a process with a node in /dev open */
struct opener {
	char *node;  /* below /dev */
	dev_t devno; /* 0 when not known */
	pid_t pid;
	int fd;
};

/** struct node - a character device of a driver */
struct node {
	char *node; /* below /dev */
	char *path; /* real path in sysfs */
	dev_t devno;
};

/** struct netif - a network interface */
struct netif {
	char *name;
	char *path; /* real path in sysfs */
};

/** struct hostdev - a function that a libvirt guest's definition names with managed='yes' */
struct hostdev {
	struct addr addr;
	char *guest;
};

/** struct place - where a function and its virtual functions are */
struct place {
	struct addr addr; /* of the function, the physical one */
	char *dir;	  /* its real path in sysfs; NULL when there is none */
	bool removable;	  /* behind an external port */
	struct addr topmost;
};

#define LIST(type)              \
	struct {                \
		struct type *v; \
		size_t n;       \
		bool loaded;    \
	}

/** struct usage - a look at the host */
struct usage {
	struct hostfs fs;
	struct place place; /* of the function that was asked for last */
	LIST(bdev) bdevs;
	LIST(mnt) mnts;
	LIST(opener) openers;
	LIST(node) nodes;
	LIST(netif) netifs;
	LIST(hostdev) hostdevs;
};

/*
 * Moves an entry to the end of a LIST and clears it, so that its cleanup has nothing to do; 0, or -ENOMEM
 * with the entry as it was.
 */
#define list_push(list, entry)                                                                \
	({                                                                                    \
		__typeof__((list)->v) v_ = realloc((list)->v, ((list)->n + 1) * sizeof(*v_)); \
		if (v_) {                                                                     \
			(list)->v = v_;                                                       \
			v_[(list)->n++] = *(entry);                                           \
			*(entry) = (__typeof__(*(entry))){ 0 };                               \
		}                                                                             \
		v_ ? 0 : -ENOMEM;                                                             \
	})

/* Free what an entry owns */
void bdev_clear(struct bdev *b);
void mnt_clear(struct mnt *m);
void opener_clear(struct opener *o);
void node_clear(struct node *n);
void netif_clear(struct netif *n);
void hostdev_clear(struct hostdev *h);

/** usage_say() - append a host-use finding in words */
int usage_say(struct findings *out, const struct dev *dev, enum hvclaim_severity severity, const char *fmt,
	      ...) __attribute__((format(printf, 4, 5)));

/* One each a file; @sysdir is the function's real path in sysfs. 0 or -ENOMEM. */
int usage_block(struct usage *u, const struct dev *dev, const char *sysdir, struct findings *out);
int usage_net(struct usage *u, const struct dev *dev, const char *sysdir, struct findings *out);
int usage_node(struct usage *u, const struct dev *dev, const char *sysdir, struct findings *out);
int usage_libvirt(struct usage *u, const struct dev *dev, struct findings *out);

/** usage_net_default() - whether a default route goes through a function, also over what is stacked on it; or -ENOMEM */
int usage_net_default(struct usage *u, const char *sysdir);

/* The inventory of usage_disks.c: loads once, 0 or -ENOMEM. */
int usage_load_bdevs(struct usage *u);
int usage_load_mnts(struct usage *u);

/** usage_bdev_named() - index of a block device by its name in sysfs, or -1 */
int usage_bdev_named(const struct usage *u, const char *name);

/** usage_bdev_at() - index of a block device by a path below /dev, or -1 */
int usage_bdev_at(const struct usage *u, const char *path);

/**
 * usage_openers() - who has a node open, in words
 * @node: below /dev
 * @devno: or 0
 * @writers: only those who may write to it
 * @words: set to "Xorg (1234) and 2 more", or NULL when nobody has; to be freed
 *
 * Return: 0, or -ENOMEM.
 */
int usage_openers(struct usage *u, const char *node, dev_t devno, bool writers, char **words);

#endif
