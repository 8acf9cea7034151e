// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.agent.network.TensorShape;

/** Order of the axes in a stored sample, outermost first. */
enum AxisOrder {
    /** Height, width, channel: the order of every sample that leaves this package. */
    HWC,
    /** Channel, height, width. */
    CHW;

    /** The values of one sample in the order height, width, channel. */
    byte[] toHwc(byte[] stored, TensorShape shape, int valueBytes) {
        if (this == HWC) {
            return stored;
        }
        byte[] hwc = new byte[stored.length];
        int pixels = shape.pixels();
        int channels = shape.channels();
        for (int channel = 0; channel < channels; channel++) {
            for (int pixel = 0; pixel < pixels; pixel++) {
                int from = (channel * pixels + pixel) * valueBytes;
                int to = (pixel * channels + channel) * valueBytes;
                System.arraycopy(stored, from, hwc, to, valueBytes);
            }
        }
        return hwc;
    }
}
