// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.lower;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.network.AddLayer;
import dev.hilda.agent.network.RescaleLayer;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Rounding;
import java.math.BigInteger;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** Sums that no code of the operands takes out of int32. */
class WeightedSumTest {
    private static final int HIGHEST_CODE = 255;

    @Property
    void shouldKeepTheSumOfTwoOperandsInInt32(
            @ForAll @DoubleRange(min = -6, max = 6) double firstPower,
            @ForAll @DoubleRange(min = -6, max = 6) double secondPower,
            @ForAll @IntRange(max = HIGHEST_CODE) int firstZero,
            @ForAll @IntRange(max = HIGHEST_CODE) int secondZero,
            @ForAll @IntRange(max = HIGHEST_CODE) int outputZero,
            @ForAll Rounding rounding) {
        AddLayer add = WeightedSum.add(
                "sum",
                List.of(0, 1, 2),
                quantization(Math.pow(10, firstPower), firstZero, rounding),
                quantization(Math.pow(10, secondPower), secondZero, rounding),
                quantization(1, outputZero, rounding),
                Activation.NONE);
        requireInt32(add.addend(), 0, 0);
        requireInt32(add.addend(), add.firstMultiplier(), 0);
        requireInt32(add.addend(), 0, add.secondMultiplier());
        requireInt32(add.addend(), add.firstMultiplier(), add.secondMultiplier());
    }

    private static void requireInt32(int addend, int firstMultiplier, int secondMultiplier) {
        assertTrue(firstMultiplier >= 0 && secondMultiplier >= 0);
        BigInteger sum = BigInteger.valueOf(HIGHEST_CODE)
                .multiply(BigInteger.valueOf((long) firstMultiplier + secondMultiplier))
                .add(BigInteger.valueOf(addend));
        assertTrue(sum.bitLength() < Integer.SIZE, sum + " of " + firstMultiplier + " and " + secondMultiplier);
    }

    /** 2^23 · 255 and half a step more is just below 2^31. */
    @Example
    void shouldShiftAsFarAsTheSumAllows() {
        assertEquals(24, rescale(0.49, 0, 0).rightShift());
        assertEquals(23, rescale(0.5, 0, 0).rightShift(), "with half a step of shift 24 it is 2^31");
        assertEquals(22, rescale(2, 0, 0).rightShift());
        assertEquals(12, rescale(2000, 0, 0).rightShift());
        assertEquals(21, rescale(2, 0, HIGHEST_CODE).rightShift(), "a zero point adds to it");
        assertEquals(22, rescale(2, HIGHEST_CODE, 0).rightShift(), "or takes away from it");
    }

    @Example
    void shouldRefuseASumThatNoShiftKeepsInInt32() {
        LoweringException overflow = assertThrows(LoweringException.class, () -> rescale(1e7, 0, 0));
        assertEquals(
                "layer rescale: operands of scale [1.0E7] overflow int32 in units of the output's scale 1.0",
                overflow.getMessage());
        assertThrows(LoweringException.class, () -> rescale(1e7, HIGHEST_CODE, 0), "below int32");
    }

    /** 255 · 8421504 + 127 is 2^31 − 1; where ties are rounded, one bit behind the point is kept. */
    @Example
    void shouldTakeAsManyStepsAsInt32HoldsWhereNothingIsRounded() {
        assertEquals(0, rescale(8_421_504, 0, 127, Rounding.FLOOR).rightShift());
        assertThrows(LoweringException.class, () -> rescale(8_421_504, 0, 128, Rounding.FLOOR));
        assertThrows(LoweringException.class, () -> rescale(8_421_504, 0, 0, Rounding.HALF_UP));
    }

    private static RescaleLayer rescale(double scale, int inputZero, int outputZero) {
        return rescale(scale, inputZero, outputZero, Rounding.HALF_UP);
    }

    private static RescaleLayer rescale(double scale, int inputZero, int outputZero, Rounding rounding) {
        return WeightedSum.rescale(
                "rescale",
                List.of(0, 1),
                quantization(scale, inputZero, rounding),
                quantization(1, outputZero, rounding));
    }

    private static ActivationQuantization quantization(double scale, int zeroPoint, Rounding rounding) {
        return new ActivationQuantization(8, scale, zeroPoint, rounding);
    }
}
