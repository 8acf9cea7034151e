// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.CodePlaces;
import dev.hilda.agent.protocol.CrashRecord;
import dev.hilda.agent.protocol.CrashRecord.Kind;
import dev.hilda.agent.protocol.Hello;
import dev.hilda.agent.testing.FakeBoard;
import dev.hilda.agent.testing.Hellos;
import org.junit.jupiter.api.Test;

class RestartTextTest {
    private static final CrashRecord SECOND_CRASH =
            new CrashRecord(Kind.BUS_FAULT, 2, 0x0800_1234, 0x0800_1001, 0, 0x8200, 0, 0x2100_0000);

    private static RestartText restart(String resetCause, int crashesBefore) {
        Hello hello = Hellos.with(FakeBoard.defaultHello(), "resetCause", resetCause);
        return new RestartText(Hellos.with(hello, SECOND_CRASH), crashesBefore, CodePlaces.UNKNOWN);
    }

    @Test
    void shouldTellTheCrashThatRestartedTheBoard() throws Exception {
        RestartText restart = restart("SOFTWARE", 1);
        assertEquals("bus-fault", restart.cause());
        assertTrue(restart.reason().startsWith("bus fault: PRECISERR"), restart.reason());
        assertTrue(restart.reason().endsWith("(reset cause software)"), restart.reason());
        assertTrue(restart.remedy().startsWith("the firmware is at fault"), restart.remedy());
    }

    /** The record stays until power is lost. */
    @Test
    void shouldNotTellACrashOfLongAgo() throws Exception {
        RestartText restart = restart("PIN", 2);
        assertEquals("pin", restart.cause());
        assertEquals("reset cause pin", restart.reason());
        assertTrue(restart.remedy().contains("reset button"), restart.remedy());
        assertTrue(restart("BROWN_OUT", 2).remedy().contains("supply"));
    }
}
