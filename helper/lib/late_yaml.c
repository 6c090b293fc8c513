// SPDX-License-Identifier: GPL-2.0-only
/*
 * late_yaml.c - libyaml, loaded when there is something to parse: many hosts have no configuration
 *
 * These have the names of the library's own functions, so that whoever reads YAML knows nothing of it.
 */
#include <yaml.h>

#include "lib/late.h"

#define FUNCTIONS(X)                   \
	X(yaml_document_delete)        \
	X(yaml_document_get_node)      \
	X(yaml_document_get_root_node) \
	X(yaml_event_delete)           \
	X(yaml_parser_delete)          \
	X(yaml_parser_initialize)      \
	X(yaml_parser_load)            \
	X(yaml_parser_parse)           \
	X(yaml_parser_set_input_string)

LATE_DECLARE(libyaml_0, FUNCTIONS);
LATE_DEFINE(libyaml_0, FUNCTIONS);

#define STAND_IN(...) LATE_STAND_IN(libyaml_0, __VA_ARGS__)

STAND_IN(void, yaml_document_delete, (yaml_document_t * document), (document))
STAND_IN(yaml_node_t *, yaml_document_get_node, (yaml_document_t * document, int index), (document, index))
STAND_IN(yaml_node_t *, yaml_document_get_root_node, (yaml_document_t * document), (document))
STAND_IN(void, yaml_event_delete, (yaml_event_t * event), (event))
STAND_IN(void, yaml_parser_delete, (yaml_parser_t * parser), (parser))
STAND_IN(int, yaml_parser_initialize, (yaml_parser_t * parser), (parser))
STAND_IN(int, yaml_parser_load, (yaml_parser_t * parser, yaml_document_t *document), (parser, document))
STAND_IN(int, yaml_parser_parse, (yaml_parser_t * parser, yaml_event_t *event), (parser, event))
STAND_IN(void, yaml_parser_set_input_string,
	 (yaml_parser_t * parser, const unsigned char *input, size_t size), (parser, input, size))
