// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import java.util.Locale;

/** What the rule takes a node to need of RAM. Where tensors lie is planned the same way under either. */
public enum RamModel {
    /** All values alive at a node lie side by side (Rusci et al. 2020, section 5). */
    PUBLISHED,
    /** As the arena is planned: a result overlaps what it is made of, as far as its kernel allows. */
    PLANNED;

    /** As the command line has it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
