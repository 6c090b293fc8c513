/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's pci_ids.h is no user space header: the few ids that kmod/acs.c and check.c name */
#define PCI_BASE_CLASS_DISPLAY	 0x03
#define PCI_CLASS_BRIDGE_HOST	 0x0600
#define PCI_CLASS_BRIDGE_ISA	 0x0601
#define PCI_CLASS_BRIDGE_PCI	 0x0604
#define PCI_CLASS_SERIAL_USB	 0x0c03
#define PCI_VENDOR_ID_ATI	 0x1002
#define PCI_VENDOR_ID_AMD	 0x1022
#define PCI_VENDOR_ID_BROADCOM	 0x14e4
#define PCI_VENDOR_ID_SOLARFLARE 0x1924
#define PCI_VENDOR_ID_ZHAOXIN	 0x1d17
#define PCI_VENDOR_ID_WANGXUN	 0x8088
#define PCI_VENDOR_ID_INTEL	 0x8086
