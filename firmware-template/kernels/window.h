// SPDX-License-Identifier: Apache-2.0
// A window that slides over the input of a convolution or a pooling layer.
#ifndef HILDA_WINDOW_H
#define HILDA_WINDOW_H

#include "words.h"

typedef struct WindowShape {
    int32_t input_height, input_width;
    int32_t output_height, output_width;
    int32_t kernel_height, kernel_width;
    int32_t stride_height, stride_width;
    int32_t dilation_height, dilation_width;
    int32_t pad_top, pad_left;
} WindowShape;

// Taps first … end − 1 of a window lie inside the input, along one axis.
typedef struct TapRange {
    int32_t first;
    int32_t end;
} TapRange;

// start: coordinate of tap 0; extent: of the input.
KERNEL TapRange taps_inside(int32_t start, int32_t extent, int32_t kernel, int32_t dilation) {
    TapRange range = {0, kernel};
    if (start < 0) {
        range.first = (dilation - 1 - start) / dilation;
    }
    if (start + (kernel - 1) * dilation >= extent) {
        range.end = start < extent ? (extent - start + dilation - 1) / dilation : 0;
    }
    if (range.first > range.end) {
        range.first = range.end;
    }
    return range;
}

KERNEL TapRange rows_inside(const WindowShape *shape, int32_t y) {
    return taps_inside(y * shape->stride_height - shape->pad_top, shape->input_height, shape->kernel_height,
                       shape->dilation_height);
}

KERNEL TapRange columns_inside(const WindowShape *shape, int32_t x) {
    return taps_inside(x * shape->stride_width - shape->pad_left, shape->input_width, shape->kernel_width,
                       shape->dilation_width);
}

KERNEL bool covers(TapRange range, int32_t kernel) { return range.first == 0 && range.end == kernel; }

KERNEL TapRange all_taps(int32_t kernel) {
    const TapRange range = {0, kernel};
    return range;
}

// Whether all windows do.
KERNEL bool stays_inside(const WindowShape *shape) {
    return shape->pad_top == 0 && shape->pad_left == 0 &&
           (shape->output_height - 1) * shape->stride_height +
                   (shape->kernel_height - 1) * shape->dilation_height <
               shape->input_height &&
           (shape->output_width - 1) * shape->stride_width +
                   (shape->kernel_width - 1) * shape->dilation_width <
               shape->input_width;
}

// Index of the pixel under a tap.
KERNEL int32_t tap_pixel(const WindowShape *shape, int32_t y, int32_t x, int32_t tap_y, int32_t tap_x) {
    const int32_t row = y * shape->stride_height + tap_y * shape->dilation_height - shape->pad_top;
    const int32_t column = x * shape->stride_width + tap_x * shape->dilation_width - shape->pad_left;
    return row * shape->input_width + column;
}

#endif
