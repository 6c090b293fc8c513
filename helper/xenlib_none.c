// SPDX-License-Identifier: GPL-2.0-only
/*
 * xenlib_none.c - in place of xenlib.c where the helper is built without the headers of libxl
 */
#include <errno.h>

#include "hostfs.h"
#include "xenlib.h"

int xenlib_open(struct xenlib **lib, char **err)
{
	(void)lib;
	*err = text_fmt("this hvclaim was built without libxl (libxen-dev)");
	return -EOPNOTSUPP;
}

void xenlib_close(struct xenlib *lib)
{
	(void)lib;
}

bool xenlib_has_iommu(struct xenlib *lib)
{
	(void)lib;
	return true;
}

int xenlib_quarantine(struct xenlib *lib, struct addr a, const char *name, char **err)
{
	(void)lib;
	(void)a;
	(void)name;
	(void)err;
	return -EOPNOTSUPP;
}

int xenlib_unquarantine(struct xenlib *lib, struct addr a, char **err)
{
	(void)lib;
	(void)a;
	(void)err;
	return -EOPNOTSUPP;
}
