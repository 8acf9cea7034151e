// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.sweep;

/** How a network came to its codes. */
public enum Treatment {
    /** From calibration data alone. */
    POST_TRAINING;

    /** As tables say it. */
    public String label() {
        return "post-training";
    }
}
