// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

import java.util.Arrays;
import java.util.List;

/** Bits of the fault status registers, by the names of the ARMv7-M Architecture Reference Manual (DDI 0403E). */
public enum FaultStatus {
    // MMFSR, the lowest byte of CFSR (B3.2.15)
    IACCVIOL(Register.CFSR, 0, "an instruction fetched from where none may be"),
    DACCVIOL(Register.CFSR, 1, "data read or written where that is forbidden"),
    MUNSTKERR(Register.CFSR, 3, "no access to the stack when an exception returned"),
    MSTKERR(Register.CFSR, 4, "no room on the stack for an exception"),
    MLSPERR(Register.CFSR, 5, "no access where floating-point state was to be kept"),
    // BFSR, its second byte
    IBUSERR(Register.CFSR, 8, "an instruction fetched from where nothing answers"),
    PRECISERR(Register.CFSR, 9, "data read or written where nothing answers, or of damaged memory"),
    IMPRECISERR(Register.CFSR, 10, "data written where nothing answers, some instructions before"),
    UNSTKERR(Register.CFSR, 11, "nothing answers at the stack when an exception returned"),
    STKERR(Register.CFSR, 12, "nothing answers at the stack for an exception"),
    LSPERR(Register.CFSR, 13, "nothing answers where floating-point state was to be kept"),
    // UFSR, its upper half
    UNDEFINSTR(Register.CFSR, 16, "an undefined instruction"),
    INVSTATE(Register.CFSR, 17, "a jump out of Thumb state"),
    INVPC(Register.CFSR, 18, "a return to an address that is none"),
    NOCP(Register.CFSR, 19, "an instruction of a coprocessor that is off"),
    UNALIGNED(Register.CFSR, 24, "an unaligned access"),
    DIVBYZERO(Register.CFSR, 25, "a division by zero"),
    // HFSR (B3.2.16)
    VECTTBL(Register.HFSR, 1, "the vector table could not be read"),
    FORCED(Register.HFSR, 30, "a fault that could not be handled as such"),
    DEBUGEVT(Register.HFSR, 31, "a debug event without a debugger");

    private enum Register {
        CFSR,
        HFSR
    }

    private static final int ADDRESS_IN_MMFAR = 1 << 7;
    private static final int ADDRESS_IN_BFAR = 1 << 15;

    private final Register register;
    private final int bit;
    private final String meaning;

    FaultStatus(Register register, int bit, String meaning) {
        this.register = register;
        this.bit = bit;
        this.meaning = meaning;
    }

    /** What is set, in the order of the bits. */
    public static List<FaultStatus> of(int cfsr, int hfsr) {
        return Arrays.stream(values())
                .filter(status -> ((status.register == Register.CFSR ? cfsr : hfsr) >>> status.bit & 1) != 0)
                .toList();
    }

    /** The register that holds the address of the fault; empty when none does. */
    public static String addressRegister(int cfsr) {
        if ((cfsr & ADDRESS_IN_MMFAR) != 0) {
            return "MMFAR";
        }
        return (cfsr & ADDRESS_IN_BFAR) != 0 ? "BFAR" : "";
    }

    /** In words. */
    public String meaning() {
        return meaning;
    }
}
