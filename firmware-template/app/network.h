// SPDX-License-Identifier: Apache-2.0
// The network in this firmware, as generated firmware defines it.
#ifndef HILDA_NETWORK_H
#define HILDA_NETWORK_H

#include <stdint.h>

typedef struct NetworkDescription {
    uint32_t input_bytes;  // of one image: canonical packed codes of all inputs, one input after the other
    uint32_t output_count; // values of 32 bits
    uint32_t layer_count;
    uint32_t step_count; // layer_count, but that fused layers take turns, each of which is a step
    uint32_t arena_bytes;
} NetworkDescription;

extern const NetworkDescription network_description;
// arena_bytes, IN_DATA_MEMORY or IN_ACTIVATION_MEMORY (port/placement.h): nothing but the core reaches it.
// The application paints it at boot to measure its peak.
extern uint8_t network_arena[];

// Takes input_bytes into the arena, before step 0 runs.
void network_write_input(const uint8_t *input);
// The layer that a step runs, or a few rows of.
uint32_t network_layer_of(uint32_t step);
// 0 to step_count - 1, in order.
void network_run_step(uint32_t step);
// Writes output_count values, one output after the other, after the last step.
void network_read_output(int32_t *output);

#endif
