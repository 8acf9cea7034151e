// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

import java.util.List;

/**
 * The cross compiler and the flags that select the core.
 *
 * @param compiler command name, for example {@code arm-none-eabi-gcc}
 */
public record Toolchain(String compiler, List<String> cpuFlags) {
    public Toolchain {
        cpuFlags = List.copyOf(cpuFlags);
        Require.that(!cpuFlags.isEmpty(), "a toolchain needs the flags that select the core");
    }
}
