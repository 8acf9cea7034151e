// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.board;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class BenchFailureTest {
    @Test
    void shouldSayEveryPartInOneMessage() {
        BenchFailure failure = BenchFailure.of(FailureKind.LINK, "open /dev/ttyACM0")
                .board("nucleo-h743zi2 (ST-Link 0033002A)")
                .expected("a free port")
                .actual("locked by another program")
                .remedy("fuser /dev/ttyACM0")
                .failure();
        assertEquals("""
                link: could not open /dev/ttyACM0 on nucleo-h743zi2 (ST-Link 0033002A)
                  expected: a free port
                  got: locked by another program
                  what to do: fuser /dev/ttyACM0""", failure.getMessage());
    }

    @Test
    void shouldLeaveOutPartsThatAreUnknown() {
        assertEquals(
                "boot: could not say hello",
                BenchFailure.of(FailureKind.BOOT, "say hello").failure().getMessage());
    }
}
