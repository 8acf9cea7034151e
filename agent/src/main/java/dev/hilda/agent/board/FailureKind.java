// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.board;

import java.util.Locale;

/** What kind of thing failed. The kind decides the exit code and travels with every published failure. */
public enum FailureKind {
    /** The model file cannot be read or uses something unsupported. */
    MODEL,
    /** Quantization could not reach what was asked of it. */
    QUANTIZE,
    /** A compiler, a native tool or a library is missing or failed. */
    BUILD,
    /** The image could not be written to the board or did not verify. */
    FLASH,
    /** The image was written but did not come up. */
    BOOT,
    /** The serial link could not be opened or lost data beyond repair. */
    LINK,
    /** A step made no progress before its deadline. */
    TIMEOUT,
    /** The board's numbers differ from the oracle's. */
    PARITY,
    /** The measured accuracy is below what was demanded. */
    ACCURACY,
    /** The measured latency is above what was demanded. */
    LATENCY,
    /** The bench itself: no such board, board absent or in use. */
    BENCH,
    /** A board profile is missing or wrong. */
    PROFILE,
    /** The result could not be published. */
    PUBLISH,
    /** A bundle or firmware file is missing or damaged. */
    BUNDLE,
    /** A data set cannot be read or does not fit the network. */
    DATASET,
    /** The values of a data set are not those that the network reads. */
    INPUTS,
    /** The store of results cannot be used. */
    STORE,
    /** The configuration of a bench is wrong. */
    CONFIGURATION,
    /** A bench that was asked something is not there, or refuses. */
    SERVICE,
    /** Nobody vouches for a bundle whom the bench trusts. */
    SIGNATURE,
    /** The same inputs gave another bundle than before. */
    REPRODUCIBILITY;

    /** The kind as it appears in messages and published results, for example {@code flash}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The kind of that label. */
    public static FailureKind ofLabel(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
