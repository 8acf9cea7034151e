// SPDX-License-Identifier: Apache-2.0
// Concatenation: codes move, none changes.
#ifndef HILDA_CONCATENATION_H
#define HILDA_CONCATENATION_H

#include "codes.h"
#include "yield.h"

// The output is runs of neighbouring codes, one of each input in turn.
typedef struct Concatenation {
    uint32_t inputs;
    uint32_t runs; // of each input
    uint32_t runs_between_yields;
    bool of_bytes; // whether runs begin at bytes; else each is the channels of a pixel
    uint32_t output_channels;
} Concatenation;

// One run of each input; run_lengths are codes.
KERNEL void concatenate_codes(const Concatenation *layer, const uint32_t *run_lengths, uint32_t bits,
                              const uint8_t *const *inputs, uint32_t run, uint8_t *output) {
    uint32_t bit = 0;
    for (uint32_t input = 0; input < layer->inputs; ++input) {
        const uint8_t *from = inputs[input] + run * pixel_bytes(run_lengths[input], bits);
        for (uint32_t channel = 0; channel < run_lengths[input]; ++channel) {
            const uint32_t code = code_at(from, channel, bits) << bit % 8;
            output[bit / 8] = (uint8_t)(bit % 8 == 0 ? code : output[bit / 8] | code);
            bit += bits;
        }
    }
}

// run_lengths: by input; bytes or, where not of_bytes, codes.
KERNEL void concatenation(const Concatenation *layer, const uint32_t *run_lengths, uint32_t bits,
                          const uint8_t *const *inputs, uint8_t *output) {
    for (uint32_t run = 0; run < layer->runs; ++run) {
        if (layer->of_bytes) {
            for (uint32_t input = 0; input < layer->inputs; ++input) {
                const uint32_t bytes = run_lengths[input];
                __builtin_memcpy(output, inputs[input] + run * bytes, bytes);
                output += bytes;
            }
        } else {
            concatenate_codes(layer, run_lengths, bits, inputs, run, output);
            output += pixel_bytes(layer->output_channels, bits);
        }
        if ((run + 1) % layer->runs_between_yields == 0) {
            inference_yield();
        }
    }
}

#define CONCATENATION(a)                                                                                     \
    KERNEL void concatenation_a##a(const Concatenation *layer, const uint32_t *run_lengths,                  \
                                   const uint8_t *const *inputs, uint8_t *output) {                          \
        concatenation(layer, run_lengths, a, inputs, output);                                                \
    }
CONCATENATION(8)
CONCATENATION(4)
CONCATENATION(2)

#endif
