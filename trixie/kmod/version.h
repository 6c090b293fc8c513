/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HVC_VERSION_H
#define HVC_VERSION_H

/* the one place; the helper, the packages and dkms.conf take it from here */
#define HVC_VERSION "0.1.0"

#endif
