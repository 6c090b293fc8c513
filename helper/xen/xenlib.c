// SPDX-License-Identifier: GPL-2.0-only
/*
 * xenlib.c - libxl and libxenctrl of the Xen that runs, loaded at run time
 */
#define _GNU_SOURCE 1
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/hostfs.h"
#include "xen/xenlib_priv.h"

static int find_functions(struct xenlib *lib)
{
	const struct {
		void *library;
		const char *name;
		void *to;
	} functions[] = {
		{ lib->xl, "libxl_ctx_alloc", &lib->ctx_alloc },
		{ lib->xl, "libxl_ctx_free", &lib->ctx_free },
		{ lib->xl, "libxl_device_pci_init", &lib->pci_init },
		{ lib->xl, "libxl_device_pci_dispose", &lib->pci_dispose },
		{ lib->xl, "libxl_device_pci_assignable_add", &lib->assignable_add },
		{ lib->xl, "libxl_get_physinfo", &lib->get_physinfo },
		{ lib->xl, "libxl_physinfo_init", &lib->physinfo_init },
		{ lib->xl, "libxl_physinfo_dispose", &lib->physinfo_dispose },
		{ lib->ctrl, "xc_interface_open", &lib->xc_open },
		{ lib->ctrl, "xc_interface_close", &lib->xc_close },
		{ lib->ctrl, "xc_deassign_device", &lib->deassign_device },
		{ lib->log, "xtl_createlogger_stdiostream", &lib->logger_new },
		{ lib->log, "xtl_logger_destroy", &lib->logger_free },
	};

	for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++) {
		void *function = dlsym(functions[i].library, functions[i].name);

		if (!function)
			return -ENOENT;
		memcpy(functions[i].to, &function, sizeof(function));
	}
	return 0;
}

static int connect_to(struct xenlib *lib)
{
	lib->log_stream = open_memstream(&lib->text, &lib->text_len);
	if (!lib->log_stream)
		return -ENOMEM;
	lib->logger = (xentoollog_logger *)lib->logger_new(lib->log_stream, XTL_ERROR,
							   XTL_STDIOSTREAM_HIDE_PROGRESS);
	if (!lib->logger)
		return -ENOMEM;
	lib->xc = lib->xc_open(lib->logger, lib->logger, 0);
	return lib->xc ? 0 : -EIO;
}

bool xenlib_have_libxl(struct xenlib *lib)
{
	return lib->ctx || !lib->ctx_alloc(&lib->ctx, LIBXL_VERSION, 0, lib->logger);
}

/* The version that runs, as the kernel tells it: "4.17" */
static char *running_version(void)
{
	_cleanup_(freep) char *major = hostfs_read(NULL, "%s/hypervisor/version/major", hostfs_default.sysfs);
	_cleanup_(freep) char *minor = hostfs_read(NULL, "%s/hypervisor/version/minor", hostfs_default.sysfs);

	return major && minor ? text_fmt("%s.%s", major, minor) : NULL;
}

static void *load(const char *library, const char *version)
{
	_cleanup_(freep) char *name = text_fmt("lib%s.so.%s", library, version);

	return name ? dlopen(name, RTLD_NOW | RTLD_LOCAL) : NULL;
}

char *xenlib_last_words(struct xenlib *lib)
{
	char *line, *end;

	if (!lib->log_stream || fflush(lib->log_stream) || lib->text_len == lib->text_told)
		return NULL;
	line = lib->text + lib->text_told;
	lib->text_told = lib->text_len;
	end = strchrnul(line, '\n');
	/* "libxl: error: libxl_pci.c:848:libxl__device_pci_assignable_add: failed to quarantine 0000:02:00.0" */
	for (int i = 0; i < 3; i++) {
		char *next = strstr(line, ": ");

		if (next && next < end)
			line = next + 2;
	}
	return strndup(line, (size_t)(end - line));
}

