// SPDX-License-Identifier: GPL-2.0-only
/*
 * late_json.c - json-c, loaded when the first value is made: most of what people type prints none
 *
 * These have the names of the library's own functions, so that whoever makes JSON knows nothing of it.
 */
#include <json-c/json.h>

#include "lib/late.h"

#define FUNCTIONS(X)                 \
	X(json_object_array_add)     \
	X(json_object_array_get_idx) \
	X(json_object_array_length)  \
	X(json_object_get)           \
	X(json_object_get_string)    \
	X(json_object_new_array)     \
	X(json_object_new_boolean)   \
	X(json_object_new_int)       \
	X(json_object_new_int64)     \
	X(json_object_new_object)    \
	X(json_object_new_string)    \
	X(json_object_new_uint64)    \
	X(json_object_object_add)    \
	X(json_object_put)           \
	X(json_object_to_json_string_ext)

LATE_DECLARE(libjson_c, FUNCTIONS);
LATE_DEFINE(libjson_c, FUNCTIONS);

#define STAND_IN(...) LATE_STAND_IN(libjson_c, __VA_ARGS__)

STAND_IN(int, json_object_array_add, (struct json_object * o, struct json_object *value), (o, value))
STAND_IN(struct json_object *, json_object_array_get_idx, (const struct json_object *o, size_t i), (o, i))
STAND_IN(size_t, json_object_array_length, (const struct json_object *o), (o))
STAND_IN(struct json_object *, json_object_get, (struct json_object * o), (o))
STAND_IN(const char *, json_object_get_string, (struct json_object * o), (o))
STAND_IN(struct json_object *, json_object_new_array, (void), ())
STAND_IN(struct json_object *, json_object_new_boolean, (json_bool b), (b))
STAND_IN(struct json_object *, json_object_new_int, (int32_t i), (i))
STAND_IN(struct json_object *, json_object_new_int64, (int64_t i), (i))
STAND_IN(struct json_object *, json_object_new_object, (void), ())
STAND_IN(struct json_object *, json_object_new_string, (const char *s), (s))
STAND_IN(struct json_object *, json_object_new_uint64, (uint64_t i), (i))
STAND_IN(int, json_object_object_add, (struct json_object * o, const char *key, struct json_object *value),
	 (o, key, value))
STAND_IN(int, json_object_put, (struct json_object * o), (o))
STAND_IN(const char *, json_object_to_json_string_ext, (struct json_object * o, int flags), (o, flags))
