// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import java.util.function.IntUnaryOperator;

/**
 * Which weights share a range.
 *
 * @param ranges as many as channels, or 1
 * @param channelOf output channel by index of the weight
 */
record WeightChannels(int channels, int ranges, IntUnaryOperator channelOf) {
    int rangeOf(int weight) {
        return ranges == 1 ? 0 : channelOf.applyAsInt(weight);
    }

    int rangeOfChannel(int channel) {
        return ranges == 1 ? 0 : channel;
    }
}
