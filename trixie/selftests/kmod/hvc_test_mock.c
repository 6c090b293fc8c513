// SPDX-License-Identifier: GPL-2.0-only
/* The driver of the mock backend */
#define HVC_TEST_MANAGED true
#include "hvc_test_driver.h"
