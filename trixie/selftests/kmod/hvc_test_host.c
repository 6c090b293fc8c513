// SPDX-License-Identifier: GPL-2.0-only
/* A host driver, as nvidia or nvme can be: its remove() may never come back */
#define HVC_TEST_MANAGED false
#include "hvc_test_driver.h"
