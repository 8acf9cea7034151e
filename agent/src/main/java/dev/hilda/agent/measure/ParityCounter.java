// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.measure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Compares a board's outputs with the oracle's, image by image. */
public final class ParityCounter {
    private static final int KEPT = 5;

    private final List<Mismatch> mismatches = new ArrayList<>();
    private long images;
    private long matched;

    /**
     * Compares the outputs of the next image, every one of them.
     *
     * @param expected the oracle's
     * @param actual the board's, as many
     * @return whether all are equal
     */
    public boolean add(int[] expected, int[] actual) {
        if (expected.length != actual.length) {
            throw new IllegalArgumentException("expected " + expected.length + " outputs, got " + actual.length);
        }
        int at = Arrays.mismatch(expected, actual);
        if (at < 0) {
            matched++;
        } else if (mismatches.size() < KEPT) {
            mismatches.add(new Mismatch(images, at, expected[at], actual[at]));
        }
        images++;
        return at < 0;
    }

    public Parity result() {
        return new Parity(images, matched, mismatches);
    }
}
