// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.lower;

import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.SoftmaxLayer;
import dev.hilda.host.ir.ActivationQuantization;
import java.util.List;

/** Softmax: exponentials of all differences of codes, in units of 2^−20. */
final class SoftmaxTable {
    private static final double ONE = 0x1p20;
    private static final double OUTPUT_SCALE = 1.0 / 256;

    private SoftmaxTable() {}

    static SoftmaxLayer layer(
            String name,
            List<Integer> tensors,
            double beta,
            int channels,
            ActivationQuantization input,
            ActivationQuantization output) {
        LoweringException.require(
                beta > 0 && Double.isFinite(beta), name, "expected a positive beta of softmax, got " + beta);
        LoweringException.require(
                output.bits() == 8 && output.zeroPoint() == 0 && output.scale() == OUTPUT_SCALE,
                name,
                "softmax answers with 8 bits, scale 1/256 and zero point 0, got " + output);
        LoweringException.require(
                channels <= SoftmaxLayer.MAX_CHANNELS,
                name,
                "softmax takes at most " + SoftmaxLayer.MAX_CHANNELS + " channels, got " + channels);
        int[] exponentials = new int[Bits.highestCode(input.bits()) + 1];
        for (int difference = 0; difference < exponentials.length; difference++) {
            exponentials[difference] = (int) Math.rint(ONE * StrictMath.exp(-beta * input.scale() * difference));
        }
        return new SoftmaxLayer(name, tensors.get(0), tensors.get(1), Ints.of(exponentials));
    }
}
