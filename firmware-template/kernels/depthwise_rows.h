// SPDX-License-Identifier: Apache-2.0
// Depthwise convolution 3×3 with a stride of 1 or 2 and no multiplier, several output rows at a time.
//
// A band of output rows reads pairs of input rows (row_pairs.h), of which the last is the first of the next
// band: each input row is read once, before anything of its band is stored.
//
// Weights: as in depthwise.h. Scratch, from an address aligned to 8 bytes on: a ChannelRows of each channel,
// whole quads of them; the pairs in the order C/4, columns, pairs, 4; codes of a quad's output rows, where
// outputs have fewer than 8 bits; an input pixel of zero points.
#ifndef HILDA_DEPTHWISE_ROWS_H
#define HILDA_DEPTHWISE_ROWS_H

#include "row_pairs.h"

// Sums of so many windows below each other, from the pairs of their first column on.
KERNEL void sum_windows(const DepthwiseRows *layer, int32_t rows, const ChannelRows *channel,
                        const LaneWord *pairs, uint32_t *sums) {
    const bool apart = layer->window.stride_height == 2;
    UNROLL(4)
    for (int32_t row = 0; row < rows; ++row) {
        sums[row] = channel->bias;
    }
    UNROLL(3)
    for (uint32_t column = 0; column < 3; ++column) {
        UNROLL(4)
        for (int32_t row = 0; row < rows; ++row) {
            const LaneWord *two = pairs + QUAD * (uint32_t)(apart ? row : row / 2);
            if (apart || row % 2 == 0) {
                sums[row] = multiply_lanes(two[0], channel->columns[column].upper, sums[row]);
                sums[row] = multiply_low_high(two[QUAD], channel->columns[column].lower, sums[row]);
            } else {
                sums[row] = multiply_high_low(two[0], channel->columns[column].upper, sums[row]);
                sums[row] = multiply_lanes(two[QUAD], channel->columns[column].lower, sums[row]);
            }
        }
        pairs += column_words(layer);
    }
}

// What becomes of the sums of a channel.
typedef struct ChannelOutput {
    uint8_t *first; // where the band's codes of the channel go
    uint32_t pixel_step;
    uint32_t row_step;
    bool raw;                  // the sums are the output
    const int32_t *thresholds; // NULL: none
} ChannelOutput;

KERNEL void store_sum(const DepthwiseRows *layer, uint32_t output_bits, uint32_t sum, int32_t multiplier,
                      const ChannelOutput *output, uint8_t *to) {
    int32_t value;
    if (output->thresholds != NULL) {
        value = reached_thresholds(sum, output->thresholds, output_bits);
    } else {
        value = output->raw ? (int32_t)sum : requantize(sum, multiplier, &layer->requantization);
    }
    if (output_bits == 32) {
        store_word(to, (uint32_t)value);
    } else {
        *to = (uint8_t)value;
    }
}

// What a loop of a band finds in memory, as it takes all core registers.
typedef struct BandLoop {
    uint32_t bias_and_multiplier[2];
    int32_t addend;
    const LaneWord *last;
} BandLoop;

#ifdef HAS_ASSEMBLY_LOOPS
// The same sums in hand-scheduled loops: loads pair with multiplications, two cycles ahead of what
// multiplies. All core registers but the stack pointer are taken: what else a loop needs it finds in memory.

// Whether saturation clamps, and there is a loop of so many rows.
KERNEL bool has_band_loop(const DepthwiseRows *layer, uint32_t output_bits, int32_t rows,
                          const ChannelOutput *output) {
    const Requantization *to = &layer->requantization;
    return rows >= 2 && output_bits <= 8 && !output->raw && output->thresholds == NULL && to->low == 0 &&
           to->high == (int32_t)code_mask(output_bits) && to->right_shift >= 1 && output->pixel_step < 4096;
}

