// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.network;

/**
 * The same values under another quantization: {@code clamp((addend + multiplier·X) >> rightShift, low, high)}.
 *
 * @param rightShift 0 … 24
 */
public record RescaleLayer(
        String name, int input, int output, int multiplier, int addend, int rightShift, int low, int high)
        implements UnaryLayer {
    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.rescale(this);
    }
}
