/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's know ASCII only, and take any value */
#ifndef SHIM_CTYPE_H
#define SHIM_CTYPE_H

static inline int shim_isascii(int c)
{
	return c >= 0 && c < 0x80;
}

static inline int shim_isdigit(int c)
{
	return c >= '0' && c <= '9';
}

static inline int shim_isgraph(int c)
{
	return c > ' ' && c < 0x7f;
}

static inline int shim_isxdigit(int c)
{
	return shim_isdigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static inline int shim_tolower(int c)
{
	return c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c;
}

#define isascii(c)  shim_isascii(c)
#define isdigit(c)  shim_isdigit(c)
#define isgraph(c)  shim_isgraph(c)
#define isxdigit(c) shim_isxdigit(c)
#define tolower(c)  shim_tolower(c)

#endif
