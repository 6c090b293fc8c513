// SPDX-License-Identifier: GPL-2.0-only
/*
 * xenlib_none.c - in place of xenlib.c where the helper is built without the headers of libxl
 */
#include <errno.h>

#include "lib/hostfs.h"
#include "xen/xenqos.h"

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

int xenqos_host(struct xenlib *lib, const struct hostfs *fs, struct caps *c, char **err)
{
	(void)lib;
	(void)fs;
	(void)c;
	(void)err;
	return -EOPNOTSUPP;
}

int xenqos_domains(struct xenlib *lib, const struct caps *c, struct guests *out, char **err)
{
	(void)lib;
	(void)c;
	(void)out;
	(void)err;
	return -EOPNOTSUPP;
}

bool xenqos_alive(struct xenlib *lib, uint32_t domid)
{
	(void)lib;
	(void)domid;
	return true;
}

int xenqos_weight(struct xenlib *lib, uint32_t domid, uint32_t weight, char **err)
{
	(void)lib;
	(void)domid;
	(void)weight;
	(void)err;
	return -EOPNOTSUPP;
}

int xenqos_cap(struct xenlib *lib, uint32_t domid, uint32_t cap, char **err)
{
	(void)lib;
	(void)domid;
	(void)cap;
	(void)err;
	return -EOPNOTSUPP;
}

int xenqos_affinity(struct xenlib *lib, uint32_t domid, uint32_t vcpu, const struct idset *hard,
		    const struct idset *soft, char **err)
{
	(void)lib;
	(void)domid;
	(void)vcpu;
	(void)hard;
	(void)soft;
	(void)err;
	return -EOPNOTSUPP;
}

int xenqos_move(struct xenlib *lib, uint32_t domid, const char *pool, char **err)
{
	(void)lib;
	(void)domid;
	(void)pool;
	(void)err;
	return -EOPNOTSUPP;
}

int xenqos_pool(struct xenlib *lib, const char *name, const struct idset *cpus, char **err)
{
	(void)lib;
	(void)name;
	(void)cpus;
	(void)err;
	return -EOPNOTSUPP;
}

int xenqos_value(struct xenlib *lib, uint32_t domid, enum rdt_res res, uint32_t socket, uint64_t value,
		 char **err)
{
	(void)lib;
	(void)domid;
	(void)res;
	(void)socket;
	(void)value;
	(void)err;
	return -EOPNOTSUPP;
}

int xenqos_monitor(struct xenlib *lib, uint32_t domid, bool on, char **err)
{
	(void)lib;
	(void)domid;
	(void)on;
	(void)err;
	return -EOPNOTSUPP;
}

struct xenqos_sample xenqos_read(struct xenlib *lib, uint32_t domid, uint32_t socket)
{
	(void)lib;
	(void)domid;
	(void)socket;
	return (struct xenqos_sample){ -1, -1, -1 };
}
