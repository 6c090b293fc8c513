// SPDX-License-Identifier: GPL-2.0-only
/*
 * info.c - hvclaim info: what module and host can do
 */
#include "device/report.h"
#include "device/target.h"
#include "lib/words.h"

static void print_json(const struct info *i)
{
	struct json_object *o = json_object_new_object();
	struct json_object *backends = json_object_new_array();

	for (size_t k = 0; k < i->n_backends; k++)
		json_object_array_add(backends, json_object_new_string(i->backends[k]));
	json_add_int(o, "api_version", i->api_version);
	json_add_str(o, "module_version", i->module_version);
	json_add_str(o, "hypervisor", hypervisor_word(i->hypervisor));
	json_add_str(o, "iommu", iommu_word(i->iommu));
	/* Xen keeps it to itself */
	if (i->hypervisor == HVCLAIM_HYPERVISOR_XEN_DOM0)
		json_object_object_add(o, "intremap", NULL);
	else
		json_add_bool(o, "intremap", i->intremap);
	json_object_object_add(o, "backends", backends);
	json_add_int(o, "claims", i->claims);
	json_add_int(o, "devices", i->devices);
	json_add_int(o, "generation", i->generation);
	json_add_int(o, "deadline", i->deadline);
	json_add_bool(o, "disabled", i->disabled);
	json_print(o);
}

static int run(void)
{
	_cleanup_(nl_closep) struct nl *nl = NULL;
	_cleanup_(info_free) struct info i = { 0 };
	int rc = module_open(&nl);

	if (rc)
		return rc;
	if (nl_info(nl, &i))
		return nl_failed(nl, "info");
	if (globals.json) {
		print_json(&i);
		return EXIT_DONE;
	}
	printf("module          %s (interface %u)\n", i.module_version, i.api_version);
	printf("hypervisor      %s\n", hypervisor_word(i.hypervisor));
	printf("IOMMU           %s\n", iommu_word(i.iommu));
	printf("interrupts      %s\n", i.hypervisor == HVCLAIM_HYPERVISOR_XEN_DOM0
					       ? "remapped or not: only Xen knows"
				       : i.intremap ? "remapped"
						    : "not remapped");
	printf("backends       ");
	for (size_t k = 0; k < i.n_backends; k++)
		printf(" %s", i.backends[k]);
	printf("%s\n", i.n_backends ? "" : " none");
	printf("functions       %u\n", i.devices);
	printf("claims          %u\n", i.claims);
	printf("deadline        %g s\n", i.deadline / 1000.0);
	if (i.disabled)
		printf("standing rules  off: the module was loaded with disable=1\n");
	return EXIT_DONE;
}

const struct hvc_cmd cmd_info = {
	.name = "info",
	.args = "",
	.doc = "tell what the module and this host can do",
	.run = run,
};
