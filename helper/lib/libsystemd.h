/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libsystemd.h - what is used of libsystemd: messages to the manager of units, records in the journal, a service's state
 */
#ifndef HVCLAIM_LIBSYSTEMD_H
#define HVCLAIM_LIBSYSTEMD_H

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-bus.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>

#include "lib/late.h"

#define LIBSYSTEMD(X)                     \
	X(sd_bus_call)                    \
	X(sd_bus_call_method_async)       \
	X(sd_bus_error_free)              \
	X(sd_bus_error_has_name)          \
	X(sd_bus_flush_close_unref)       \
	X(sd_bus_message_append)          \
	X(sd_bus_message_append_array)    \
	X(sd_bus_message_close_container) \
	X(sd_bus_message_enter_container) \
	X(sd_bus_message_exit_container)  \
	X(sd_bus_message_is_method_error) \
	X(sd_bus_message_new_method_call) \
	X(sd_bus_message_open_container)  \
	X(sd_bus_message_peek_type)       \
	X(sd_bus_message_read)            \
	X(sd_bus_message_read_array)      \
	X(sd_bus_message_skip)            \
	X(sd_bus_message_unref)           \
	X(sd_bus_new)                     \
	X(sd_bus_open_system)             \
	X(sd_bus_path_encode)             \
	X(sd_bus_process)                 \
	X(sd_bus_set_address)             \
	X(sd_bus_start)                   \
	X(sd_bus_unref)                   \
	X(sd_bus_wait)                    \
	X(sd_journal_sendv)               \
	X(sd_notify)

LATE_DECLARE(libsystemd, LIBSYSTEMD);

#endif
