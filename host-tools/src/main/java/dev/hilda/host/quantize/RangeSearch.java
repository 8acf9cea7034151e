// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import java.util.function.ToDoubleFunction;

/** Ranges with the least error: first shrunk on both sides alike, then each side on its own. */
final class RangeSearch {
    private static final int STEPS = 48;
    private static final int REFINEMENTS = 3;

    private RangeSearch() {}

    /** The best grid for values from {@code least} to {@code largest}; of equal ones the widest. */
    static CodeGrid best(int bits, double least, double largest, ToDoubleFunction<CodeGrid> error) {
        double low = Math.min(0, least);
        double high = Math.max(0, largest);
        Candidate best = new Candidate(low, high, CodeGrid.ofRange(bits, low, high), error);
        for (int step = STEPS - 1; step >= 3; step--) {
            double part = (double) step / STEPS;
            best = best.or(low * part, high * part, bits, error);
        }
        for (int refinement = 0; refinement < REFINEMENTS; refinement++) {
            double around = 0.3 / (1 << refinement);
            Candidate center = best;
            for (int step = -6; step <= 6; step++) {
                best = best.or(center.low * (1 + around * step / 6), center.high, bits, error);
            }
            center = best;
            for (int step = -6; step <= 6; step++) {
                best = best.or(center.low, center.high * (1 + around * step / 6), bits, error);
            }
        }
        return best.grid;
    }

    private static final class Candidate {
        private final double low;
        private final double high;
        private final CodeGrid grid;
        private final double error;

        Candidate(double low, double high, CodeGrid grid, ToDoubleFunction<CodeGrid> error) {
            this.low = low;
            this.high = high;
            this.grid = grid;
            this.error = error.applyAsDouble(grid);
        }

        Candidate or(double otherLow, double otherHigh, int bits, ToDoubleFunction<CodeGrid> measure) {
            CodeGrid other = CodeGrid.ofRange(bits, otherLow, otherHigh);
            Candidate candidate = new Candidate(otherLow, otherHigh, other, measure);
            return candidate.error < error ? candidate : this;
        }
    }
}