int xenlib_open(struct xenlib **lib, char **err)
{
	_cleanup_(freep) char *version = running_version();
	struct xenlib *l;
	int rc;

	if (!version || strcmp(version, HVC_XEN_VERSION)) {
		*err = text_fmt("this hvclaim was built for the libraries of Xen %s, and Xen %s runs",
				HVC_XEN_VERSION, version ? version : "of an unknown version");
		return -EOPNOTSUPP;
	}
	if (access("/dev/xen/privcmd", F_OK)) {
		*err = text_fmt("Xen's tools have not been started: there is no /dev/xen/privcmd");
		return -ENXIO;
	}
	l = calloc(1, sizeof(*l));
	if (!l)
		return -ENOMEM;
	l->xl = load("xenlight", version);
	l->ctrl = load("xenctrl", version);
	l->log = dlopen("libxentoollog.so.1", RTLD_NOW | RTLD_LOCAL);
	rc = l->xl && l->ctrl && l->log ? find_functions(l) : -ENOENT;
	if (rc)
		*err = text_fmt("the libraries of Xen %s are not there: install xen-utils-%s", version,
				version);
	if (!rc)
		rc = connect_to(l);
	if (rc && !*err) {
		_cleanup_(freep) char *words = xenlib_last_words(l);

		*err = text_fmt("libxl: %s", words ? words : strerror(-rc));
	}
	if (rc) {
		xenlib_close(l);
		return rc;
	}
	*lib = l;
	return 0;
}

void xenlib_close(struct xenlib *lib)
{
	if (!lib)
		return;
	if (lib->xc)
		lib->xc_close(lib->xc);
	if (lib->ctx)
		lib->ctx_free(lib->ctx);
	if (lib->logger)
		lib->logger_free(lib->logger);
	if (lib->log_stream)
		fclose(lib->log_stream);
	free(lib->text);
	free(lib->qos);
	/* the libraries stay: libxl leaves handlers behind that point into itself */
	free(lib);
}

bool xenlib_has_iommu(struct xenlib *lib)
{
	libxl_physinfo info;
	bool has = true;

	if (!xenlib_have_libxl(lib))
		return true;
	lib->physinfo_init(&info);
	if (!lib->get_physinfo(lib->ctx, &info))
		has = info.cap_hvm_directio;
	lib->physinfo_dispose(&info);
	return has;
}

int xenlib_quarantine(struct xenlib *lib, struct addr a, const char *name, char **err)
{
	_cleanup_(freep) char *words = NULL;
	libxl_device_pci pci;
	char buf[ADDR_STR_LEN];
	int rc;

	lib->pci_init(&pci);
	pci.domain = (int)a.domain;
	pci.bus = a.bus;
	pci.dev = a.devfn >> 3;
	pci.func = a.devfn & 7;
	pci.name = name ? strdup(name) : NULL;
	rc = name && !pci.name ? -ENOMEM : 0;
	if (!rc && (!xenlib_have_libxl(lib) || lib->assignable_add(lib->ctx, &pci, 1)))
		rc = -EIO;
	lib->pci_dispose(&pci);
	words = xenlib_last_words(lib);
	if (rc)
		*err = text_fmt("%s: libxl: %s", addr_str(a, buf), words ? words : strerror(-rc));
	return rc;
}

int xenlib_unquarantine(struct xenlib *lib, struct addr a, char **err)
{
	_cleanup_(freep) char *words = NULL;
	char buf[ADDR_STR_LEN];
	int rc = 0;

	if (lib->deassign_device(lib->xc, DOMID_IO, a.domain << 16 | (uint32_t)a.bus << 8 | a.devfn))
		rc = errno == ENODEV ? 0 : -errno;
	words = xenlib_last_words(lib);
	if (rc)
		*err = text_fmt("%s: Xen does not let it out of the quarantine: %s", addr_str(a, buf),
				strerror(-rc));
	return rc;
}