// t0 and t1: the first two words of a column; the sum that is last needed begins as the bias. Then the next
// column's.
#define COLUMN_OF_FOUR(load_last, compare_last)                                                              \
    "smlad %[s0], %[t0], %[a0], %[s2]\n\t" load_last "smlatb %[s1], %[t0], %[a0], %[s2]\n\t"                 \
    "ldr %[t0], [%[in], #32]\n\t"                                                                            \
    "smlabt %[s0], %[t1], %[b0], %[s0]\n\t" compare_last "smlad %[s1], %[t1], %[b0], %[s1]\n\t"              \
    "smlatb %[s3], %[t1], %[a0], %[s2]\n\t"                                                                  \
    "smlad %[s2], %[t1], %[a0], %[s2]\n\t"                                                                   \
    "ldr %[t1], [%[in], #48]\n\t"                                                                            \
    "smlad %[s3], %[t0], %[b0], %[s3]\n\t"                                                                   \
    "smlabt %[s2], %[t0], %[b0], %[s2]\n\t"                                                                  \
    "ldr %[t0], [%[in], #64]\n\t"                                                                            \
    "smlad %[s0], %[t1], %[a1], %[s0]\n\t"                                                                   \
    "smlatb %[s1], %[t1], %[a1], %[s1]\n\t"                                                                  \
    "ldr %[t1], [%[in], #80]\n\t"                                                                            \
    "smlad %[s2], %[t0], %[a1], %[s2]\n\t"                                                                   \
    "smlatb %[s3], %[t0], %[a1], %[s3]\n\t"                                                                  \
    "smlabt %[s0], %[t0], %[b1], %[s0]\n\t"                                                                  \
    "smlad %[s1], %[t0], %[b1], %[s1]\n\t"                                                                   \
    "ldr %[t0], [%[in], #96]\n\t"                                                                            \
    "smlabt %[s2], %[t1], %[b1], %[s2]\n\t"                                                                  \
    "smlad %[s3], %[t1], %[b1], %[s3]\n\t"                                                                   \
    "ldr %[t1], [%[in], #112]\n\t"                                                                           \
    "smlad %[s0], %[t0], %[a2], %[s0]\n\t"                                                                   \
    "smlatb %[s1], %[t0], %[a2], %[s1]\n\t"                                                                  \
    "ldr %[t0], [%[in], #128]\n\t"                                                                           \
    "smlabt %[s0], %[t1], %[b2], %[s0]\n\t"                                                                  \
    "smlad %[s1], %[t1], %[b2], %[s1]\n\t"                                                                   \
    "smlad %[s2], %[t1], %[a2], %[s2]\n\t"                                                                   \
    "smlatb %[s3], %[t1], %[a2], %[s3]\n\t"                                                                  \
    "ldr %[t1], %[multiplier]\n\t"                                                                           \
    "smlabt %[s2], %[t0], %[b2], %[s2]\n\t"                                                                  \
    "smlad %[s3], %[t0], %[b2], %[s3]\n\t"                                                                   \
    "ldr %[t0], %[addend]\n\t"                                                                               \
    ".if %c[left] > 0\n\t"                                                                                   \
    "lsl %[s0], %[s0], %[left]\n\t"                                                                          \
    "lsl %[s1], %[s1], %[left]\n\t"                                                                          \
    "lsl %[s2], %[s2], %[left]\n\t"                                                                          \
    "lsl %[s3], %[s3], %[left]\n\t"                                                                          \
    ".endif\n\t"                                                                                             \
    "smmla %[s0], %[s0], %[t1], %[t0]\n\t"                                                                   \
    "smmla %[s1], %[s1], %[t1], %[t0]\n\t"                                                                   \
    "smmla %[s2], %[s2], %[t1], %[t0]\n\t"                                                                   \
    "usat %[s0], %[bits], %[s0], asr %[right]\n\t"                                                           \
    "smmla %[s3], %[s3], %[t1], %[t0]\n\t"                                                                   \
    "usat %[s1], %[bits], %[s1], asr %[right]\n\t"                                                           \
    ".if 3 * %c[row] < 4096\n\t"                                                                             \
    "ldr %[t0], [%[in], #48]!\n\t"                                                                           \
    "usat %[s2], %[bits], %[s2], asr %[right]\n\t"                                                           \
    "strb %[s0], [%[out]]\n\t"                                                                               \
    "usat %[s3], %[bits], %[s3], asr %[right]\n\t"                                                           \
    "strb %[s1], [%[out], %[row]]\n\t"                                                                       \
    "strb %[s2], [%[out], #(2 * %c[row])]\n\t"                                                               \
    "ldr %[t1], [%[in], #16]\n\t"                                                                            \
    "strb %[s3], [%[out], #(3 * %c[row])]\n\t"                                                               \
    ".else\n\t"                                                                                              \
    "movw %[t0], %[row]\n\t"                                                                                 \
    "usat %[s2], %[bits], %[s2], asr %[right]\n\t"                                                           \
    "strb %[s0], [%[out]]\n\t"                                                                               \
    "usat %[s3], %[bits], %[s3], asr %[right]\n\t"                                                           \
    "strb %[s1], [%[out], %[t0]]\n\t"                                                                        \
    "strb %[s2], [%[out], %[t0], lsl #1]\n\t"                                                                \
    "add %[t1], %[out], %[t0]\n\t"                                                                           \
    "strb %[s3], [%[t1], %[t0], lsl #1]\n\t"                                                                 \
    "ldr %[t0], [%[in], #48]!\n\t"                                                                           \
    "ldr %[t1], [%[in], #16]\n\t"                                                                            \
    ".endif\n\t"                                                                                             \
    "ldr %[s2], %[bias]\n\t"                                                                                 \
    "add %[out], %[out], %[pixel]\n\t"

