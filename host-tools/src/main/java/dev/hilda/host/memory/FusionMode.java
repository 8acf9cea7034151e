// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.memory;

import java.util.Locale;

/** Whether layers are fused, which takes less RAM and more cycles. */
public enum FusionMode {
    /** Where activations fit the RAM budget only so: in the way that takes the fewest cycles. */
    AUTO,
    OFF,
    /** In the way that takes least RAM. */
    SMALLEST;

    /** As the command line has it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
