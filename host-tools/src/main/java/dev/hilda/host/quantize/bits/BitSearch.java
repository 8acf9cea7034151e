// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import java.util.Locale;

/** What decides the bits that memory leaves. */
public enum BitSearch {
    /** Bytes alone: {@link MemoryDrivenAssignment}. */
    MEMORY_DRIVEN,
    /** What fewer bits of each tensor cost the network on calibration data: {@link SensitivityAssignment}. */
    SENSITIVITY,
    /** Estimated cycles, within a bound on that cost: {@link LatencyAssignment}. */
    LATENCY;

    /** As the command line has it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