#define COLUMN_OF_TWO                                                                                        \
    "smlad %[s0], %[t0], %[a0], %[s1]\n\t"                                                                   \
    "smlatb %[s1], %[t0], %[a0], %[s1]\n\t"                                                                  \
    "ldr %[t0], [%[in], #(%c[column])]\n\t"                                                                  \
    "smlabt %[s0], %[t1], %[b0], %[s0]\n\t"                                                                  \
    "smlad %[s1], %[t1], %[b0], %[s1]\n\t"                                                                   \
    "ldr %[t1], [%[in], #(%c[column] + 16)]\n\t"                                                             \
    "smlad %[s0], %[t0], %[a1], %[s0]\n\t"                                                                   \
    "smlatb %[s1], %[t0], %[a1], %[s1]\n\t"                                                                  \
    "ldr %[t0], [%[in], #(2 * %c[column])]\n\t"                                                              \
    "smlabt %[s0], %[t1], %[b1], %[s0]\n\t"                                                                  \
    "smlad %[s1], %[t1], %[b1], %[s1]\n\t"                                                                   \
    "ldr %[t1], [%[in], #(2 * %c[column] + 16)]\n\t"                                                         \
    "smlad %[s0], %[t0], %[a2], %[s0]\n\t"                                                                   \
    "smlatb %[s1], %[t0], %[a2], %[s1]\n\t"                                                                  \
    "ldr %[t0], [%[in], #(%c[column])]!\n\t"                                                                 \
    "smlabt %[s0], %[t1], %[b2], %[s0]\n\t"                                                                  \
    "smlad %[s1], %[t1], %[b2], %[s1]\n\t"                                                                   \
    "ldr %[t1], [%[in], #16]\n\t"                                                                            \
    ".if %c[left] > 0\n\t"                                                                                   \
    "lsl %[s0], %[s0], %[left]\n\t"                                                                          \
    "lsl %[s1], %[s1], %[left]\n\t"                                                                          \
    ".endif\n\t"                                                                                             \
    "smmla %[s0], %[s0], %[scale], %[addend]\n\t"                                                            \
    "smmla %[s1], %[s1], %[scale], %[addend]\n\t"                                                            \
    "usat %[s0], %[bits], %[s0], asr %[right]\n\t"                                                           \
    "usat %[s1], %[bits], %[s1], asr %[right]\n\t"                                                           \
    "strb %[s0], [%[out]]\n\t"                                                                               \
    ".if %c[row] < 4096\n\t"                                                                                 \
    "strb %[s1], [%[out], %[row]]\n\t"                                                                       \
    ".else\n\t"                                                                                              \
    "movw %[s0], %[row]\n\t"                                                                                 \
    "strb %[s1], [%[out], %[s0]]\n\t"                                                                        \
    ".endif\n\t"                                                                                             \
    "ldr %[s0], %[last]\n\t"                                                                                 \
    "ldr %[s1], %[bias]\n\t"                                                                                 \
    "add %[out], %[out], %[pixel]\n\t"                                                                       \
    "cmp %[in], %[s0]\n\t"

