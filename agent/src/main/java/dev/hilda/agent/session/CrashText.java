// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import dev.hilda.agent.board.CodePlaces;
import dev.hilda.agent.protocol.CrashRecord;
import dev.hilda.agent.protocol.FaultStatus;
import java.util.ArrayList;
import java.util.List;

/** A crash record in words: what happened where, as far as is known. */
final class CrashText {
    private static final long LOWEST_EXCEPTION_RETURN = 0xFFFF_FF00L;
    /** A call returns behind itself, and to Thumb state. */
    private static final int INTO_THE_CALL = 2;

    private final CrashRecord crash;
    private final CodePlaces places;

    CrashText(CrashRecord crash, CodePlaces places) {
        this.crash = crash;
        this.places = places;
    }

    /** For example {@code bus fault in dig (port.c:85), called from main (main.c:12): PRECISERR, …; pc 0x…, …}. */
    String describe() throws InterruptedException {
        StringBuilder text = new StringBuilder(Words.of(crash.kind()).replace('-', ' '));
        if (crash.pc() != 0) {
            places.at(address(crash.pc()))
                    .ifPresent(place -> text.append(" in ").append(place));
        }
        if (isReturnAddress()) {
            places.at(address(crash.lr()) - INTO_THE_CALL)
                    .ifPresent(place -> text.append(", called from ").append(place));
        }
        List<String> reasons = reasons();
        if (!reasons.isEmpty()) {
            text.append(": ").append(String.join("; ", reasons));
        }
        if (crash.kind() == CrashRecord.Kind.WATCHDOG) {
            return text.toString(); // Nobody was there to write registers down.
        }
        return text.append(String.format(
                        "; pc 0x%08X, lr 0x%08X, CFSR 0x%08X, HFSR 0x%08X",
                        crash.pc(), crash.lr(), crash.cfsr(), crash.hfsr()))
                .toString();
    }

    /** Whether the stack was too small. */
    boolean isStackOverflow() {
        return places.isStackGuard(Integer.toUnsignedLong(crash.faultAddress()));
    }

    /**
     * Whether a word of the flash cannot be read any more: nothing else makes the bus refuse what the firmware itself lies
     * in (RM0433 4.3.12, two wrong bits of one word).
     */
    boolean isDamagedFlash() {
        List<FaultStatus> status = FaultStatus.of(crash.cfsr(), 0);
        boolean data = status.contains(FaultStatus.PRECISERR)
                && places.holdsFirmware(Integer.toUnsignedLong(crash.faultAddress()));
        return data || (status.contains(FaultStatus.IBUSERR) && places.holdsFirmware(address(crash.pc())));
    }

    private List<String> reasons() {
        List<String> reasons = new ArrayList<>();
        if (isDamagedFlash()) {
            reasons.add("a flash word is damaged");
        }
        if (isStackOverflow()) {
            reasons.add("the stack overflowed");
        }
        for (FaultStatus status : FaultStatus.of(crash.cfsr(), crash.hfsr())) {
            reasons.add(status.name() + ", " + status.meaning());
        }
        String register = FaultStatus.addressRegister(crash.cfsr());
        if (!register.isEmpty()) {
            reasons.add(String.format("at address 0x%08X (%s)", crash.faultAddress(), register));
        }
        return reasons;
    }

    private boolean isReturnAddress() {
        return crash.lr() != 0 && Integer.toUnsignedLong(crash.lr()) < LOWEST_EXCEPTION_RETURN;
    }

    private static long address(int register) {
        return Integer.toUnsignedLong(register) & ~1L;
    }
}
