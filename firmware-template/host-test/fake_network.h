// SPDX-License-Identifier: Apache-2.0
// A network whose outputs depend on every byte of the image and on every step's having run once, in order.
// Its first two layers are fused: they take turns.
#ifndef HILDA_FAKE_NETWORK_H
#define HILDA_FAKE_NETWORK_H

#include "check.h"

// Given by the build: INPUT_BYTES, LAYERS, OUTPUTS.
#define ARENA_BYTES (INPUT_BYTES + 1001U)
#define ARENA_PEAK_BYTES (INPUT_BYTES + 777U)
#define FUSED_LAYERS 2U
#define TURNS 2U
#define STEPS (LAYERS + FUSED_LAYERS * (TURNS - 1U))

typedef struct FakeNetwork {
    uint32_t rows;           // of each step; it yields after each
    uint64_t row_byte_times; // how long one takes
    uint64_t steps_run;      // since the start of the program
} FakeNetwork;

extern FakeNetwork fake_network;

uint8_t fake_image_byte(uint32_t image, uint32_t index);
// What the network computes of an image.
void fake_outputs(uint32_t image, int32_t outputs[OUTPUTS]);

#endif