// With a stride of 2.
#define COLUMN_OF_TWO_APART                                                                                  \
    "smlad %[s0], %[t0], %[a0], %[s1]\n\t"                                                                   \
    "ldr %[t0], [%[in], #32]\n\t"                                                                            \
    "smlabt %[s0], %[t1], %[b0], %[s0]\n\t"                                                                  \
    "smlad %[s1], %[t1], %[a0], %[s1]\n\t"                                                                   \
    "ldr %[t1], [%[in], #48]\n\t"                                                                            \
    "smlabt %[s1], %[t0], %[b0], %[s1]\n\t"                                                                  \
    "ldr %[t0], [%[in], #64]\n\t"                                                                            \
    "smlad %[s0], %[t1], %[a1], %[s0]\n\t"                                                                   \
    "ldr %[t1], [%[in], #80]\n\t"                                                                            \
    "smlabt %[s0], %[t0], %[b1], %[s0]\n\t"                                                                  \
    "smlad %[s1], %[t0], %[a1], %[s1]\n\t"                                                                   \
    "ldr %[t0], [%[in], #96]\n\t"                                                                            \
    "smlabt %[s1], %[t1], %[b1], %[s1]\n\t"                                                                  \
    "ldr %[t1], [%[in], #112]\n\t"                                                                           \
    "smlad %[s0], %[t0], %[a2], %[s0]\n\t"                                                                   \
    "ldr %[t0], [%[in], #128]\n\t"                                                                           \
    "smlabt %[s0], %[t1], %[b2], %[s0]\n\t"                                                                  \
    "smlad %[s1], %[t1], %[a2], %[s1]\n\t"                                                                   \
    "ldr %[t1], [%[in], #112]\n\t"                                                                           \
    "smlabt %[s1], %[t0], %[b2], %[s1]\n\t"                                                                  \
    "ldr %[t0], [%[in], #96]!\n\t"                                                                           \
    ".if %c[left] > 0\n\t"                                                                                   \
    "lsl %[s0], %[s0], %[left]\n\t"                                                                          \
    "lsl %[s1], %[s1], %[left]\n\t"                                                                          \
    ".endif\n\t"                                                                                             \
    "smmla %[s0], %[s0], %[scale], %[addend]\n\t"                                                            \
    "smmla %[s1], %[s1], %[scale], %[addend]\n\t"                                                            \
    "usat %[s0], %[bits], %[s0], asr %[right]\n\t"                                                           \
    "usat %[s1], %[bits], %[s1], asr %[right]\n\t"                                                           \
    "strb %[s0], [%[out]]\n\t"                                                                               \
    ".if %c[row] < 4096\n\t"                                                                                 \
    "strb %[s1], [%[out], %[row]]\n\t"                                                                       \
    ".else\n\t"                                                                                              \
    "movw %[s0], %[row]\n\t"                                                                                 \
    "strb %[s1], [%[out], %[s0]]\n\t"                                                                        \
    ".endif\n\t"                                                                                             \
    "ldr %[s0], %[last]\n\t"                                                                                 \
    "ldr %[s1], %[bias]\n\t"                                                                                 \
    "add %[out], %[out], %[pixel]\n\t"                                                                       \
    "cmp %[in], %[s0]\n\t"

