/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xml.h - reading libvirt's XML
 */
#ifndef HVCLAIM_XML_H
#define HVCLAIM_XML_H

#include <stdbool.h>

#include <libxml/parser.h>

/** xml_doc_freep() - for _cleanup_() of model.h; NULL is fine */
void xml_doc_freep(xmlDoc **doc);

/** xml_read() - a file; without a word @doc stays NULL when it is none; 0 or -ELIBACC */
int xml_read(const char *path, xmlDoc **doc);

/** xml_root() - the element that holds all others; or NULL */
xmlNode *xml_root(xmlDoc *doc);

/** xml_is() - whether a node is an element of that name */
bool xml_is(const xmlNode *n, const char *name);

/** xml_child() - the first element of that name below a node, which may be NULL; or NULL */
xmlNode *xml_child(xmlNode *n, const char *name);

/** xml_text() - what an element holds, or an attribute of it; a string to be freed with free(), or NULL */
char *xml_text(xmlNode *n);
char *xml_attribute(xmlNode *n, const char *name);

#endif
