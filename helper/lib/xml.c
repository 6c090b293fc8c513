// SPDX-License-Identifier: GPL-2.0-only
/*
 * xml.c - reading libvirt's XML
 */
#include <stddef.h>
#include <string.h>

#include "device/model.h"
#include "lib/late.h"
#include "lib/xml.h"

#define FUNCTIONS(X) \
	X(xmlDocGetRootElement) X(xmlFree) X(xmlFreeDoc) X(xmlGetProp) X(xmlNodeGetContent) X(xmlReadFile)

LATE_DECLARE(libxml2, FUNCTIONS);
LATE_DEFINE(libxml2, FUNCTIONS);

int xml_read(const char *path, xmlDoc **doc)
{
	int rc = LATE_LOAD(libxml2);

	if (!rc)
		*doc = libxml2.xmlReadFile(path, NULL,
					   XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	return rc;
}

void xml_doc_freep(xmlDoc **doc)
{
	if (*doc)
		libxml2.xmlFreeDoc(*doc);
}

xmlNode *xml_root(xmlDoc *doc)
{
	return doc ? libxml2.xmlDocGetRootElement(doc) : NULL;
}

bool xml_is(const xmlNode *n, const char *name)
{
	return n->type == XML_ELEMENT_NODE && !strcmp((const char *)n->name, name);
}

xmlNode *xml_child(xmlNode *n, const char *name)
{
	for (n = n ? n->children : NULL; n; n = n->next)
		if (xml_is(n, name))
			return n;
	return NULL;
}

/* libxml2's strings need not be from malloc() */
static char *copy(xmlChar *text)
{
	char *s = text ? strdup((const char *)text) : NULL;

	/* a variable of theirs */
	(*libxml2.xmlFree)(text);
	return s;
}

char *xml_text(xmlNode *n)
{
	return n ? copy(libxml2.xmlNodeGetContent(n)) : NULL;
}

char *xml_attribute(xmlNode *n, const char *name)
{
	return n ? copy(libxml2.xmlGetProp(n, (const xmlChar *)name)) : NULL;
}
