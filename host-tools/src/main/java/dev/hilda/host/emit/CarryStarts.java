// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.host.kernel.CarryWeights;

/**
 * Where in a set's starts ({@link CarryWeights#starts}) what lies, in bytes.
 *
 * @param channels of a set
 */
record CarryStarts(int channels, boolean corrected, boolean multiplied, boolean raised) {
    int multipliersAt() {
        return channels * Integer.BYTES * (corrected ? 2 : 1);
    }

    /** Of the second channel. */
    int raisesAt() {
        return multipliersAt() + (multiplied ? channels * Integer.BYTES : 0);
    }

    /** From one set's to the next one's. */
    int setBytes() {
        return raisesAt() + (raised ? (channels - 1) * Integer.BYTES : 0);
    }
}
