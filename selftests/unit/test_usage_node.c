// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_usage_node.c - nodes, interfaces, libvirt, framebuffers and external ports, on trees
 *
 * Addresses of interfaces are the one thing that comes from the real host: those of lo, which the tree
 * puts below a virtio function.
 */
#define _GNU_SOURCE 1
#include "usage_tree.h"

static void character(const char *where, const char *devno, const char *subsystem, const char *node)
{
	char path[512], text[128], to[512];

	snprintf(path, sizeof(path), "sys/devices/%s/uevent", where);
	snprintf(text, sizeof(text), "MAJOR=1\nDEVNAME=%s\n", node);
	tree_file(&t, path, text);
	snprintf(path, sizeof(path), "sys/devices/%s/subsystem", where);
	snprintf(to, sizeof(to), "/sys/class/%s", subsystem);
	tree_link(&t, path, to);
	snprintf(path, sizeof(path), "sys/dev/char/%s", devno);
	snprintf(to, sizeof(to), "/sys/devices/%s", where);
	tree_link(&t, path, to);
}

static void open_gpu_and_sound_nodes_name_their_users(void **state)
{
	(void)state;
	pci("0000:00:01.0");
	pci("0000:00:02.0");
	character("pci0000:00/0000:00:01.0/drm/card7", "226:7", "drm", "dri/card7");
	character("pci0000:00/0000:00:01.0/drm/renderD199", "226:199", "drm", "dri/renderD199");
	character("pci0000:00/0000:00:02.0/sound/card7/controlC7", "116:7", "sound", "snd/controlC7");
	character("pci0000:00/0000:00:02.0/sound/card7/pcmC7D0p", "116:8", "sound", "snd/pcmC7D0p");
	expect("0000:00:01.0", NULL);
	open_fd("1234", "Xorg\n", "5", "/dev/dri/card7");
	open_fd("1234", "Xorg\n", "6", "/dev/dri/card7");
	open_fd("1300", "a\n", "5", "/dev/dri/card7");
	open_fd("1301", "b\n", "5", "/dev/dri/card7");
	open_fd("1302", "c\n", "5", "/dev/dri/card7");
	open_fd("1400", "pipewire\n", "5", "/dev/snd/controlC7");
	tree_file(&t, "proc/driver/nvidia/gpus/0000:00:01.0/information", "Model: X\nDevice Minor: \t 3\n");
	open_fd("1500", "cuda\n", "3", "/dev/nvidia3");
	/* the order of /proc in the tree is the file system's: one finding has three of four, in any order */
	{
		struct findings got = { 0 };
		struct dev dev = { .addr = { .devfn = 8 }, .vendor = 0x10de };
		struct devs all = { &dev, 1 };
		struct usage *u = usage_new(&fs);

		assert_int_equal(usage_dev(u, &dev, &all, &got), 0);
		assert_int_equal(got.n, 2);
		assert_int_equal(strncmp(got.v[0].detail, "/dev/dri/card7 is open by ", 26), 0);
		assert_non_null(strstr(got.v[0].detail, " and 1 more"));
		assert_string_equal(got.v[1].detail, "/dev/nvidia3 is open by cuda (1500)");
		findings_free(&got);
		usage_free(u);
	}
	expect("0000:00:02.0", NULL);
	/* a name is whatever the process likes: it is shown, and does nothing to the terminal */
	open_fd("1401", "a\033[2Jlay\n", "5", "/dev/snd/pcmC7D0p");
	expect("0000:00:02.0", "/dev/snd/pcmC7D0p is open by a?[2Jlay (1401)", NULL);
}

