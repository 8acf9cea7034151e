// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.lower;

import dev.hilda.agent.network.AddLayer;
import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.RescaleLayer;
import dev.hilda.agent.network.SumLayer;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Rounding;
import java.util.List;

/**
 * Add, Sum and Rescale: (addend + Σ multiplier_k·X_k) >> rightShift. The result differs from the exact one only where that lies
 * within Σ X_k·2^(−rightShift−1) of a tie.
 *
 * @param multipliers one per operand
 */
record WeightedSum(Ints multipliers, int addend, int rightShift) {
    private static final int MAX_RIGHT_SHIFT = 24;

    static AddLayer add(
            String name,
            List<Integer> tensors,
            ActivationQuantization first,
            ActivationQuantization second,
            ActivationQuantization output,
            Activation activation) {
        WeightedSum sum = of(name, List.of(first, second), new int[] {1, 1}, output);
        Clamps clamps = Clamps.of(output, activation);
        return new AddLayer(
                name,
                tensors.get(0),
                tensors.get(1),
                tensors.get(2),
                sum.multipliers.get(0),
                sum.multipliers.get(1),
                sum.addend,
                sum.rightShift,
                clamps.low(),
                clamps.high());
    }

    /** @param secondSign −1 for a difference */
    static SumLayer broadcast(
            String name,
            List<Integer> tensors,
            ActivationQuantization first,
            ActivationQuantization second,
            int secondSign,
            ActivationQuantization output,
            Activation activation) {
        LoweringException.require(Bits.isCode(output.bits()), name, "expected a sum of 8, 4 or 2 bits, got " + output);
        WeightedSum sum = of(name, List.of(first, second), new int[] {1, secondSign}, output);
        Clamps clamps = Clamps.of(output, activation);
        return new SumLayer(
                name,
                tensors.get(0),
                tensors.get(1),
                tensors.get(2),
                sum.multipliers.get(0),
                sum.multipliers.get(1),
                sum.addend,
                sum.rightShift,
                clamps.low(),
                clamps.high());
    }

    static RescaleLayer rescale(
            String name, List<Integer> tensors, ActivationQuantization input, ActivationQuantization output) {
        WeightedSum sum = of(name, List.of(input), new int[] {1}, output);
        Clamps clamps = Clamps.of(output, Activation.NONE);
        return new RescaleLayer(
                name,
                tensors.get(0),
                tensors.get(1),
                sum.multipliers.get(0),
                sum.addend,
                sum.rightShift,
                clamps.low(),
                clamps.high());
    }

    /** With the largest shift for which the sum of any of the terms stays in int32. */
    private static WeightedSum of(
            String name, List<ActivationQuantization> operands, int[] signs, ActivationQuantization output) {
        int least = output.rounding() == Rounding.FLOOR ? 0 : 1;
        for (int shift = MAX_RIGHT_SHIFT; shift >= least; shift--) {
            long addend = (long) output.zeroPoint() << shift;
            addend += output.rounding() == Rounding.FLOOR ? 0 : 1L << (shift - 1);
            double above = 0;
            double below = 0;
            int[] multipliers = new int[operands.size()];
            for (int k = 0; k < multipliers.length; k++) {
                ActivationQuantization operand = operands.get(k);
                double multiplier = Math.rint(operand.scale() / output.scale() * Math.scalb(1.0, shift));
                double most = multiplier * Bits.highestCode(operand.bits());
                above += signs[k] > 0 ? most : 0;
                below += signs[k] > 0 ? 0 : most;
                multipliers[k] = signs[k] * (int) multiplier;
                addend -= signs[k] * (long) (multiplier * operand.zeroPoint());
            }
            if (Math.max(addend, 0) + above <= Integer.MAX_VALUE && Math.min(addend, 0) - below >= -Integer.MAX_VALUE) {
                return new WeightedSum(Ints.of(multipliers), (int) addend, shift);
            }
        }
        throw new LoweringException("layer " + name + ": operands of scale "
                + operands.stream().map(ActivationQuantization::scale).toList()
                + " overflow int32 in units of the output's scale " + output.scale());
    }
}
