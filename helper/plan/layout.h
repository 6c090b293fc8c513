/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * layout.h - which parts of caches and bandwidth each class has; pure
 *
 * A space is the ways of one cache: exclusive classes are side by side in it, from the lowest way up and away
 * from ways that the hardware shares; then come the shared ones, which may overlap each other, from the
 * highest down; ways that the host keeps are where the hardware shares them, or at the top. The same file and
 * the same foreign groups give the same layout, whatever is programmed now: so an apply that was cut short is
 * completed by the next one.
 */
#ifndef HVCLAIM_LAYOUT_H
#define HVCLAIM_LAYOUT_H

#include "host/caps.h"
#include "config/qos.h"

struct planner;

/** struct ask - what a class wants of one resource in one space */
struct ask {
	uint64_t fixed;	   /* a mask that the file names; 0: none */
	unsigned int ways; /* how many; 0: nothing is wanted */
	uint64_t mask;	   /* what it gets; 0: what is left for all */
	bool same;	   /* of data: has the mask of code */
	size_t line;
};

/** struct space - the ways of one cache */
struct space {
	const struct rdt_resource *r;
	enum rdt_res res[2]; /* L3; or L3CODE and L3DATA */
	size_t n_res;
	const struct rdt_dom *dom;
	unsigned int ways;
	uint64_t taken;	 /* by groups of others that want to be alone */
	uint64_t wished; /* by other groups of others */
	char *takers;	 /* whose groups these are, in brackets; NULL: nobody's */
	uint64_t closed; /* by groups of others in mode exclusive or locked: the kernel forbids these */
	uint64_t others; /* all that groups of others may use, asked for or not */
	unsigned int host_ways; /* that the file keeps back for the host */
	uint64_t host;		/* these, or without them the least that the root class must have */
};

/** struct layout_class - a class that guests of the file have */
struct layout_class {
	const struct qos_class *class;
	char *name;	  /* of its group in resctrl */
	size_t group;	  /* index of the class whose group it shares; its own index mostly */
	struct ask *asks; /* [space][2] */
	size_t n_asks;
	uint64_t *bw[2]; /* MB and SMBA by domain; NULL: not in the class */
	size_t n_bw[2];
	char *why;	    /* how sizes became ways */
	char *lacks[KNOBS]; /* what the host cannot do for it, in words; to be told to each of its guests */
};

/** struct layout - all classes and spaces */
struct layout {
	struct layout_class *v;
	size_t n;
	struct space *spaces;
	size_t n_spaces;
	bool failed; /* no place for what is wanted: there are errors */
};

/**
 * layout_make() - find a place for every class
 *
 * For all classes that guests of the file have; if they do not fit, for those of running guests. When these do
 * not fit either, the plan gets errors with the arithmetic.
 *
 * Return: 0 or -ENOMEM.
 */
int layout_make(struct planner *p, struct layout *out);

/** layout_all() - the same for all classes that guests of the file have, whether they run or not */
int layout_all(struct planner *p, struct layout *out);

/**
 * layout_class_ids() - how many classes there can be: a class needs its id in all resources
 *
 * Return: the number with the root's; UINT32_MAX when nothing can be divided.
 */
uint32_t layout_class_ids(const struct caps_rdt *rdt);

/** layout_find() - the index of a class, or -1 */
int layout_find(const struct layout *l, const char *name);

/** layout_free() - free what it owns, and make it empty */
void layout_free(struct layout *l);

/* Between layout*.c: */

/** struct layout_errors - lines that tell what does not fit */
struct layout_errors {
	char **v;
	size_t n;
};

/** layout_error() - add "FILE:LINE: classes: NAME: words"; 0 or -ENOMEM */
int layout_error(struct layout_errors *e, const struct qos_class *c, size_t line, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/** layout_spaces() - the spaces of a host, with what others have taken; 0 or -ENOMEM */
int layout_spaces(struct layout *l, const struct caps_rdt *rdt, const struct qos_host *host);

/** layout_asks() - what each class wants, in ways and bandwidth; 0 or -ENOMEM */
int layout_asks(struct layout *l, const struct caps_rdt *rdt, struct layout_errors *e);

/** layout_place() - find the masks of all classes in one space; 0 or -ENOMEM */
int layout_place(struct layout *l, size_t space, struct layout_errors *e);

/** layout_ids() - share class ids when there are too few; 0 or -ENOMEM */
int layout_ids(struct layout *l, const struct caps_rdt *rdt, struct layout_errors *e);

/** layout_ask() - what a class wants of one resource of a space */
static inline struct ask *layout_ask(const struct layout *l, size_t class, size_t space, size_t res)
{
	return &l->v[class].asks[space * 2 + res];
}

#endif
