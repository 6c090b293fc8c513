// SPDX-License-Identifier: GPL-2.0-only
/*
 * backend_mock.c - a backend for tests: holds functions with a driver that a test module registers
 *
 * Off unless the module is loaded with mock=1. No guest can use what it holds, so it asks for no IOMMU:
 * that lets every path of a claim run on functions that have none.
 */
#include <linux/device.h>
#include <linux/moduleparam.h>

#include "backend.h"

static bool mock;
module_param(mock, bool, 0444);
MODULE_PARM_DESC(mock, "offer the tests' backend, which gives no function to any guest (default: off)");

static bool hvc_mock_available(void)
{
	return mock;
}

static bool hvc_mock_accepts(const struct device_driver *drv)
{
	return true;
}

const struct hvc_backend_ops hvc_backend_mock = {
	.name = "mock",
	.driver = "hvc_test_mock",
	.trusted = true,
	.available = hvc_mock_available,
	.accepts = hvc_mock_accepts,
};
