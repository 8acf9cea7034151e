// SPDX-License-Identifier: Apache-2.0
package dev.hilda.yaml;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.IntStream;

/** The word that somebody may have meant who wrote another. */
final class NearMiss {
    private static final int MOST_EDITS = 2;

    private NearMiss() {}

    static Optional<String> of(String written, Collection<String> known) {
        return known.stream()
                .filter(candidate -> edits(written, candidate) <= MOST_EDITS)
                .min(Comparator.comparingInt(candidate -> edits(written, candidate)));
    }

    /** Characters to insert, remove or replace between two words (Wagner and Fischer 1974). */
    private static int edits(String from, String to) {
        int[] row = IntStream.rangeClosed(0, to.length()).toArray();
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j - 1], row[j]) + 1);
            }
        }
        return row[to.length()];
    }
}