static void routes_and_addresses_count_through_bonds_and_vlans(void **state)
{
	(void)state;
	pci("0000:00:01.0");
	pci("0000:00:02.0");
	tree_dir(&t, "sys/devices/pci0000:00/0000:00:01.0/net/eth7");
	tree_dir(&t, "sys/devices/virtual/net/bond7");
	tree_dir(&t, "sys/devices/virtual/net/bond7.5");
	tree_dir(&t, "sys/devices/pci0000:00/0000:00:02.0/virtio0/net/lo");
	tree_link(&t, "sys/class/net/eth7", "/sys/devices/pci0000:00/0000:00:01.0/net/eth7");
	tree_link(&t, "sys/class/net/lo", "/sys/devices/pci0000:00/0000:00:02.0/virtio0/net/lo");
	tree_link(&t, "sys/class/net/bond7", "/sys/devices/virtual/net/bond7");
	tree_link(&t, "sys/class/net/bond7.5", "/sys/devices/virtual/net/bond7.5");
	tree_link(&t, "sys/devices/pci0000:00/0000:00:01.0/net/eth7/upper_bond7",
		  "/sys/devices/virtual/net/bond7");
	tree_link(&t, "sys/devices/virtual/net/bond7/upper_bond7.5", "/sys/devices/virtual/net/bond7.5");
	tree_link(&t, "sys/devices/virtual/net/bond7.5/upper_bond7",
		  "/sys/devices/virtual/net/bond7"); /* a loop */
	tree_file(&t, "proc/net/route",
		  "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
		  "bond7.5\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
		  "lo\t00000000\t010200C0\t0003\t0\t0\t0\t00000080\t0\t0\t0\n" /* half of all */
		  "eth7\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n");
	tree_file(&t, "proc/net/ipv6_route",
		  "00000000000000000000000000000000 01 00000000000000000000000000000000 00 "
		  "00000000000000000000000000000000 00000400 00000001 00000000 00000001    bond7\n"
		  "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
		  "fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth7\n"
		  "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
		  "00000000000000000000000000000000 ffffffff 00000001 00000000 00200201       lo\n");
	expect("0000:00:01.0", "the IPv6 default route goes through eth7",
	       "the default route goes through bond7.5, on eth7", NULL);
	{
		struct findings got = { 0 };
		struct dev dev = { .addr = { .devfn = 16 } };
		struct devs all = { &dev, 1 };
		struct usage *u = usage_new(&fs);

		assert_int_equal(usage_dev(u, &dev, &all, &got), 0);
		assert_int_equal(got.n, 1);
		assert_int_equal(strncmp(got.v[0].detail, "lo has the address", 18), 0);
		assert_non_null(strstr(got.v[0].detail, "127.0.0.1/8"));
		findings_free(&got);
		usage_free(u);
	}
}

static void libvirt_guests_that_manage_the_function_are_named(void **state)
{
	(void)state;
	pci("0000:00:01.0");
	pci("0000:00:02.0");
	tree_file(&t, "libvirt/web1.xml",
		  "<domain type='kvm'><name>web1</name><devices>"
		  "<hostdev mode='subsystem' type='pci' managed='yes'><driver name='vfio'/><source>"
		  "<address domain='0x0000' bus='0x00' slot='0x01' function='0x0'/></source></hostdev>"
		  "<interface type='hostdev' managed='no'><source>"
		  "<address type='pci' domain='0x0000' bus='0x00' slot='0x02' "
		  "function='0x0'/></source></interface>"
		  "</devices></domain>");
	tree_file(&t, "libvirt/broken.xml", "<domain><devices>");
	expect("0000:00:01.0", "libvirt takes it by itself for guest web1 (managed='yes')", NULL);
	expect("0000:00:02.0", NULL);
}

