// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSets;
import dev.hilda.agent.result.Demands;
import dev.hilda.agent.result.RunResult;
import dev.hilda.agent.run.RunAims;
import dev.hilda.agent.testing.SmallNetwork;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
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

    @Test
    void shouldLeaveADataSetsResultWhereItIs() throws Exception {
        DataSet inputs = DataSets.seeded(SmallNetwork.NETWORK.inputTensors(), 7, 1);
        assertEquals("hilda/v1/bench/board/latest/small", latest(inputs, RunAims.NONE));
        RunAims seeded = RunAims.of(Demands.NONE, OptionalLong.of(7), false);
        assertEquals("hilda/v1/bench/board/latest/small.seeded", latest(inputs, seeded));
        RunAims picture = RunAims.of(Demands.NONE, OptionalLong.empty(), true);
        assertEquals("hilda/v1/bench/board/latest/small.picture", latest(inputs, picture));
        RunAims invoked = new RunAims(
                Demands.NONE, OptionalLong.empty(), OptionalInt.of(1), false, Optional.empty(), Optional.empty());
        assertEquals("hilda/v1/bench/board/latest/small.invoke", latest(inputs, invoked));
    }

    private static String latest(DataSet inputs, RunAims aims) throws InterruptedException {
        RunResult result = SmallNetwork.result(SmallNetwork.onBoard(), inputs, aims);
        List<Message> retained = ResultMessages.of(result, new Topics("bench", "board")).stream()
                .filter(Message::retained)
                .toList();
        assertEquals("hilda/v1/bench/board/layers/small", retained.get(1).topic());
        return retained.get(0).topic();
    }
}
