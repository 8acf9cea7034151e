// SPDX-License-Identifier: Apache-2.0
// Moves bytes between the serial line and the protocol's endpoint, lets the network run, and sleeps in
// between.
#include "endpoint.h"
#include "kernels/yield.h"
#include "port/placement.h"
#include "port/port.h"

static IN_STAGING_MEMORY Endpoint endpoint;

// True when something moved.
static bool pump(void) {
    const uint8_t *received;
    size_t received_bytes = port_serial_received(&received);
    endpoint_receive(&endpoint, received, received_bytes, port_now_us());
    port_serial_consume(received_bytes);
    endpoint_step(&endpoint, port_now_us());
    uint8_t *space;
    size_t free_bytes = port_serial_space(&space);
    size_t sent_bytes = endpoint_drain(&endpoint, space, free_bytes, port_now_us());
    port_serial_send(sent_bytes);
    return received_bytes > 0 || sent_bytes > 0;
}

// A layer runs. Nothing that is called here runs another one.
void inference_yield(void) {
    if (!port_take_news()) {
        return;
    }
    uint64_t since = port_cycles();
    port_mark(PORT_MARK_NONE);
    port_refresh_watchdog();
    if (pump()) {
        pump(); // what lies behind the rings' ends
    }
    port_mark(endpoint.inference.layer);
    inference_exclude(&endpoint.inference, port_cycles() - since);
}

int main(void) {
    endpoint_init(&endpoint, port_now_us());
    for (;;) {
        port_refresh_watchdog();
        bool moved = pump();
        bool computed = endpoint_compute(&endpoint);
        if (!moved && !computed) {
            port_sleep();
        }
    }
}
