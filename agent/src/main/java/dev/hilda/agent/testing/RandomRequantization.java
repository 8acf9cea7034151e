// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.testing;

import dev.hilda.agent.network.Bits;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.Requantization;
import dev.hilda.agent.network.Tensor;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Biases and multipliers for accumulators of a known largest magnitude, such that nothing exceeds int32. */
final class RandomRequantization {
    private static final long LIMIT = Integer.MAX_VALUE;
    private static final int WORD_BITS = 32;
    private static final int MAX_SHIFT_OF_CODES = 12;

    private final SplittableRandom random;

    /** Per channel, the largest magnitude of the sum of products. */
    private final long[] sums;

    /** Magnitude that sums of random products usually stay below. */
    private final double usual;

    private final boolean extreme;

    RandomRequantization(SplittableRandom random, long[] sums, int products) {
        this.random = random;
        this.sums = sums.clone();
        this.usual = 1 + Arrays.stream(sums).average().orElse(0) / Math.sqrt(products);
        this.extreme = random.nextInt(6) == 0;
    }

    Ints biases() {
        int[] biases = new int[sums.length];
        for (int c = 0; c < biases.length; c++) {
            long room = LIMIT - sums[c];
            long range = extreme ? room : Math.min(room, (long) usual);
            boolean edge = extreme && random.nextInt(3) == 0;
            long magnitude = edge ? range : random.nextLong(range + 1);
            biases[c] = (int) (random.nextBoolean() ? magnitude : -magnitude);
            sums[c] += magnitude;
        }
        return Ints.of(biases);
    }

    /** Without biases: thresholds about what sums usually are, some beyond what they reach, some equal. */
    Requantization thresholds(Tensor out) {
        int highest = Bits.highestCode(out.bits());
        int[] thresholds = new int[sums.length * highest];
        for (int c = 0; c < sums.length; c++) {
            int[] ofChannel = new int[highest];
            boolean beyond = random.nextInt(4) == 0;
            long range = (long) Math.min(LIMIT - 1, beyond ? sums[c] * 1.5 : 2 * usual);
            long middle = random.nextLong(-range, range + 1) / 4;
            for (int k = 0; k < highest; k++) {
                long drawn = middle + random.nextLong(-range, range + 1);
                boolean saturated = random.nextInt(40) == 0;
                ofChannel[k] = saturated
                        ? (random.nextBoolean() ? Integer.MIN_VALUE : Integer.MAX_VALUE)
                        : (int) Math.max(-LIMIT, Math.min(LIMIT, drawn));
            }
            Arrays.sort(ofChannel);
            System.arraycopy(ofChannel, 0, thresholds, c * highest, highest);
        }
        return Requantization.byThresholds(out.bits(), Ints.of(thresholds));
    }

    /** To be called after {@link #biases}. */
    Requantization draw(Tensor out) {
        if (out.isInt32() && random.nextBoolean()) {
            return Requantization.RAW;
        }
        int leftShift = leftShift();
        int bits = out.isInt32() ? 0 : out.bits();
        int rightShift = random.nextInt(31 - bits);
        boolean halfUp = rightShift >= 1 && random.nextBoolean();
        int addend = (out.zeroPoint() << rightShift) + (halfUp ? 1 << (rightShift - 1) : 0);
        double amplitude = out.isInt32()
                ? Math.scalb(1.0, random.nextInt(31))
                : Math.scalb(0.2 + 2 * random.nextDouble(), bits + rightShift);
        int[] multipliers = multipliers(leftShift, addend, amplitude);
        if (out.isInt32()) {
            return new Requantization(
                    Ints.of(multipliers), leftShift, rightShift, addend, Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
        int[] clamps = clamps(random, out);
        return new Requantization(Ints.of(multipliers), leftShift, rightShift, addend, clamps[0], clamps[1]);
    }

    /** For accumulators that are single codes: shifted left so far that no multiplier need be cut off. */
    Requantization drawOfCodes(Tensor out) {
        int rightShift = 1 + random.nextInt(MAX_SHIFT_OF_CODES);
        int addend = (out.zeroPoint() << rightShift) + (random.nextBoolean() ? 1 << (rightShift - 1) : 0);
        double amplitude = Math.scalb(0.2 + 2 * random.nextDouble(), out.bits() + rightShift);
        int leftShift = Math.max(0, Math.getExponent(amplitude / usual) + 3);
        int[] clamps = clamps(random, out);
        return new Requantization(
                Ints.of(multipliers(leftShift, addend, amplitude)),
                leftShift,
                rightShift,
                addend,
                clamps[0],
                clamps[1]);
    }

    /** As far as the largest accumulator allows, most often not at all. */
    private int leftShift() {
        long largest = Math.max(1, Arrays.stream(sums).max().orElse(1));
        int allowed = Math.min(30, Long.numberOfLeadingZeros(largest) - 33);
        return random.nextBoolean() ? 0 : random.nextInt(allowed + 1);
    }

    private int[] multipliers(int leftShift, int addend, double amplitude) {
        boolean signed = random.nextInt(3) == 0;
        double scale = extreme ? Arrays.stream(sums).average().orElse(1) : usual;
        int[] multipliers = new int[sums.length];
        for (int c = 0; c < multipliers.length; c++) {
            double wanted = amplitude * (0.5 + random.nextDouble()) * Math.scalb(1.0, WORD_BITS - leftShift) / scale;
            long bound = Math.max(1, sums[c]) << leftShift;
            long allowed = (long) Math.min(LIMIT, Math.scalb((double) (LIMIT - 1 - addend), WORD_BITS) / bound);
            long magnitude = random.nextInt(20) == 0 ? 0 : Math.min(allowed, Math.round(wanted));
            if (random.nextInt(40) == 0) {
                magnitude = allowed;
            }
            multipliers[c] = (int) (signed && random.nextBoolean() ? -magnitude : magnitude);
        }
        return multipliers;
    }

    /** Lowest and highest code of a tensor, as an activation function may narrow them. */
    static int[] clamps(SplittableRandom random, Tensor out) {
        int highest = Bits.highestCode(out.bits());
        return switch (random.nextInt(4)) {
            case 0 -> new int[] {out.zeroPoint(), highest};
            case 1 -> {
                int low = random.nextInt(highest + 1);
                yield new int[] {low, low + random.nextInt(highest + 1 - low)};
            }
            default -> new int[] {0, highest};
        };
    }
}