#define LOAD_CHANNEL                                                                                         \
    "ldrd %[a0], %[b0], [%[s0], #24]\n\t"                                                                    \
    "strd %[a0], %[b0], %[bias]\n\t"                                                                         \
    "ldrd %[a0], %[b0], [%[s0]]\n\t"                                                                         \
    "ldrd %[a1], %[b1], [%[s0], #8]\n\t"                                                                     \
    "ldrd %[a2], %[b2], [%[s0], #16]\n\t"                                                                    \
    "ldr %[t0], [%[in]]\n\t"                                                                                 \
    "ldr %[t1], [%[in], #16]\n\t"

#define BAND_REGISTERS                                                                                       \
    [in] "+r"(in), [out] "+r"(out), [a0] "=&r"(a0), [b0] "=&r"(b0), [a1] "=&r"(a1), [b1] "=&r"(b1),          \
        [a2] "=&r"(a2), [b2] "=&r"(b2), [t0] "=&r"(t0), [t1] "=&r"(t1), [s0] "+r"(s0), [s1] "=&r"(s1),       \
        [bias] "=m"(loop->bias_and_multiplier), [multiplier] "=m"(loop->bias_and_multiplier[1])

#define BAND_CONSTANTS                                                                                       \
    [last] "m"(loop->last), [row] "i"(output->row_step), [pixel] "i"(output->pixel_step),                    \
        [bits] "i"(output_bits), [left] "i"(layer->requantization.left_shift),                               \
        [right] "i"(layer->requantization.right_shift)

// channel_band() of two or four rows, where there is a loop. Four rows take two columns at a time, of which
// the first may be missing.
KERNEL void channel_band_loop(const DepthwiseRows *layer, uint32_t output_bits, int32_t rows,
                              const ChannelRows *channel, const LaneWord *pairs, const ChannelOutput *output,
                              BandLoop *loop) {
    const uint32_t width = (uint32_t)layer->window.output_width;
    const uint32_t step = column_words(layer) * (uint32_t)layer->window.stride_width;
    const LaneWord *in = pairs;
    uint8_t *out = output->first;
    uint32_t a0, b0, a1, b1, a2, b2, t0, t1, s1, s2, s3;
    const ChannelRows *s0 = channel;
    loop->last = pairs + (rows == 4 ? width - 1 : width) * step;
    if (rows == 4) {
        __asm__ volatile(LOAD_CHANNEL "ldr %[s2], %[bias]\n\t"
                                      ".if %c[odd]\n\t"
                                      "b 2f\n"
                                      ".endif\n"
                                      "1:\n\t" COLUMN_OF_FOUR("", "") "2:\n\t" COLUMN_OF_FOUR(
                                          "ldr %[s3], %[last]\n\t", "cmp %[in], %[s3]\n\t") "bne 1b\n"
                         : BAND_REGISTERS, [s2] "=&r"(s2), [s3] "=&r"(s3)
                         : BAND_CONSTANTS, [addend] "m"(loop->addend), [odd] "i"(width % 2)
                         : "cc", "memory");
    } else if (layer->window.stride_height == 1) {
        __asm__ volatile(LOAD_CHANNEL "ldr %[s1], %[bias]\n"
                                      "1:\n\t" COLUMN_OF_TWO "bne 1b\n"
                         : BAND_REGISTERS
                         : BAND_CONSTANTS, [scale] "r"(channel->multiplier),
                           [addend] "r"(layer->requantization.addend), [column] "i"(4 * column_words(layer))
                         : "cc", "memory");
    } else {
        __asm__ volatile(
            LOAD_CHANNEL "ldr %[s1], %[bias]\n"
                         "1:\n\t" COLUMN_OF_TWO_APART "bne 1b\n"
            : BAND_REGISTERS
            : BAND_CONSTANTS, [scale] "r"(channel->multiplier), [addend] "r"(layer->requantization.addend)
            : "cc", "memory");
    }
}
#endif

