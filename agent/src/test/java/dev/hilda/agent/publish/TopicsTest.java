// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TopicsTest {
    private final Topics topics = new Topics("bench-1", "nucleo-h743zi2");

    @Test
    void shouldGiveEveryLevelAFixedPosition() {
        assertEquals("hilda/v1/bench-1/status", topics.benchStatus());
        assertEquals("hilda/v1/bench-1/nucleo-h743zi2/status", topics.boardStatus());
        assertEquals("hilda/v1/bench-1/nucleo-h743zi2/result", topics.result());
        assertEquals("hilda/v1/bench-1/nucleo-h743zi2/latest/selftest", topics.latest("selftest"));
    }

    @Test
    void shouldKeepBoardsOfOneProfileApart() {
        Topics first = Topics.of("bench-1", "nucleo-h743zi2", "0033002A");
        assertEquals("hilda/v1/bench-1/nucleo-h743zi2-0033002A/status", first.boardStatus());
        assertEquals(
                "hilda/v1/bench-1/nucleo-h743zi2-a-b/result",
                Topics.of("bench-1", "nucleo-h743zi2", "a/b").result());
    }

    @Test
    void shouldMakeALevelOfAnyHostName() {
        assertEquals("lab-3-bench", Topics.levelOf("lab/3+#bench"));
        assertTrue(Topics.isLevel(Topics.levelOf("")));
    }

    @Test
    void shouldRefuseWildcardsAndSeparators() {
        assertThrows(IllegalArgumentException.class, () -> new Topics("a/b", "c"));
        assertThrows(IllegalArgumentException.class, () -> topics.latest("#"));
    }
}
