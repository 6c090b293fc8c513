/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * config_priv.h - what the files config*.c share, and nobody else sees
 *
 * A file becomes a tree of struct node (config_tree.c). A mapping of it is a table of struct key: the keys that it may have,
 * and who reads their values. All reading of values goes through config_yaml.c, so that every error looks the same.
 */
#ifndef HVCLAIM_CONFIG_PRIV_H
#define HVCLAIM_CONFIG_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/append.h"
#include "config/config.h"

/*
 * Far more than any real file has. A file may have as many bytes as hostfs_read() takes, 1 MiB; with these, no
 * such file takes more than some megabytes and moments.
 */
#define CONFIG_EVENTS_MAX  100000 /* what libyaml tells of a file: every word and bracket */
#define CONFIG_VISITS_MAX  100000 /* values read, those behind YAML's anchors every time */
#define CONFIG_DEPTH_MAX   16
#define CONFIG_ANCHORS_MAX 100
#define CONFIG_GUESTS_MAX  4096
#define CONFIG_CLASSES_MAX 1024
#define CONFIG_ENTRIES_MAX 4096 /* of any mapping or list */

/** enum node_type - what a value of a file can be */
enum node_type {
	NODE_TEXT,
	NODE_MAP,
	NODE_LIST,
};

/** struct item - one of a mapping or of a list */
struct item {
	struct item *next;
	struct node *key; /* NULL in a list */
	struct node *value;
};

/** struct node - one value of a file, or a key; where an anchor is repeated it is in several places */
struct node {
	enum node_type type;
	size_t line;	  /* from 1 */
	const char *text; /* of NODE_TEXT; NUL follows it, and may be in it */
	size_t len;
	bool plain;		   /* of NODE_TEXT: without quotes */
	struct item *items, *last; /* of a mapping or list, in their order */
	size_t n;		   /* of @items */
};

/** struct source - one file being read */
struct source {
	struct config *cfg;
	const char *file; /* owned by @cfg */
	size_t visits;
	char **err;
};

/** struct at - where in the file we are: one key a level, the innermost first */
struct at {
	const struct at *up;
	const char *key; /* NULL: the top */
	size_t line;
};

/** struct key - one key that a mapping may have */
struct key {
	const char *name;
	/* Reads @value into @dst, which is the address of the mapping's struct plus @offset. */
	int (*read)(struct source *s, const struct at *at, const struct node *value, const struct key *key,
		    void *dst);
	size_t offset;
	uint64_t min, max; /* for numbers */
};

/** config_wrong() - set the error "FILE:LINE: KEY: KEY: words"; -EINVAL, or -ENOMEM */
int config_wrong(const struct source *s, const struct at *at, size_t line, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/** config_expected() - the same as "…: expected @what, found" the value's beginning */
int config_expected(const struct source *s, const struct at *at, const struct node *value, const char *what);

/** config_text() - a scalar without a NUL inside; NULL for anything else */
const char *config_text(const struct node *value);

/** config_empty() - whether there is nothing behind a key: all below it is commented out */
bool config_empty(const struct node *value);

/** config_nearest() - which of some words is most like one that is not among them; NULL when none is alike */
const char *config_nearest(const char *word, const char *const *words, size_t n);

/** config_name_ok() - letters, digits and some of "-_.", a letter or digit first, up to QOS_NAME_MAX */
bool config_name_ok(const char *name);

/**
 * config_map() - read a mapping with known keys
 * @keys: the keys; an unknown one is an error, and so is one that is there twice
 * @dst: the struct that the offsets of @keys are in
 * @seen: NULL, or an array of @n lines: where each key is, 0 where it is not
 */
int config_map(struct source *s, const struct at *at, const struct node *map, const struct key *keys,
	       size_t n, void *dst, size_t *seen);

/**
 * config_each() - read a mapping with keys of the user's choice
 * @what: for errors: "lines of NAME: CLASS"
 * @read: reads one value; @at has its key
 */
int config_each(struct source *s, const struct at *at, const struct node *map, const char *what,
		int (*read)(struct source *s, const struct at *at, const struct node *value, void *dst),
		void *dst);

/** config_items() - read a list of words, or one word */
int config_items(struct source *s, const struct at *at, const struct node *value, const char *what,
		 int (*read)(struct source *s, const struct at *at, const struct node *value,
			     const char *text, void *dst),
		 void *dst);

/* Readers of values, for struct key. @dst is in brackets. */
int config_read_number(struct source *s, const struct at *at, const struct node *value, const struct key *key,
		       void *dst); /* uint64_t from @min to @max */
int config_read_bool(struct source *s, const struct at *at, const struct node *value, const struct key *key,
		     void *dst); /* bool */
int config_read_list(struct source *s, const struct at *at, const struct node *value, const struct key *key,
		     void *dst); /* struct idset *, allocated; numbers up to @max */
int config_read_memory(struct source *s, const struct at *at, const struct node *value, const struct key *key,
		       void *dst); /* struct amount */
int config_read_word(struct source *s, const struct at *at, const struct node *value, const struct key *key,
		     void *dst); /* char *, allocated, not empty */

/* The parts of the file, for struct key; @dst is the struct config. */
int config_read_classes(struct source *s, const struct at *at, const struct node *value,
			const struct key *key, void *dst);
int config_read_guests(struct source *s, const struct at *at, const struct node *value, const struct key *key,
		       void *dst);
int config_read_host(struct source *s, const struct at *at, const struct node *value, const struct key *key,
		     void *dst);

/* Parts of a guest; @dst is the struct qos_guest. */
int config_read_match(struct source *s, const struct at *at, const struct node *value, const struct key *key,
		      void *dst);
int config_read_cpu(struct source *s, const struct at *at, const struct node *value, const struct key *key,
		    void *dst);
int config_read_pin(struct source *s, const struct at *at, const struct node *value, const struct key *key,
		    void *dst);
int config_read_numa(struct source *s, const struct at *at, const struct node *value, const struct key *key,
		     void *dst);
int config_read_io(struct source *s, const struct at *at, const struct node *value, const struct key *key,
		   void *dst);
int config_read_memory_map(struct source *s, const struct at *at, const struct node *value,
			   const struct key *key, void *dst);

/** struct config_tree - a file's values */
struct config_tree {
	struct node *root; /* NULL: nothing but comments */
	char **blocks;	   /* what nodes and texts are in */
	size_t n_blocks;
	size_t used, room; /* of the last one, in bytes */
};

/**
 * config_tree() - make a tree of a file's text; pure
 * @s: for errors
 * @out: filled; to be freed with config_tree_free(), also after an error
 *
 * What libyaml tells is judged while it comes: a hostile file has very many words, levels or anchors.
 *
 * Return: 0, -EINVAL with the error set, or -ENOMEM.
 */
int config_tree(const struct source *s, const char *text, size_t len, struct config_tree *out);
void config_tree_free(struct config_tree *t);

/**
 * config_parse() - add what one file says to a configuration; pure
 * @file: its name, for errors
 * @text: what it says
 * @len: bytes of @text
 * @err: set to a string to be freed
 *
 * Return: 0, -EINVAL or -ENOMEM; then the configuration may have a part of the file, and can only be freed.
 */
int config_parse(struct config *cfg, const char *file, const char *text, size_t len, char **err);

/**
 * config_finish() - judge what needs all files: names that refer to others; pure
 *
 * Return: as config_parse().
 */
int config_finish(struct config *cfg, char **err);

#endif
