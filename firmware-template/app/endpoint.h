// SPDX-License-Identifier: Apache-2.0
// The board's end of the protocol: opens sessions, announces itself, answers messages. Bytes in, bytes out.
#ifndef HILDA_ENDPOINT_H
#define HILDA_ENDPOINT_H

#include "inference.h"
#include "line_rate.h"
#include "protocol/link.h"
#include "protocol/messages.h"

typedef struct Endpoint {
    Link link;
    Inference inference;
    LineRate rate;
    uint8_t hello[HELLO_BYTES];
    uint64_t announce_at_us;
    uint64_t stranger_answered_at_us;
    MessageHeader message; // of the request that is arriving
    bool discarding;       // the rest of a request that was refused
    uint32_t sessions;
    uint32_t unexpected_frames;
    uint64_t reset_at_us; // LINK_NEVER: no reset was asked for
    uint64_t crash_at_us;
    uint8_t crash_kind;
} Endpoint;

void endpoint_init(Endpoint *endpoint, uint64_t now_us);
// Takes bytes from the line; all of them.
void endpoint_receive(Endpoint *endpoint, const uint8_t *line, size_t count, uint64_t now_us);
// Answers what has arrived and does what is due.
void endpoint_step(Endpoint *endpoint, uint64_t now_us);
// Bytes for the line, at most `capacity`.
size_t endpoint_drain(Endpoint *endpoint, uint8_t *line, size_t capacity, uint64_t now_us);

// Does a piece of what takes long, at most a layer of a network; false when there is nothing to do. From the
// main loop only; the functions above may be called meanwhile.
bool endpoint_compute(Endpoint *endpoint);

#endif
