// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.measure;

import java.util.Map;
import java.util.TreeMap;

/**
 * How long something took, over many images. Keeps every value exactly; as the same work takes the same cycles again
 * and again, that needs little memory.
 */
public final class CycleDistribution {
    private static final double MICROS_PER_SECOND = 1e6;
    private static final int PERCENT = 100;

    private final TreeMap<Long, Long> counts = new TreeMap<>();
    private long count;
    private double sum;

    /** Adds a value of at least 0 cycles. */
    public void add(long cycles) {
        if (cycles < 0) {
            throw new IllegalArgumentException("expected at least 0 cycles, got " + cycles);
        }
        counts.merge(cycles, 1L, Long::sum);
        count++;
        sum += cycles;
    }

    public long count() {
        return count;
    }

    /** Arithmetic mean; NaN without values. */
    public double meanCycles() {
        return sum / count;
    }

    /** Smallest, median, two tails and largest. */
    public CycleSummary summary() {
        return new CycleSummary(
                percentileCycles(0),
                percentileCycles(50),
                percentileCycles(95),
                percentileCycles(99),
                percentileCycles(PERCENT));
    }

    /**
     * Nearest-rank percentile: the smallest value that at least {@code percent} % of the values do not exceed, always
     * one of the values; 0 % is the smallest (Hyndman and Fan 1996, definition 1).
     *
     * @param percent 0 to 100
     * @throws IllegalStateException without values
     */
    public long percentileCycles(int percent) {
        if (count == 0) {
            throw new IllegalStateException("a percentile needs values");
        }
        long rank = Math.max(1, Math.floorDiv(count * percent + PERCENT - 1, (long) PERCENT));
        long passed = 0;
        for (Map.Entry<Long, Long> entry : counts.entrySet()) {
            passed += entry.getValue();
            if (passed >= rank) {
                return entry.getKey();
            }
        }
        throw new IllegalArgumentException("expected a percentage from 0 to 100, got " + percent);
    }

    /** Cycles as microseconds of a clock. */
    public static double micros(double cycles, long clockHz) {
        return cycles * MICROS_PER_SECOND / clockHz;
    }
}
