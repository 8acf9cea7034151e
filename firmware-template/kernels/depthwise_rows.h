// SPDX-License-Identifier: Apache-2.0
// Depthwise convolution 3×3 with a stride of 1 or 2 and no multiplier, several output rows at a time.
//
// A band of output rows reads pairs of input rows. In scratch, each pair has a word for each column and
// channel: the upper row's code in its low lane, the lower row's in the high one, zero points where the window
// leaves the input. So one word of two weights makes two products of a window. The last pair of a band is the
// first of the next: each input row is read once, and no later than the first output row that needs it, before
// anything of the band is stored.
//
// Weights: as in depthwise.h. Scratch, from an address aligned to 8 bytes on: a ChannelRows of each channel,
// whole quads of them; the pairs in the order C/4, columns, pairs, 4; codes of a quad's output rows, where
// outputs have fewer than 8 bits.
#ifndef HILDA_DEPTHWISE_ROWS_H
#define HILDA_DEPTHWISE_ROWS_H

#include "depthwise.h"

typedef struct DepthwiseRows {
    WindowShape window; // both strides are equal
    uint32_t channels;
    uint32_t input_zero_point;
    int32_t pairs; // of input rows to a band, 2 or 3
    int32_t quads_between_yields;
    Requantization requantization;
} DepthwiseRows;

// Scratch is declared as lanes of 16 bits.
typedef uint32_t __attribute__((may_alias)) LaneWord;

// What the windows of a channel are multiplied with.
typedef struct __attribute__((may_alias)) ChannelRows {
    uint32_t upper[3]; // of each column: the weights of the upper two rows
    uint32_t lower[3]; // and of the lower two
    uint32_t bias;     // less what the input's zero point adds
    int32_t multiplier;
} ChannelRows;

KERNEL uint32_t row_quads(const DepthwiseRows *layer) { return (layer->channels + QUAD - 1) / QUAD; }

// Columns of a pair: all that windows touch.
KERNEL int32_t pair_columns(const DepthwiseRows *layer) {
    return (layer->window.output_width - 1) * layer->window.stride_width + layer->window.kernel_width;
}

KERNEL uint32_t column_words(const DepthwiseRows *layer) { return QUAD * (uint32_t)layer->pairs; }

KERNEL uint32_t quad_words(const DepthwiseRows *layer) {
    return (uint32_t)pair_columns(layer) * column_words(layer);
}

// Output rows of a band.
KERNEL int32_t band_rows(const DepthwiseRows *layer) {
    return (layer->pairs - 1) * 2 / layer->window.stride_height;
}

KERNEL uint32_t low_lanes_of(uint32_t low, uint32_t high) { return (low & 0xFFFF) | high << 16; }
KERNEL uint32_t high_lanes_of(uint32_t low, uint32_t high) { return low >> 16 | (high & 0xFFFF0000); }

// accumulator + low(a)·high(b), lanes signed.
KERNEL uint32_t multiply_low_high(uint32_t a, uint32_t b, uint32_t accumulator) {
#ifdef __ARM_FEATURE_DSP
    return (uint32_t)__smlabt((int32_t)a, (int32_t)b, (int32_t)accumulator);
#else
    return accumulator + (uint32_t)(low_lane(a) * high_lane(b));
#endif
}

// accumulator + high(a)·low(b), lanes signed.
KERNEL uint32_t multiply_high_low(uint32_t a, uint32_t b, uint32_t accumulator) {
#ifdef __ARM_FEATURE_DSP
    return (uint32_t)__smlatb((int32_t)a, (int32_t)b, (int32_t)accumulator);
#else
    return accumulator + (uint32_t)(high_lane(a) * low_lane(b));
#endif
}

// The weights of a column of a quad's windows, from its three rows.
KERNEL void pair_weights(QuadLanes first, QuadLanes second, QuadLanes third, uint32_t column,
                         ChannelRows *channels) {
    channels[0].upper[column] = low_lanes_of(first.even, second.even);
    channels[1].upper[column] = low_lanes_of(first.odd, second.odd);
    channels[2].upper[column] = high_lanes_of(first.even, second.even);
    channels[3].upper[column] = high_lanes_of(first.odd, second.odd);
    channels[0].lower[column] = low_lanes_of(second.even, third.even);
    channels[1].lower[column] = low_lanes_of(second.odd, third.odd);
    channels[2].lower[column] = high_lanes_of(second.even, third.even);
    channels[3].lower[column] = high_lanes_of(second.odd, third.odd);
}

