// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

/**
 * The board's last crash since power-on.
 *
 * @param count crashes since power-on
 * @param pc where; 0 when unknown
 * @param cfsr Configurable Fault Status Register (ARMv7-M ARM B3.2.15)
 * @param hfsr HardFault Status Register (ARMv7-M ARM B3.2.16)
 * @param faultAddress MMFAR or BFAR where CFSR says it is valid, else 0
 */
public record CrashRecord(Kind kind, int count, int pc, int lr, int psr, int cfsr, int hfsr, int faultAddress) {
    /** What ended the firmware; the order is the wire's. */
    public enum Kind {
        NONE,
        HARD_FAULT,
        MEMORY_FAULT,
        BUS_FAULT,
        USAGE_FAULT,
        UNEXPECTED_INTERRUPT,
        WATCHDOG,
        /** Of a later protocol version. */
        UNKNOWN
    }
}
