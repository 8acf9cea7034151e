// SPDX-License-Identifier: Apache-2.0
#include "line_rate.h"

#include "port/port.h"

// A host that has gone back to the boot's rate asks for a hello every 250 ms: noise to this one.
#define NOISE_US 1000000U
#define LONGEST_PAUSE_US 400000U

void line_rate_init(LineRate *rate) {
    uint32_t divider = port_serial_divider(port_serial_baud());
    *rate = (LineRate){.boot_divider = divider, .divider = divider, .noise_since_us = LINK_NEVER};
}

void line_rate_ask(LineRate *rate, uint32_t divider, uint64_t deadline_us) {
    rate->wanted_divider = divider;
    rate->change_at_us = deadline_us;
}

static void apply(LineRate *rate, uint32_t divider) {
    rate->divider = divider;
    rate->wanted_divider = 0;
    rate->noise_since_us = LINK_NEVER;
    port_serial_set_divider(divider);
}

bool line_rate_change(LineRate *rate, bool answered, const LinkStatistics *statistics, uint64_t now_us) {
    if (rate->wanted_divider == 0 || (!answered && now_us < rate->change_at_us)) {
        return false;
    }
    rate->frames = statistics->received_frames;
    rate->bytes = statistics->received_bytes;
    apply(rate, rate->wanted_divider);
    return true;
}

bool line_rate_give_up(LineRate *rate, const LinkStatistics *statistics, uint64_t now_us) {
    if (rate->divider == rate->boot_divider || rate->bytes == statistics->received_bytes) {
        return false;
    }
    bool heard = rate->frames != statistics->received_frames;
    bool paused = rate->noise_since_us == LINK_NEVER || now_us - rate->last_noise_us > LONGEST_PAUSE_US;
    rate->frames = statistics->received_frames;
    rate->bytes = statistics->received_bytes;
    rate->last_noise_us = now_us;
    if (heard) {
        rate->noise_since_us = LINK_NEVER;
        return false;
    }
    if (paused) {
        rate->noise_since_us = now_us;
    }
    if (now_us - rate->noise_since_us < NOISE_US) {
        return false;
    }
    apply(rate, rate->boot_divider);
    return true;
}

void line_rate_cancel(LineRate *rate) { rate->wanted_divider = 0; }

void line_rate_restore(LineRate *rate) {
    line_rate_cancel(rate);
    if (rate->divider != rate->boot_divider) {
        apply(rate, rate->boot_divider);
    }
}
