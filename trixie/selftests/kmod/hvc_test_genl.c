// SPDX-License-Identifier: GPL-2.0-only
/* Another module's generic netlink family: it registers while hvclaim's requests are under way */
#include <linux/module.h>
#include <net/genetlink.h>

static struct genl_family hvc_test_family = {
	.name = "hvc_test",
	.version = 1,
	.module = THIS_MODULE,
};

static int __init hvc_test_init(void)
{
	return genl_register_family(&hvc_test_family);
}

static void __exit hvc_test_exit(void)
{
	genl_unregister_family(&hvc_test_family);
}

module_init(hvc_test_init);
module_exit(hvc_test_exit);

MODULE_DESCRIPTION("hvclaim's selftests: a generic netlink family");
MODULE_LICENSE("GPL");
