// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

/**
 * What OpenOCD needs to reach the board. File names are relative to OpenOCD's scripts folder, or to {@code openocd/}
 * on the class path where a file of that name is there.
 */
public record OpenOcdSetup(
        AdapterBackend backend,
        Transport transport,
        String interfaceFile,
        String targetFile,
        ResetConfig resetConfig) {}
