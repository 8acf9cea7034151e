// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

/**
 * Softmax over the channels of each pixel; 8 bits out, scale 1/256, zero point 0.
 *
 * @param exponentials {@code rint(2^20 · exp(−β·S·d))} for each difference d of codes, 0 … 2^bits − 1
 */
public record SoftmaxLayer(String name, int input, int output, Ints exponentials) implements UnaryLayer {
    /** More channels could overflow the sum. */
    public static final int MAX_CHANNELS = 2047;

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.softmax(this);
    }
}
