// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

/**
 * One silicon revision and the clocks the firmware uses on it.
 *
 * @param name ST's letter, for example {@code V}
 * @param revId REV_ID of DBGMCU_IDCODE, 0…0xFFFF
 * @param coreHz core clock
 * @param busHz AXI and AHB clock
 * @param usartKernelHz kernel clock of the serial port
 * @param vos voltage scale that the core clock needs
 */
public record ChipRevision(String name, int revId, long coreHz, long busHz, long usartKernelHz, VoltageScale vos) {
    public ChipRevision {
        Require.that(revId >= 0 && revId <= 0xFFFF, "rev_id must be 0…0xFFFF");
        Require.that(coreHz > 0 && busHz > 0 && usartKernelHz > 0, "clocks must be positive");
    }
}
