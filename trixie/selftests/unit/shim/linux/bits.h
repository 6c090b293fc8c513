/* SPDX-License-Identifier: GPL-2.0-only */
#define BIT_ULL(n) (1ULL << (n))