// All columns of a channel.
KERNEL void channel_band(const DepthwiseRows *layer, uint32_t output_bits, int32_t rows,
                         const ChannelRows *in_scratch, const LaneWord *pairs, const ChannelOutput *output,
                         BandLoop *loop) {
#ifdef HAS_ASSEMBLY_LOOPS
    if (has_band_loop(layer, output_bits, rows, output)) {
        channel_band_loop(layer, output_bits, rows, in_scratch, pairs, output, loop);
        return;
    }
#else
    (void)loop;
#endif
    const ChannelRows channel = *in_scratch;
    uint8_t *to = output->first;
    for (int32_t x = 0; x < layer->window.output_width; ++x) {
        uint32_t sums[4];
        sum_windows(layer, rows, &channel, pairs, sums);
        UNROLL(4)
        for (int32_t row = 0; row < rows; ++row) {
            store_sum(layer, output_bits, sums[row], channel.multiplier, output,
                      to + (uint32_t)row * output->row_step);
        }
        pairs += (uint32_t)layer->window.stride_width * column_words(layer);
        to += output->pixel_step;
    }
}

// A quad of codes, one a byte, as a pixel's quad.
KERNEL uint32_t join_row_codes(uint32_t bytes, uint32_t bits) {
    const uint32_t two = (bytes | bytes >> (8 - bits)) & (code_mask(2 * bits) * 0x00010001U);
    return (two | two >> (16 - 2 * bits)) & code_mask(4 * bits);
}

KERNEL void join_band(const DepthwiseRows *layer, uint32_t output_bits, int32_t rows, uint32_t count,
                      const uint8_t *codes, uint8_t *output) {
    for (int32_t pixel = 0; pixel < rows * layer->window.output_width; ++pixel) {
        const uint32_t quad = join_row_codes(load_word(codes), output_bits) & code_mask(count * output_bits);
        store_quad(output, quad, count, output_bits);
        codes += QUAD;
        output += pixel_bytes(layer->channels, output_bits);
    }
}

// One to four channels of a band.
KERNEL void quad_band(const DepthwiseRows *layer, const DepthwiseWeights *weights, uint32_t output_bits,
                      int32_t rows, uint32_t first, uint32_t count, const ChannelRows *channels,
                      const LaneWord *pairs, uint8_t *codes, uint8_t *output, BandLoop *loop) {
    const uint32_t width = (uint32_t)layer->window.output_width;
    const uint32_t bytes = pixel_bytes(layer->channels, output_bits);
    const bool joins = output_bits < 8;
    for (uint32_t i = 0; i < count; ++i) {
        const uint32_t channel = first + i;
        const ChannelOutput to = {
            .first = joins ? codes + i : output + channel * output_bits / 8,
            .pixel_step = joins ? QUAD : bytes,
            .row_step = width * (joins ? QUAD : bytes),
            .raw = weights->multipliers == NULL,
            .thresholds =
                weights->thresholds == NULL ? NULL : weights->thresholds + channel * code_mask(output_bits),
        };
        channel_band(layer, output_bits, rows, channels + channel, pairs + i, &to, loop);
    }
    if (joins) {
        join_band(layer, output_bits, rows, count, codes, output + first / QUAD * quad_bytes(output_bits));
    }
}

// All channels of a band.
KERNEL void row_band(const DepthwiseRows *layer, const DepthwiseWeights *weights, uint32_t output_bits,
                     int32_t rows, const ChannelRows *channels, const LaneWord *pairs, uint8_t *codes,
                     uint8_t *output) {
    const uint32_t whole = layer->channels & ~(QUAD - 1);
    BandLoop loop = {.addend = layer->requantization.addend};
    int32_t until_yield = layer->quads_between_yields;
    for (uint32_t first = 0; first < whole; first += QUAD) {
        quad_band(layer, weights, output_bits, rows, first, QUAD, channels, pairs, codes, output, &loop);
        pairs += quad_words(layer);
        if (--until_yield == 0) {
            until_yield = layer->quads_between_yields;
            inference_yield();
        }
    }
    if (whole < layer->channels) {
        quad_band(layer, weights, output_bits, rows, whole, layer->channels - whole, channels, pairs, codes,
                  output, &loop);
    }
}

