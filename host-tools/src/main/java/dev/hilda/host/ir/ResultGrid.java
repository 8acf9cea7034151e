// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir;

/** The codes of an operator's result, beside those of its inputs. */
public enum ResultGrid {
    /** Chosen for the values that occur. */
    FITTED,
    /** Chosen likewise, but of the inputs' width: all have one. */
    FITTED_TO_ONE_WIDTH,
    /** Chosen likewise for the result, and given to the inputs, which nothing else reads: codes are moved. */
    FITTED_WITH_INPUTS,
    /** The input's bits, scale and zero point: codes are moved, chosen or averaged, none is scaled. */
    OF_INPUT,
    /** 8 bits, scale 1/256, zero point 0, from inputs of 8 bits. */
    PROBABILITIES;

    /** Whether inputs and result have one width. Other than {@link #OF_INPUT}, as sums and means have scales of their own. */
    public boolean tiesWidths() {
        return this == FITTED_TO_ONE_WIDTH || this == FITTED_WITH_INPUTS || this == OF_INPUT;
    }
}