KERNEL QuadLanes row_weight_lanes(const uint8_t *codes, uint32_t bits, QuadLanes zero_points) {
    const QuadLanes lanes = quad_lanes(load_quad(codes, QUAD, bits), bits);
    return (QuadLanes){.even = subtract_lanes(lanes.even, zero_points.even),
                       .odd = subtract_lanes(lanes.odd, zero_points.odd)};
}

KERNEL uint32_t bias_of_rows(const DepthwiseRows *layer, const ChannelRows *channel, uint32_t bias) {
    uint32_t sum = 0;
    for (uint32_t column = 0; column < 3; ++column) {
        sum = multiply_lanes(channel->upper[column], 0x00010001U, sum);
        sum += (uint32_t)high_lane(channel->lower[column]);
    }
    return bias - layer->input_zero_point * sum;
}

KERNEL void unpack_rows(const DepthwiseRows *layer, const DepthwiseWeights *weights, uint32_t weight_bits,
                        ChannelRows *channels) {
    const uint8_t *codes = weights->codes;
    const uint32_t row = 3 * quad_bytes(weight_bits);
    for (uint32_t first = 0; first < layer->channels; first += QUAD) {
        const QuadLanes zero_points = quad_lanes(load_word(weights->zero_points + first), 8);
        for (uint32_t column = 0; column < 3; ++column) {
            pair_weights(row_weight_lanes(codes, weight_bits, zero_points),
                         row_weight_lanes(codes + row, weight_bits, zero_points),
                         row_weight_lanes(codes + 2 * row, weight_bits, zero_points), column, channels + first);
            codes += quad_bytes(weight_bits);
        }
        codes += 2 * row;
    }
    for (uint32_t channel = 0; channel < layer->channels; ++channel) {
        const uint32_t bias = weights->bias == NULL ? 0 : (uint32_t)weights->bias[channel];
        channels[channel].bias = bias_of_rows(layer, &channels[channel], bias);
        channels[channel].multiplier = weights->multipliers == NULL ? 0 : weights->multipliers[channel];
    }
}

KERNEL void store_row_pair(QuadLanes upper, QuadLanes lower, LaneWord *to) {
    to[0] = low_lanes_of(upper.even, lower.even);
    to[1] = low_lanes_of(upper.odd, lower.odd);
    to[2] = high_lanes_of(upper.even, lower.even);
    to[3] = high_lanes_of(upper.odd, lower.odd);
}

// Two input rows; NULL: outside.
typedef struct RowPair {
    const uint8_t *upper;
    const uint8_t *lower;
} RowPair;

KERNEL QuadLanes lanes_of_row(const DepthwiseRows *layer, const uint8_t *row, uint32_t offset, uint32_t count,
                              uint32_t bits) {
    if (row == NULL) {
        const uint32_t zero_points = both_lanes((int32_t)layer->input_zero_point);
        return (QuadLanes){zero_points, zero_points};
    }
    return quad_lanes(load_quad(row + offset, count, bits), bits);
}

// One column of a pair: all quads. offset: of the pixel in its row.
KERNEL void pack_pair_column(const DepthwiseRows *layer, uint32_t bits, RowPair rows, uint32_t offset,
                        LaneWord *to) {
    const uint32_t whole = layer->channels & ~(QUAD - 1);
    for (uint32_t channel = 0; channel < whole; channel += QUAD) {
        store_row_pair(lanes_of_row(layer, rows.upper, offset, QUAD, bits),
                   lanes_of_row(layer, rows.lower, offset, QUAD, bits), to);
        offset += quad_bytes(bits);
        to += quad_words(layer);
    }
    if (whole < layer->channels) {
        store_row_pair(lanes_of_row(layer, rows.upper, offset, layer->channels - whole, bits),
                   lanes_of_row(layer, rows.lower, offset, layer->channels - whole, bits), to);
    }
}

