// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Published formulas, and derivatives against differences with rounding taken for the identity. */
class WeightRangeTest {
    private static final int CHANNELS = 3;
    private static final int WEIGHTS = 60;
    private static final double STEP = 1e-3;

    /** In the order of a convolution's weights. */
    private static int channelOf(int weight) {
        return weight / (WEIGHTS / CHANNELS);
    }

    private static WeightChannels channels(int ranges) {
        return new WeightChannels(CHANNELS, ranges, WeightRangeTest::channelOf);
    }

    /** A range for each channel, the same for all where there is one. */
    private static List<WeightRange.Codes> start(int ranges, int bits, Random random) {
        List<WeightRange.Codes> start = new ArrayList<>();
        for (int channel = 0; channel < CHANNELS; channel++) {
            WeightRange.Codes codes = new WeightRange.Codes(
                    bits, random.nextInt(1 << bits), (float) Math.exp(random.nextGaussian()) / (1 << bits));
            start.add(ranges == 1 && channel > 0 ? start.get(0) : codes);
        }
        return start;
    }

    private static float[] gaussian(Random random, int count) {
        float[] values = new float[count];
        for (int index = 0; index < count; index++) {
            values[index] = (float) random.nextGaussian();
        }
        return values;
    }

    /** L = Σ g·min(max(w, w_min), w_max). */
    @Property(tries = 100)
    void shouldDifferentiatePactByItsEndsAndTheWeights(@ForAll long seed) {
        Random random = new Random(seed);
        int ranges = random.nextBoolean() ? 1 : CHANNELS;
        PactRange range = new PactRange("layer", channels(ranges), start(ranges, 4, random));
        float[] low = range.parameters().get(0).values();
        float[] high = range.parameters().get(1).values();
        float[] weights = gaussian(random, WEIGHTS);
        float[] outer = gaussian(random, WEIGHTS);
        keepApart(weights, low, high, ranges);
        float[] slopes = outer.clone();
        List<float[]> found = range.gradients(weights, slopes);
        for (int end = 0; end < 2; end++) {
            float[] values = range.parameters().get(end).values();
            for (int index = 0; index < ranges; index++) {
                float before = values[index];
                values[index] = (float) (before + STEP);
                double ahead = clipped(weights, outer, low, high, ranges);
                values[index] = (float) (before - STEP);
                double behind = clipped(weights, outer, low, high, ranges);
                values[index] = before;
                boolean isAtZero = before == 0; // stays 0 on the other side
                double difference = (ahead - behind) / (isAtZero ? STEP : 2 * STEP);
                assertEquals(difference, found.get(end)[index], 0.02, "end " + end + " of range " + index);
            }
        }
        for (int index = 0; index < WEIGHTS; index++) {
            float before = weights[index];
            weights[index] = (float) (before + STEP);
            double ahead = clipped(weights, outer, low, high, ranges);
            weights[index] = (float) (before - STEP);
            double behind = clipped(weights, outer, low, high, ranges);
            weights[index] = before;
            assertEquals((ahead - behind) / (2 * STEP), slopes[index], 0.02, "weight " + index);
        }
    }

    /** No step of the test takes a weight past an end. */
    private static void keepApart(float[] weights, float[] low, float[] high, int ranges) {
        for (int index = 0; index < weights.length; index++) {
            int range = ranges == 1 ? 0 : channelOf(index);
            while (Math.abs(weights[index] - low[range]) < 0.02 || Math.abs(weights[index] - high[range]) < 0.02) {
                weights[index] += 0.05f;
            }
        }
    }

    private static double clipped(float[] weights, float[] outer, float[] low, float[] high, int ranges) {
        double sum = 0;
        for (int index = 0; index < weights.length; index++) {
            int range = ranges == 1 ? 0 : channelOf(index);
            double least = Math.min(0.0, low[range]);
            double most = Math.max(0.0, high[range]);
            sum += outer[index] * Math.min(most, Math.max(least, weights[index]));
        }
        return sum;
    }

    /** w ≥ w_max moves w_max; only what is beyond it has no derivative of its own. */
    @Test
    void shouldCountWhatIsAtAnEnd() {
        WeightChannels one = new WeightChannels(1, 1, weight -> 0);
        PactRange range = new PactRange("layer", one, List.of(new WeightRange.Codes(2, 1, 0.5f)));
        float[] slopes = {1, 2, 4, 8, 16};
        List<float[]> found = range.gradients(new float[] {-0.6f, -0.5f, 0, 1, 1.1f}, slopes);
        assertArrayEquals(new float[] {3}, found.get(0));
        assertArrayEquals(new float[] {24}, found.get(1));
        assertArrayEquals(new float[] {0, 2, 4, 8, 0}, slopes);
    }

    /** An end on the other side of 0 is 0: the range holds it. */
    @Test
    void shouldKeepZeroInPactsRange() {
        WeightChannels one = new WeightChannels(1, 1, weight -> 0);
        PactRange range = new PactRange("layer", one, List.of(new WeightRange.Codes(2, 1, 0.5f)));
        range.parameters().get(0).values()[0] = 0.2f;
        WeightRange.Codes codes = range.codes(new float[0]).get(0);
        assertEquals(0, codes.zeroPoint());
        assertEquals(1f / 3, codes.scale(), 1e-7);
        range.parameters().get(1).values()[0] = -0.2f;
        assertEquals(1f / 3, range.codes(new float[0]).get(0).scale(), 1e-7);
    }

