// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.dataset.InputShares.Verdict;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InputTallyTest {
    private static final int VALUES = 10_000;

    /** Evenly from low to high, as floats. */
    private static InputValues floats(double low, double high, RealMapping mapping) {
        ByteBuffer values = ByteBuffer.allocate(VALUES * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int index = 0; index < VALUES; index++) {
            values.putFloat((float) (low + (high - low) * index / (VALUES - 1)));
        }
        return sample(ElementType.F32, mapping, values.array());
    }

    private static InputValues bytes(RealMapping mapping) {
        byte[] values = new byte[VALUES];
        new Random(1).nextBytes(values);
        return sample(ElementType.U8, mapping, values);
    }

    private static InputValues sample(ElementType type, RealMapping mapping, byte[] values) {
        return new InputValues(TensorShape.vector(VALUES), type, mapping, values);
    }

    private static Tensor input(double low, double high) {
        double scale = (high - low) / 255;
        return new Tensor("x", TensorShape.vector(VALUES), 8, (int) Math.rint(-low / scale), scale);
    }

    private static InputShares shares(Tensor input, InputValues sample) {
        InputTally tally = new InputTally(input);
        tally.add(sample);
        return tally.shares();
    }

    /** The first two columns are what the network reads, the next two the samples' real values. */
    @ParameterizedTest
    @CsvSource({
        "0, 1, 0, 255, 'values: {scale: 0.00392156862745098, offset: 0}'",
        "0, 255, 0, 1, 'values: {scale: 255, offset: 0}'",
        "0, 1, -1, 1, 'values: {scale: 0.5, offset: 0.5}'",
        "0, 255, -1, 1, 'values: {scale: 127.5, offset: 127.5}'",
        "-1, 1, 0, 255, 'values: {scale: 0.00784313725490196, offset: -1}'",
        "0, 255, -128, 127, 'values: {scale: 1, offset: 128}'",
    })
    void shouldRefuseValuesOfAnotherScaleWithTheLineThatFits(
            double inputLow, double inputHigh, double low, double high, String line) {
        Tensor input = input(inputLow, inputHigh);
        InputShares shares = shares(input, floats(low, high, RealMapping.IDENTITY));
        assertEquals(Verdict.WRONG, shares.verdict(0), shares.actual(0));
        assertTrue(shares.remedy().endsWith(line), shares.remedy());
        InputShares mended = shares(input, floats(low, high, shares.fitting()));
        assertEquals(Verdict.FITTING, mended.verdict(0), mended.actual(0));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, 'values: {scale: 0.00392156862745098, offset: 0}'",
        "-1, 1, 'values: {scale: 0.00784313725490196, offset: -1}'"
    })
    void shouldRefuseBytesWithoutValues(double low, double high, String line) {
        InputShares shares = shares(input(low, high), bytes(RealMapping.IDENTITY));
        assertEquals(Verdict.WRONG, shares.verdict(0));
        assertTrue(shares.actual(0).startsWith("0 to 255 as stored"), shares.actual(0));
        assertTrue(shares.remedy().endsWith(line), shares.remedy());
        RealMapping tooSmall = new RealMapping(1 / 255.0, 0);
        InputShares narrow = shares(input(0, 255), bytes(tooSmall));
        assertTrue(narrow.isNarrow() && narrow.verdict(0) == Verdict.WRONG, narrow.actual(0));
        assertTrue(narrow.remedy().endsWith("no line values:"), narrow.remedy());
    }

    @Test
    void shouldNotCountSaturationAtTheLastCode() {
        Tensor input = new Tensor("x", TensorShape.vector(VALUES), 8, 128, 1 / 128.0);
        assertEquals(
                0, shares(input, floats(-1, 127.49 / 128, RealMapping.IDENTITY)).clipped());
        double outside =
                shares(input, floats(-1, 129.0 / 128, RealMapping.IDENTITY)).clipped();
        assertEquals(1.5 / 257, outside, 2e-4, "1.5 of 257 steps are more than half a step outside");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.3})
    void shouldCompareWithWhatCalibrationClipped(double calibrated) {
        Tensor input = input(0, 1);
        for (double more : new double[] {0.005, 0.015, 0.19, 0.21}) {
            double high = 1 / (1 - calibrated - more);
            Verdict expected = more < 0.01 ? Verdict.FITTING : more < 0.2 ? Verdict.DOUBTFUL : Verdict.WRONG;
            InputShares shares = shares(input, floats(0, high, RealMapping.IDENTITY));
            assertEquals(expected, shares.verdict(calibrated), more + ": " + shares.actual(calibrated));
        }
    }

    /** 3 % of 256 codes are 7.68. */
    @Test
    void shouldCallSevenCodesNarrowAndEightNot() {
        assertTrue(shares(input(0, 255), floats(100, 106, RealMapping.IDENTITY)).isNarrow());
        assertFalse(
                shares(input(0, 255), floats(99.6, 107.4, RealMapping.IDENTITY)).isNarrow());
    }
}