// Input rows `first` and the next one as the given pair, of those before end.
KERNEL void pack_row_pair(const DepthwiseRows *layer, uint32_t bits, const uint8_t *input, int32_t first,
                      int32_t end, int32_t pair, LaneWord *pairs) {
    const WindowShape *window = &layer->window;
    const uint32_t bytes = pixel_bytes(layer->channels, bits);
    const uint32_t row_bytes = bytes * (uint32_t)window->input_width;
    const RowPair rows = {
        .upper = first >= 0 && first < end ? input + (uint32_t)first * row_bytes : NULL,
        .lower = first >= -1 && first + 1 < end ? input + (uint32_t)(first + 1) * row_bytes : NULL,
    };
    LaneWord *to = pairs + QUAD * (uint32_t)pair;
    for (int32_t column = 0; column < pair_columns(layer); ++column) {
        const int32_t x = column - window->pad_left;
        const bool inside = x >= 0 && x < window->input_width;
        pack_pair_column(layer, bits, inside ? rows : (RowPair){NULL, NULL}, (uint32_t)x * bytes, to);
        to += column_words(layer);
    }
}

// Makes a pair the first one.
KERNEL void keep_row_pair(const DepthwiseRows *layer, int32_t pair, LaneWord *pairs) {
    const uint32_t columns = row_quads(layer) * (uint32_t)pair_columns(layer);
    for (uint32_t column = 0; column < columns; ++column) {
        for (uint32_t i = 0; i < QUAD; ++i) {
            pairs[i] = pairs[QUAD * (uint32_t)pair + i];
        }
        pairs += column_words(layer);
    }
}

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
                sums[row] = multiply_lanes(two[0], channel->upper[column], sums[row]);
                sums[row] = multiply_low_high(two[QUAD], channel->lower[column], sums[row]);
            } else {
                sums[row] = multiply_high_low(two[0], channel->upper[column], sums[row]);
                sums[row] = multiply_lanes(two[QUAD], channel->lower[column], sums[row]);
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

// As requantize().
KERNEL int32_t requantize_sum(uint32_t sum, int32_t multiplier, const Requantization *to) {
#ifdef __ARM_FEATURE_DSP
    int32_t scaled;
    __asm__("smmla %0, %1, %2, %3"
            : "=r"(scaled)
            : "r"(sum << to->left_shift), "r"(multiplier), "r"(to->addend));
    return clamp(scaled >> to->right_shift, to->low, to->high);
#else
    return requantize(sum, multiplier, to);
#endif
}

KERNEL void store_sum(const DepthwiseRows *layer, uint32_t output_bits, uint32_t sum, int32_t multiplier,
                      const ChannelOutput *output, uint8_t *to) {
    int32_t value;
    if (output->thresholds != NULL) {
        value = reached_thresholds(sum, output->thresholds, output_bits);
    } else {
        value = output->raw ? (int32_t)sum : requantize_sum(sum, multiplier, &layer->requantization);
    }
    if (output_bits == 32) {
        store_word(to, (uint32_t)value);
    } else {
        *to = (uint8_t)value;
    }
}

#if defined(__ARM_FEATURE_DSP) && defined(__OPTIMIZE__)
// Whether saturation clamps, and strides are what channel_band_of_four() takes.
KERNEL bool suits_band_of_four(const DepthwiseRows *layer, uint32_t output_bits, int32_t rows,
                               const ChannelOutput *output) {
    const Requantization *to = &layer->requantization;
    return rows == 4 && layer->pairs == 3 && layer->window.stride_height == 1 && output_bits <= 8 &&
           !output->raw && output->thresholds == NULL && to->low == 0 &&
           to->high == (int32_t)code_mask(output_bits) && to->right_shift >= 1 && output->pixel_step < 4096;
}

// One column, of words that begin at in: two of them are in first and second. Loads are two cycles ahead of
// what multiplies, multiplications pair with loads; s0 to s3 are the sums, and before that whatever is free.
#define COLUMN_OF_FOUR(load_last, compare_last)                                                               \
    "smlad %[s0], %[t0], %[a0], %[s2]\n\t"                                                                   \
    load_last                                                                                                \
    "smlatb %[s1], %[t0], %[a0], %[s2]\n\t"                                                                  \
    "ldr %[t0], [%[in], #32]\n\t"                                                                           \
    "smlabt %[s0], %[t1], %[b0], %[s0]\n\t"                                                                  \
    compare_last                                                                                             \
    "smlad %[s1], %[t1], %[b0], %[s1]\n\t"                                                                   \
    "smlatb %[s3], %[t1], %[a0], %[s2]\n\t"                                                                  \
    "smlad %[s2], %[t1], %[a0], %[s2]\n\t"                                                                   \
    "ldr %[t1], [%[in], #48]\n\t"                                                                           \
    "smlad %[s3], %[t0], %[b0], %[s3]\n\t"                                                                   \
    "smlabt %[s2], %[t0], %[b0], %[s2]\n\t"                                                                  \
    "ldr %[t0], [%[in], #64]\n\t"                                                                           \
    "smlad %[s0], %[t1], %[a1], %[s0]\n\t"                                                                   \
    "smlatb %[s1], %[t1], %[a1], %[s1]\n\t"                                                                  \
    "ldr %[t1], [%[in], #80]\n\t"                                                                           \
    "smlad %[s2], %[t0], %[a1], %[s2]\n\t"                                                                   \
    "smlatb %[s3], %[t0], %[a1], %[s3]\n\t"                                                                  \
    "smlabt %[s0], %[t0], %[b1], %[s0]\n\t"                                                                  \
    "smlad %[s1], %[t0], %[b1], %[s1]\n\t"                                                                   \
    "ldr %[t0], [%[in], #96]\n\t"                                                                           \
    "smlabt %[s2], %[t1], %[b1], %[s2]\n\t"                                                                  \
    "smlad %[s3], %[t1], %[b1], %[s3]\n\t"                                                                   \
    "ldr %[t1], [%[in], #112]\n\t"                                                                          \
    "smlad %[s0], %[t0], %[a2], %[s0]\n\t"                                                                   \
    "smlatb %[s1], %[t0], %[a2], %[s1]\n\t"                                                                  \
    "ldr %[t0], [%[in], #128]\n\t"                                                                          \
    "smlabt %[s0], %[t1], %[b2], %[s0]\n\t"                                                                  \
    "smlad %[s1], %[t1], %[b2], %[s1]\n\t"                                                                   \
    "smlad %[s2], %[t1], %[a2], %[s2]\n\t"                                                                   \
    "smlatb %[s3], %[t1], %[a2], %[s3]\n\t"                                                                  \
    "ldr %[t1], %[multiplier]\n\t"                                                                          \
    "smlabt %[s2], %[t0], %[b2], %[s2]\n\t"                                                                  \
    "smlad %[s3], %[t0], %[b2], %[s3]\n\t"                                                                   \
    "ldr %[t0], %[addend]\n\t"                                                                              \
    ".if %c[left] > 0\n\t"                                                                                  \
    "lsl %[s0], %[s0], %[left]\n\t"                                                                         \
    "lsl %[s1], %[s1], %[left]\n\t"                                                                         \
    "lsl %[s2], %[s2], %[left]\n\t"                                                                         \
    "lsl %[s3], %[s3], %[left]\n\t"                                                                         \
    ".endif\n\t"                                                                                            \
    "smmla %[s0], %[s0], %[t1], %[t0]\n\t"                                                                   \
    "smmla %[s1], %[s1], %[t1], %[t0]\n\t"                                                                   \
    "smmla %[s2], %[s2], %[t1], %[t0]\n\t"                                                                   \
    "usat %[s0], %[bits], %[s0], asr %[right]\n\t"                                                          \
    "smmla %[s3], %[s3], %[t1], %[t0]\n\t"                                                                   \
    "usat %[s1], %[bits], %[s1], asr %[right]\n\t"                                                          \
    ".if 3 * %c[row] < 4096\n\t"                                                                            \
    "ldr %[t0], [%[in], #48]!\n\t"                                                                          \
    "usat %[s2], %[bits], %[s2], asr %[right]\n\t"                                                          \
    "strb %[s0], [%[out]]\n\t"                                                                              \
    "usat %[s3], %[bits], %[s3], asr %[right]\n\t"                                                          \
    "strb %[s1], [%[out], %[row]]\n\t"                                                                      \
    "strb %[s2], [%[out], #(2 * %c[row])]\n\t"                                                              \
    "ldr %[t1], [%[in], #16]\n\t"                                                                           \
    "strb %[s3], [%[out], #(3 * %c[row])]\n\t"                                                              \
    ".else\n\t"                                                                                             \
    "ldr %[t0], %[row_step]\n\t"                                                                            \
    "usat %[s2], %[bits], %[s2], asr %[right]\n\t"                                                          \
    "strb %[s0], [%[out]]\n\t"                                                                              \
    "usat %[s3], %[bits], %[s3], asr %[right]\n\t"                                                          \
    "strb %[s1], [%[out], %[t0]]\n\t"                                                                       \
    "strb %[s2], [%[out], %[t0], lsl #1]\n\t"                                                               \
    "add %[t1], %[out], %[t0]\n\t"                                                                          \
    "strb %[s3], [%[t1], %[t0], lsl #1]\n\t"                                                                \
    "ldr %[t0], [%[in], #48]!\n\t"                                                                          \
    "ldr %[t1], [%[in], #16]\n\t"                                                                           \
    ".endif\n\t"                                                                                            \
    "ldr %[s2], %[bias]\n\t"                                                                                \
    "add %[out], %[out], %[pixel]\n\t"

// channel_band() of four rows below each other, in two columns at a time.
KERNEL void channel_band_of_four(const DepthwiseRows *layer, uint32_t output_bits, const ChannelRows *channel,
                                 const LaneWord *pairs, const ChannelOutput *output) {
    const uint32_t width = (uint32_t)layer->window.output_width;
    const LaneWord *const last = pairs + (width - 1) * column_words(layer);
    const LaneWord *in = pairs;
    uint8_t *out = output->first;
    const uint32_t bias = channel->bias;
    const int32_t multiplier = channel->multiplier;
    const int32_t addend = layer->requantization.addend;
    const uint32_t row_step = output->row_step;
    uint32_t t0, t1, s0, s1, s2, s3;
    __asm__ volatile("ldr %[s2], %[bias]\n\t"
                     "ldr %[t0], [%[in]]\n\t"
                     "ldr %[t1], [%[in], #16]\n\t"
                     ".if %c[odd]\n\t"
                     "b 2f\n"
                     ".endif\n"
                     "1:\n\t"
                     COLUMN_OF_FOUR("", "")
                     "2:\n\t"
                     COLUMN_OF_FOUR("ldr %[s3], %[last]\n\t", "cmp %[in], %[s3]\n\t")
                     "bne 1b\n"
                     : [in] "+r"(in), [out] "+r"(out), [t0] "=&r"(t0), [t1] "=&r"(t1), [s0] "=&r"(s0),
                       [s1] "=&r"(s1), [s2] "=&r"(s2), [s3] "=&r"(s3)
                     : [a0] "r"(channel->upper[0]), [b0] "r"(channel->lower[0]), [a1] "r"(channel->upper[1]),
                       [b1] "r"(channel->lower[1]), [a2] "r"(channel->upper[2]), [b2] "r"(channel->lower[2]),
                       [bias] "m"(bias), [multiplier] "m"(multiplier), [addend] "m"(addend),
                       [row_step] "m"(row_step), [last] "m"(last), [row] "i"(output->row_step),
                       [pixel] "i"(output->pixel_step), [bits] "i"(output_bits),
                       [left] "i"(layer->requantization.left_shift),
                       [right] "i"(layer->requantization.right_shift), [odd] "i"(width % 2)
                     : "cc", "memory");
}
#endif

// All columns of a channel.
KERNEL void channel_band(const DepthwiseRows *layer, uint32_t output_bits, int32_t rows,
                         const ChannelRows *in_scratch, const LaneWord *pairs, const ChannelOutput *output) {
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
                      const LaneWord *pairs, uint8_t *codes, uint8_t *output) {
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
            .thresholds = weights->thresholds == NULL
                              ? NULL
                              : weights->thresholds + channel * code_mask(output_bits),
        };
#if defined(__ARM_FEATURE_DSP) && defined(__OPTIMIZE__)
        if (suits_band_of_four(layer, output_bits, rows, &to)) {
            channel_band_of_four(layer, output_bits, channels + channel, pairs + i, &to);
            continue;
        }
#endif
        channel_band(layer, output_bits, rows, channels + channel, pairs + i, &to);
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
    int32_t until_yield = layer->quads_between_yields;
    for (uint32_t first = 0; first < whole; first += QUAD) {
        quad_band(layer, weights, output_bits, rows, first, QUAD, channels, pairs, codes, output);
        pairs += quad_words(layer);
        if (--until_yield == 0) {
            until_yield = layer->quads_between_yields;
            inference_yield();
        }
    }
    if (whole < layer->channels) {
        quad_band(layer, weights, output_bits, rows, whole, layer->channels - whole, channels, pairs, codes,
                  output);
    }
}

