// SPDX-License-Identifier: Apache-2.0
#include "fake_network.h"

#include "app/network.h"
#include "kernels/yield.h"
#include "simulated_board.h"

#include <string.h>

#define INPUT_OFFSET 64U

FakeNetwork fake_network;

const NetworkDescription network_description = {
    .input_bytes = INPUT_BYTES,
    .output_count = OUTPUTS,
    .layer_count = LAYERS,
    .step_count = STEPS,
    .arena_bytes = ARENA_BYTES,
};
_Alignas(32) uint8_t network_arena[ARENA_BYTES];

static bool inside;
static uint32_t expected_step;

static uint32_t mix(uint32_t state, uint32_t value) { return (state ^ value) * 16777619U; } // FNV-1a

uint8_t fake_image_byte(uint32_t image, uint32_t index) {
    return (uint8_t)(mix(image * 2654435761U, index) >> 13);
}

static void write_outputs(uint32_t state, int32_t *outputs) {
    for (uint32_t i = 0; i < OUTPUTS; i++) {
        outputs[i] = (int32_t)mix(mix(state, i), i + 1U);
    }
}

void fake_outputs(uint32_t image, int32_t outputs[OUTPUTS]) {
    uint32_t state = 0;
    for (uint32_t i = 0; i < INPUT_BYTES; i++) {
        state = mix(state, fake_image_byte(image, i));
    }
    for (uint32_t step = 1; step < STEPS; step++) {
        state = mix(state, step);
    }
    write_outputs(state, outputs);
}

void network_write_input(const uint8_t *input) {
    CHECK(!inside);
    memcpy(network_arena + INPUT_OFFSET, input, INPUT_BYTES);
}

uint32_t network_layer_of(uint32_t step) {
    return step < FUSED_LAYERS * TURNS ? step % FUSED_LAYERS : step - FUSED_LAYERS * (TURNS - 1U);
}

void network_run_step(uint32_t step) {
    CHECK(!inside);
    CHECK(step == 0 || step == expected_step);
    expected_step = step + 1U;
    inside = true;
    for (uint32_t row = 0; row < fake_network.rows; row++) {
        board_compute(fake_network.row_byte_times);
        inference_yield();
    }
    inside = false;
    fake_network.steps_run++;
    // Nothing of it may change while a step runs: the image is read after all rows, the state lives in the
    // arena.
    uint32_t state = 0;
    if (step == 0) {
        for (uint32_t i = 0; i < INPUT_BYTES; i++) {
            state = mix(state, network_arena[INPUT_OFFSET + i]);
        }
        memset(network_arena, 0xCC, ARENA_PEAK_BYTES);
    } else {
        memcpy(&state, network_arena, sizeof state);
        state = mix(state, step);
    }
    memcpy(network_arena, &state, sizeof state);
}

void network_read_output(int32_t *output) {
    CHECK(!inside);
    CHECK_EQUAL(STEPS, expected_step);
    uint32_t state;
    memcpy(&state, network_arena, sizeof state);
    write_outputs(state, output);
}
