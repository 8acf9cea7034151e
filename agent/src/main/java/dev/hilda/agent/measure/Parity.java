// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.measure;

import java.util.List;

/**
 * Whether a board computes what the oracle computes.
 *
 * @param matched images whose every output is equal
 * @param mismatches of the first images that are not, one each
 */
public record Parity(long images, long matched, List<Mismatch> mismatches) {
    public Parity {
        mismatches = List.copyOf(mismatches);
    }

    /** Every output of every image is equal. */
    public boolean isComplete() {
        return matched == images;
    }
}