static void external_and_framebuffer_are_findings_of_their_own(void **state)
{
	struct findings got = { 0 };
	struct dev dev = { .class = 0x030200 };
	struct devs all = { &dev, 1 };
	struct usage *u;

	(void)state;
	tree_dir(&t, "sys/devices/pci0000:00/0000:00:1c.0/0000:03:00.0/0000:04:00.0");
	tree_file(&t, "sys/devices/pci0000:00/0000:00:1c.0/removable", "fixed\n");
	tree_file(&t, "sys/devices/pci0000:00/0000:00:1c.0/0000:03:00.0/removable", "removable\n");
	tree_file(&t, "sys/devices/pci0000:00/0000:00:1c.0/0000:03:00.0/0000:04:00.0/removable",
		  "removable\n");
	tree_link(&t, "sys/bus/pci/devices/0000:04:00.0",
		  "/sys/devices/pci0000:00/0000:00:1c.0/0000:03:00.0/0000:04:00.0");
	tree_file(&t, "proc/iomem",
		  "c0000000-cfffffff : PCI Bus 0000:00\n  c0000000-c0ffffff : 0000:00:02.0\n    "
		  "c0000000-c02fffff : efifb\n"
		  "  c1000000-c1ffffff : 0000:04:00.0\n    c1000000-c12fffff : BOOTFB\n");
	assert_true(addr_parse("0000:04:00.0", &dev.addr));
	u = usage_new(&fs);
	assert_int_equal(usage_dev(u, &dev, &all, &got), 0);
	assert_int_equal(got.n, 2);
	assert_int_equal(got.v[0].reason, HVCLAIM_REASON_BOOT_VGA);
	assert_int_equal(got.v[0].severity, HVCLAIM_SEVERITY_ASK);
	assert_int_equal(got.v[1].reason, HVCLAIM_REASON_EXTERNAL);
	assert_int_equal(got.v[1].severity, HVCLAIM_SEVERITY_NOTE);
	assert_true(got.v[1].has_other);
	assert_int_equal(got.v[1].other.bus, 3);
	findings_free(&got);
	tree_file(&t, "proc/iomem", "c1000000-c1ffffff : 0000:04:00.0\nc2000000-c22fffff : BOOTFB\n");
	assert_int_equal(usage_dev(u, &dev, &all, &got), 0);
	assert_int_equal(got.n, 1);
	findings_free(&got);
	usage_free(u);
}

/* The kernel puts a virtual function beside its physical one: there it is looked for, also by its own nodes. */
static void a_virtual_function_is_beside_its_physical_one(void **state)
{
	struct findings got = { 0 };
	struct dev devs[] = {
		{ .addr = { .bus = 3 }, .sriov_role = HVCLAIM_SRIOV_ROLE_PF },
		{ .addr = { .bus = 3, .devfn = 1 }, .sriov_role = HVCLAIM_SRIOV_ROLE_VF, .pf = { .bus = 3 } },
		{ .addr = { .bus = 4, .devfn = 2 }, .sriov_role = HVCLAIM_SRIOV_ROLE_VF, .pf = { .bus = 3 } },
	};
	struct devs all = { devs, 3 };
	struct usage *u = usage_new(&fs);

	(void)state;
	tree_file(&t, "sys/devices/pci0000:00/0000:00:1c.0/0000:03:00.0/removable", "removable\n");
	tree_link(&t, "sys/bus/pci/devices/0000:03:00.0",
		  "/sys/devices/pci0000:00/0000:00:1c.0/0000:03:00.0");
	character("pci0000:00/0000:00:1c.0/0000:03:00.1/drm/renderD199", "226:199", "drm", "dri/renderD199");
	character("pci0000:00/0000:00:1c.0/0000:04:00.2/drm/renderD198", "226:198", "drm", "dri/renderD198");
	open_fd("1300", "a\n", "5", "/dev/dri/renderD199");
	open_fd("1400", "b\n", "5", "/dev/dri/renderD198");
	for (size_t i = 0; i < all.n; i++)
		assert_int_equal(usage_dev(u, &devs[i], &all, &got), 0);
	assert_int_equal(got.n, 5);
	assert_int_equal(got.v[0].reason, HVCLAIM_REASON_EXTERNAL);
	assert_string_equal(got.v[1].detail, "/dev/dri/renderD199 is open by a (1300)");
	assert_int_equal(got.v[2].reason, HVCLAIM_REASON_EXTERNAL);
	assert_false(got.v[2].has_other);
	assert_string_equal(got.v[3].detail, "/dev/dri/renderD198 is open by b (1400)");
	assert_int_equal(got.v[4].reason, HVCLAIM_REASON_EXTERNAL);
	assert_false(addr_cmp(got.v[4].function, devs[2].addr));
	findings_free(&got);
	usage_free(u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(open_gpu_and_sound_nodes_name_their_users),
		TEST(routes_and_addresses_count_through_bonds_and_vlans),
		TEST(libvirt_guests_that_manage_the_function_are_named),
		TEST(external_and_framebuffer_are_findings_of_their_own),
		TEST(a_virtual_function_is_beside_its_physical_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
