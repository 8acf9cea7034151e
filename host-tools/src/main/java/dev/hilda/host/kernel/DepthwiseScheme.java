// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.DepthwiseLayer;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.WeightCodes;
import dev.hilda.agent.network.Window;
import java.util.List;
import java.util.Optional;

/** Four output channels of a pixel at a time: {@code kernels/depthwise.h}. */
public record DepthwiseScheme(DepthwiseLayer layer, Tensor input, Tensor output) implements WeightedScheme {
    @Override
    public String kernelName() {
        return "depthwise_a%d_w%d_o%d".formatted(input.bits(), layer.weights().bits(), output.bits());
    }

    @Override
    public long scratchBytes() {
        return scratchBytes(layer.window(), output);
    }

    @Override
    public Optional<String> compromise() {
        return Optional.of(DepthwiseRowsScheme.unsuited(layer.window(), input, output));
    }

    /** All weights, unpacked, less their zero points. */
    static long scratchBytes(Window window, Tensor output) {
        return (long) Quads.count(output.shape().channels()) * Quads.CHANNELS * window.taps() * Short.BYTES;
    }

    @Override
    public List<Reach> reach() {
        return reach(layer.window(), input, output);
    }

    @Override
    public Optional<RowReads> rowReads() {
        return Optional.of(RowReads.under(layer.window(), input, output, scratchBytes()));
    }

    static List<Reach> reach(Window window, Tensor input, Tensor output) {
        return List.of(new WindowReads(window, input, output).byQuads());
    }

    /** Quads of output channels in the order O/4,KH,KW; the last is filled with codes 0. */
    public byte[] weightBytes() {
        WeightCodes weights = layer.weights();
        int bits = weights.bits();
        int channels = weights.outputChannels();
        int taps = weights.count() / channels;
        int quadBytes = Quads.CHANNELS * bits / Byte.SIZE;
        byte[] bytes = new byte[Math.multiplyExact(Quads.count(channels), taps * quadBytes)];
        for (int channel = 0; channel < channels; channel++) {
            for (int tap = 0; tap < taps; tap++) {
                int bit = channel % Quads.CHANNELS * bits;
                int at = (channel / Quads.CHANNELS * taps + tap) * quadBytes + bit / Byte.SIZE;
                bytes[at] |= (byte) (weights.code(tap * channels + channel) << (bit % Byte.SIZE));
            }
        }
        return bytes;
    }

    /** One per output channel, with zeros to fill the last quad. */
    public byte[] zeroPoints() {
        WeightCodes weights = layer.weights();
        byte[] zeroPoints = new byte[Quads.count(weights.outputChannels()) * Quads.CHANNELS];
        for (int channel = 0; channel < weights.outputChannels(); channel++) {
            zeroPoints[channel] = (byte) weights.zeroPoint(channel);
        }
        return zeroPoints;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
        return visitor.depthwise(this);
    }
}
