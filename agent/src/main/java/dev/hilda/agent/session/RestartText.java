// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import dev.hilda.agent.board.CodePlaces;
import dev.hilda.agent.protocol.CrashRecord;
import dev.hilda.agent.protocol.Hello;
import java.util.Optional;

/** Why a board has restarted, in words, and what helps. */
final class RestartText {
    private final Hello hello;
    private final CodePlaces places;
    private final boolean isCrash;

    /**
     * Of a board that has said hello anew.
     *
     * @param crashesBefore how many crashes it had told of before
     */
    RestartText(Hello hello, int crashesBefore, CodePlaces places) {
        this.hello = hello;
        this.places = places;
        this.isCrash = hello.crash().count() != crashesBefore && hello.crash().kind() != CrashRecord.Kind.NONE;
    }

    /** One word: what crashed the firmware, or the reset's cause. */
    String cause() {
        boolean byFirmware = hello.resetCause() == Hello.ResetCause.SOFTWARE;
        return Words.of(isCrash && byFirmware ? hello.crash().kind() : hello.resetCause());
    }

    /** What is known of the crash; empty when there was none. */
    Optional<String> crash() throws InterruptedException {
        return isCrash ? Optional.of(new CrashText(hello.crash(), places).describe()) : Optional.empty();
    }

    String reason() throws InterruptedException {
        String reset = "reset cause " + Words.of(hello.resetCause());
        return crash().map(known -> known + " (" + reset + ")").orElse(reset);
    }

    /** The one thing to do next. */
    String remedy() {
        if (isCrash) {
            return ofCrash();
        }
        return switch (hello.resetCause()) {
            case POWER_ON, BROWN_OUT, LOW_POWER ->
                "its supply was away or too low: check the USB cable, its port and the power jumper";
            case PIN -> "something pressed its reset button, or another debugger is at work";
            default -> "retry; a board that restarts by itself again and again needs another supply, or is broken";
        };
    }

    private String ofCrash() {
        if (hello.crash().kind() == CrashRecord.Kind.WATCHDOG) {
            return "the firmware hung; run again, and report it if it hangs at the same image";
        }
        CrashText crash = new CrashText(hello.crash(), places);
        if (crash.isDamagedFlash()) {
            return "run again, which flashes the board anew; a sector that fails again is worn out";
        }
        return crash.isStackOverflow()
                ? "the firmware needs a larger stack: report it with this message and the bundle"
                : "the firmware is at fault where it says so, or its memory is damaged: run again, which flashes it anew,"
                        + " and report it if it fails there again";
    }
}