    /** The decays of Rusci et al.; Adam adds them to the derivative, once a step. */
    @Test
    void shouldDecayTheEndsOfPact() {
        PactRange range = new PactRange("layer", channels(1), start(1, 4, new Random(1)));
        range.parameters().forEach(end -> assertEquals(5e-4, end.decay(), end.name()));
        Parameter decaying = new Parameter("decaying", new float[] {3, -2}, 0.1, 0.25);
        Parameter plain = new Parameter("plain", new float[] {3, -2}, 0.1);
        decaying.update(new float[] {0.5f, 0.25f}, 1, 1);
        plain.update(new float[] {1.25f, -0.25f}, 1, 1);
        assertArrayEquals(plain.values(), decaying.values());
        assertArrayEquals(plain.adam().means(), decaying.adam().means());
    }

    /** What calibration chose is where learned ranges begin, whatever is learned of them. */
    @ParameterizedTest
    @ValueSource(ints = {1, CHANNELS})
    void shouldBeginWithTheCodesThatAreGiven(int ranges) {
        Random random = new Random(7);
        for (int bits : new int[] {8, 4, 2}) {
            List<WeightRange.Codes> start = start(ranges, bits, random);
            for (WeightRange range : List.of(
                    new SteppedRange("layer", channels(ranges), start),
                    new PactRange("layer", channels(ranges), start))) {
                List<WeightRange.Codes> codes = range.codes(new float[0]);
                for (int channel = 0; channel < CHANNELS; channel++) {
                    WeightRange.Codes given = start.get(channel);
                    assertEquals(given.zeroPoint(), codes.get(channel).zeroPoint());
                    assertEquals(given.scale(), codes.get(channel).scale(), 1e-6 * given.scale());
                    for (int code = 0; code < 1 << bits; code++) {
                        float weight = (code - given.zeroPoint()) * given.scale();
                        assertEquals(code, codes.get(channel).code(weight));
                    }
                }
            }
        }
    }

    /** S = (max − min)/n, Wq = round(w/S) − round(min/S), with min ≤ 0 ≤ max. */
    @Property(tries = 100)
    void shouldTakeTheRangeOfTheWeights(@ForAll long seed) {
        Random random = new Random(seed);
        int ranges = random.nextBoolean() ? 1 : CHANNELS;
        int bits = 2 << random.nextInt(3);
        MinMaxRange range = new MinMaxRange(bits, channels(ranges));
        float[] weights = gaussian(random, WEIGHTS);
        for (int index = 0; index < WEIGHTS; index++) {
            weights[index] += channelOf(index) == 1 ? 5 : 0; // none below 0
        }
        List<WeightRange.Codes> codes = range.codes(weights);
        for (int index = 0; index < WEIGHTS; index++) {
            int channel = channelOf(index);
            double least = 0;
            double most = 0;
            for (int other = 0; other < WEIGHTS; other++) {
                if (ranges == 1 || channelOf(other) == channel) {
                    least = Math.min(least, weights[other]);
                    most = Math.max(most, weights[other]);
                }
            }
            double scale = (most - least) / ((1 << bits) - 1);
            double expected = Math.floor(weights[index] / scale + 0.5) - Math.floor(least / scale + 0.5);
            int code = codes.get(channel).code(weights[index]);
            boolean isTie = Math.abs(weights[index] / scale - Math.floor(weights[index] / scale) - 0.5) < 1e-3;
            assertTrue(isTie || code == expected, "code " + code + " instead of " + expected + ", " + bits + " bits");
            assertEquals(weights[index], codes.get(channel).rounded(weights[index]), 0.501 * scale + 1e-3);
        }
        float[] slopes = gaussian(random, WEIGHTS);
        float[] before = slopes.clone();
        assertEquals(List.of(), range.gradients(weights, slopes));
        assertArrayEquals(before, slopes);
    }

    @Test
    void shouldGiveWeightsOfNothingButZeroAStepAllTheSame() {
        WeightRange.Codes codes =
                new MinMaxRange(2, channels(1)).codes(new float[WEIGHTS]).get(0);
        assertEquals(new WeightRange.Codes(2, 0, 1f / 3).scale(), codes.scale());
        assertEquals(0, codes.code(0));
    }

    /** Each channel's own weights, by the formula of {@link FakeQuantizer}. */
    @Property(tries = 50)
    void shouldSumWhatLearnedStepsChange(@ForAll long seed) {
        Random random = new Random(seed);
        int ranges = random.nextBoolean() ? 1 : CHANNELS;
        List<WeightRange.Codes> start = start(ranges, 4, random);
        SteppedRange range = new SteppedRange("layer", channels(ranges), start);
        float[] weights = gaussian(random, WEIGHTS);
        float[] outer = gaussian(random, WEIGHTS);
        float[] slopes = outer.clone();
        float[] found = range.gradients(weights, slopes).get(0);
        assertEquals(ranges, found.length);
        double[] expected = new double[ranges];
        for (int index = 0; index < WEIGHTS; index++) {
            WeightRange.Codes codes = start.get(channelOf(index));
            double position = weights[index] / codes.scale();
            boolean isInside = position >= -codes.zeroPoint() && position <= 15 - codes.zeroPoint();
            double rounded = codes.rounded(weights[index]);
            expected[ranges == 1 ? 0 : channelOf(index)] +=
                    outer[index] * (isInside ? rounded - weights[index] : rounded);
            assertEquals(isInside ? outer[index] : 0, slopes[index]);
        }
        for (int index = 0; index < ranges; index++) {
            assertEquals(expected[index], found[index], 1e-2);
        }
    }
}
