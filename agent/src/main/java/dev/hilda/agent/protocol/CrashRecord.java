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

    /** For messages, for example {@code bus fault at pc 0x08001234, lr 0x08001200, cfsr 0x00008200, address 0x21000000}. */
    public String describe() {
        return "%s at pc 0x%08X, lr 0x%08X, cfsr 0x%08X, address 0x%08X"
                .formatted(WireNames.lowerCase(kind), pc, lr, cfsr, faultAddress);
    }
}
