// SPDX-License-Identifier: GPL-2.0-only
/*
 * xml.c - reading libvirt's XML
 */
#include <string.h>

#include "device/model.h"
#include "lib/xml.h"

xmlDoc *xml_read(const char *path)
{
	return xmlReadFile(path, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
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

	xmlFree(text);
	return s;
}

char *xml_text(xmlNode *n)
{
	return n ? copy(xmlNodeGetContent(n)) : NULL;
}

char *xml_attribute(xmlNode *n, const char *name)
{
	return n ? copy(xmlGetProp(n, (const xmlChar *)name)) : NULL;
}
