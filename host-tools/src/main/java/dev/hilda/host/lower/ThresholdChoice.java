// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.lower;

import dev.hilda.agent.network.Ints;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Rounding;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Arrays;

/**
 * Thresholds of one output channel (INTEGER.md, Thresholds; Rusci et al. 2020, section 4, after Umuroglu & Jahre 2017). Of
 * the real channel v(Φ) = slope·Φ + start, threshold k is the least sum of products Φ whose code is k or more:
 * ⌈((k − Zy − half)·S_y − start) / slope⌉, exact in the given double values, saturated to int32. Of a falling channel
 * Φ is −Φ, as its mirrored weights make it.
 */
final class ThresholdChoice {
    private static final BigInteger MAX = BigInteger.valueOf(Integer.MAX_VALUE);
    private static final BigInteger MIN = BigInteger.valueOf(Integer.MIN_VALUE);

    /** Of a quotient of doubles and the few roundings before it, relative to what went in; there is room to spare. */
    private static final double ERROR = 0x1p-48;

    private final ActivationQuantization output;
    private final Clamps clamps;
    private final double half;

    ThresholdChoice(ActivationQuantization output, Clamps clamps) {
        this.output = output;
        this.clamps = clamps;
        this.half = output.rounding() == Rounding.FLOOR ? 0 : 0.5;
    }

    /**
     * One of each code but 0, ascending: the lowest int32 of codes that every value has reached or the clamps lift it to, the
     * highest of those that none may reach.
     */
    Ints thresholds(Channel channel, int highest) {
        int[] thresholds = new int[highest];
        Arrays.setAll(thresholds, index -> threshold(channel, index + 1));
        return Ints.of(thresholds);
    }

    private int threshold(Channel channel, int code) {
        if (code <= clamps.low()) {
            return Integer.MIN_VALUE;
        }
        if (code > clamps.high()) {
            return Integer.MAX_VALUE;
        }
        double steps = code - output.zeroPoint() - half;
        double slope = Math.abs(channel.gain) * channel.unit;
        double reach = steps * output.scale();
        double quotient = (reach - channel.start()) / slope;
        double error = ERROR * ((Math.abs(reach) + Math.abs(channel.start())) / slope + Math.abs(quotient) + 1);
        boolean certain = Math.floor(quotient - error) == Math.floor(quotient + error);
        if (certain && Math.abs(quotient) < Integer.MAX_VALUE) {
            return (int) Math.ceil(quotient);
        }
        return exact(channel, new BigDecimal(steps).multiply(new BigDecimal(output.scale())));
    }

    private static int exact(Channel channel, BigDecimal reach) {
        BigDecimal missing = reach.subtract(channel.exactStart());
        BigDecimal slope = new BigDecimal(Math.abs(channel.gain)).multiply(new BigDecimal(channel.unit));
        if (slope.signum() == 0) {
            return missing.signum() <= 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE;
        }
        BigInteger least = missing.divide(slope, 0, RoundingMode.CEILING).toBigInteger();
        return least.min(MAX).max(MIN).intValueExact();
    }

    /**
     * v(Φ) = gain·(unit·Φ + bias); a constant where the gain is 0.
     *
     * @param unit real value of one in Φ, without the gain
     * @param bias real, the normalization's offset in it where the gain is not 0
     * @param constant v where the gain is 0
     */
    record Channel(double gain, double unit, double bias, double constant) {
        private double start() {
            return gain == 0 ? constant : gain * bias;
        }

        private BigDecimal exactStart() {
            return gain == 0 ? new BigDecimal(constant) : new BigDecimal(gain).multiply(new BigDecimal(bias));
        }
    }
}
