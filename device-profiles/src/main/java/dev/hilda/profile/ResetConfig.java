// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

import java.util.Locale;

/** OpenOCD {@code reset_config} that the board's wiring needs on top of the target file. */
public enum ResetConfig implements Labelled {
    NONE,
    SRST_ONLY;

    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