// Packs what the band of output rows from y on reads beyond its first pair, then computes it. above: rows of
// the band before it, 0 where there is none.
KERNEL void next_band(const DepthwiseRows *layer, const DepthwiseWeights *weights, uint32_t input_bits,
                      uint32_t output_bits, int32_t y, int32_t above, int32_t rows,
                      const ChannelRows *channels, LaneWord *pairs, uint8_t *codes, const uint8_t *outside,
                      const uint8_t *input, uint8_t *output) {
    const WindowShape *window = &layer->window;
    const int32_t first = y * window->stride_height - window->pad_top;
    const int32_t last = (window->output_height - 1) * window->stride_height - window->pad_top + 3;
    const int32_t end = clamp(last, 0, window->input_height);
    const uint32_t output_row = pixel_bytes(layer->channels, output_bits) * (uint32_t)window->output_width;
    if (above == 0) {
        pack_rows(layer, input_bits, 0, 1, 0, first, end, input, outside, pairs);
    }
    pack_rows(layer, input_bits, 1, band_pairs(layer, rows), above == 0 ? 0 : band_pairs(layer, above) - 1,
              first + 2, end, input, outside, pairs);
    row_band(layer, weights, output_bits, rows, channels, pairs, codes, output + (uint32_t)y * output_row);
    inference_yield();
}

KERNEL void depthwise_rows(const DepthwiseRows *layer, const DepthwiseWeights *weights, uint32_t input_bits,
                           uint32_t weight_bits, uint32_t output_bits, const uint8_t *input, uint8_t *output,
                           uint16_t *scratch) {
    ChannelRows *channels = (ChannelRows *)__builtin_assume_aligned(scratch, 8);
    LaneWord *pairs = (LaneWord *)(void *)(channels + QUAD * row_quads(layer));
    uint8_t *codes = (uint8_t *)(pairs + row_quads(layer) * quad_words(layer));
    const int32_t height = layer->window.output_height;
    uint8_t *outside = codes + (output_bits < 8 ? band_rows(layer) * layer->window.output_width * 4 : 0);
    for (uint32_t i = 0; i < pixel_bytes(layer->channels, input_bits); ++i) {
        outside[i] = (uint8_t)(layer->input_zero_point * (0xFF / code_mask(input_bits)));
    }
    unpack_rows(layer, weights, weight_bits, channels);
    const int32_t most = band_rows(layer);
    int32_t y = 0;
    int32_t above = 0;
    for (; most == 4 && y + 4 <= height; y += 4) {
        next_band(layer, weights, input_bits, output_bits, y, above, 4, channels, pairs, codes, outside,
                  input, output);
        above = 4;
    }
    for (; most >= 2 && y + 2 <= height; y += 2) {
        next_band(layer, weights, input_bits, output_bits, y, above, 2, channels, pairs, codes, outside,
                  input, output);
        above = 2;
    }
    for (; y < height; ++y) {
        next_band(layer, weights, input_bits, output_bits, y, above, 1, channels, pairs, codes, outside,
                  input, output);
        above = 1;
    }
}

#define DEPTHWISE_ROWS(a, w, o)                                                                              \
    KERNEL void depthwise_rows_a##a##_w##w##_o##o(const DepthwiseRows *layer,                                \
                                                  const DepthwiseWeights *weights, const uint8_t *input,     \
                                                  uint8_t *output, uint16_t *scratch) {                      \
        depthwise_rows(layer, weights, a, w, o, input, output, scratch);                                     \
    }
#define DEPTHWISE_ROWS_OUTPUTS(a, w)                                                                         \
    DEPTHWISE_ROWS(a, w, 8) DEPTHWISE_ROWS(a, w, 4) DEPTHWISE_ROWS(a, w, 2) DEPTHWISE_ROWS(a, w, 32)
#define DEPTHWISE_ROWS_WEIGHTS(a)                                                                            \
    DEPTHWISE_ROWS_OUTPUTS(a, 8) DEPTHWISE_ROWS_OUTPUTS(a, 4) DEPTHWISE_ROWS_OUTPUTS(a, 2)
DEPTHWISE_ROWS_WEIGHTS(8)
DEPTHWISE_ROWS_WEIGHTS(4)
DEPTHWISE_ROWS_WEIGHTS(2)

#endif
