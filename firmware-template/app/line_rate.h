// SPDX-License-Identifier: Apache-2.0
// The serial line's rate: changed when the host asks, given up again when only noise comes (SPEC.md, "Rate").
#ifndef HILDA_LINE_RATE_H
#define HILDA_LINE_RATE_H

#include "protocol/link.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct LineRate {
    uint32_t boot_divider;
    uint32_t divider;        // in force
    uint32_t wanted_divider; // 0: no change was asked for
    uint64_t change_at_us;   // at the latest
    // At another rate than the boot's: what has come since the last frame.
    uint32_t frames;
    uint64_t bytes;
    uint64_t noise_since_us; // LINK_NEVER: none
    uint64_t last_noise_us;
} LineRate;

void line_rate_init(LineRate *rate);
// Wants a divider as port_serial_divider() gives it, once what is to be sent has been acknowledged and sent,
// or at the deadline.
void line_rate_ask(LineRate *rate, uint32_t divider, uint64_t deadline_us);
// Changes the rate if that is due. `answered`: everything has been acknowledged and has left the line. True
// when it changed.
bool line_rate_change(LineRate *rate, bool answered, const LinkStatistics *statistics, uint64_t now_us);
// Back to the boot's rate when the host is no longer heard at this one. True when it changed.
bool line_rate_give_up(LineRate *rate, const LinkStatistics *statistics, uint64_t now_us);
// Forgets a change that was asked for.
void line_rate_cancel(LineRate *rate);
// Back to the boot's rate at once, for a host that has gone.
void line_rate_restore(LineRate *rate);

#endif