// Packs what the band of output rows from y on reads beyond its first pair, then computes it.
KERNEL void next_band(const DepthwiseRows *layer, const DepthwiseWeights *weights, uint32_t input_bits,
                      uint32_t output_bits, int32_t y, int32_t rows, const ChannelRows *channels,
                      LaneWord *pairs, uint8_t *codes, const uint8_t *input, uint8_t *output) {
    const WindowShape *window = &layer->window;
    const int32_t first = y * window->stride_height - window->pad_top;
    const int32_t last = (window->output_height - 1) * window->stride_height - window->pad_top + 3;
    const int32_t end = clamp(last, 0, window->input_height);
    const int32_t pair_count = 1 + (rows * window->stride_height + 1) / 2;
    for (int32_t pair = y == 0 ? 0 : 1; pair < pair_count; ++pair) {
        pack_row_pair(layer, input_bits, input, first + 2 * pair, end, pair, pairs);
    }
    const uint32_t row_bytes =
        pixel_bytes(layer->channels, output_bits) * (uint32_t)window->output_width;
    row_band(layer, weights, output_bits, rows, channels, pairs, codes, output + (uint32_t)y * row_bytes);
    keep_row_pair(layer, pair_count - 1, pairs);
    inference_yield();
}

KERNEL void depthwise_rows(const DepthwiseRows *layer, const DepthwiseWeights *weights, uint32_t input_bits,
                           uint32_t weight_bits, uint32_t output_bits, const uint8_t *input, uint8_t *output,
                           uint16_t *scratch) {
    ChannelRows *channels = (ChannelRows *)__builtin_assume_aligned(scratch, 8);
    LaneWord *pairs = (LaneWord *)(void *)(channels + QUAD * row_quads(layer));
    uint8_t *codes = (uint8_t *)(pairs + row_quads(layer) * quad_words(layer));
    const int32_t height = layer->window.output_height;
    unpack_rows(layer, weights, weight_bits, channels);
    int32_t y = 0;
    for (; y + 4 <= height && band_rows(layer) == 4; y += 4) {
        next_band(layer, weights, input_bits, output_bits, y, 4, channels, pairs, codes, input, output);
    }
    for (; y + 2 <= height && band_rows(layer) >= 2; y += 2) {
        next_band(layer, weights, input_bits, output_bits, y, 2, channels, pairs, codes, input, output);
    }
    for (; y < height; ++y) {
        next_band(layer, weights, input_bits, output_bits, y, 1, channels, pairs, codes, input, output);
    }
}

#define DEPTHWISE_ROWS(a, w, o)                                                                              \
    KERNEL void depthwise_rows_a##a##_w##w##_o##o(const DepthwiseRows *layer, const DepthwiseWeights *weights, \
                                                  const uint8_t *input, uint8_t *output, uint16_t *scratch) { \
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
