// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.firmware;

import java.util.List;

/** How the compiler optimizes firmware. Results are the same bits with each. */
public enum Optimization {
    /** What firmware is built with: what debuggers and profiles read costs the compiler a third of its time. */
    FIRMWARE("-O2 -g"),
    O2("-O2"),
    O3("-O3"),
    OS("-Os"),
    /**
     * All that is generated as one program: layers are inlined into what calls them. Not the template, whose test of a stack
     * that overflows would become a part of what calls it. Without tables of addresses to jump to, which functions that have
     * become long need and which hide where they go.
     */
    LTO("-O2 -flto -flto-partition=one -fno-jump-tables");

    private final String flags;

    Optimization(String flags) {
        this.flags = flags;
    }

    /** For the compiler of generated files, and for the linker, which compiles where they are one program. */
    public List<String> flags() {
        return List.of(flags.split(" ", -1));
    }

    /** The flag that tells it from the others. */
    public String label() {
        return this == LTO ? "-flto" : flags().get(0);
    }
}
