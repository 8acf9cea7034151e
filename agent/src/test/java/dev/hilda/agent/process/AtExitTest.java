// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class AtExitTest {
    private final AtExit atExit = new AtExit();
    private final List<String> undone = new ArrayList<>();

    @Test
    void shouldUndoTheLastFirstWhateverFails() {
        atExit.register(() -> undone.add("folder"));
        atExit.register(() -> {
            throw new IllegalStateException("stays");
        });
        atExit.register(() -> undone.add("program"));
        assertEquals(OptionalInt.empty(), atExit.run());
        assertEquals(List.of("program", "folder"), undone);
    }

    @Test
    void shouldNotUndoWhatWasWithdrawn() {
        AtExit.Registration registration = atExit.register(() -> undone.add("folder"));
        assertTrue(registration.withdraw());
        atExit.run();
        assertEquals(List.of(), undone);
    }

    @Test
    void shouldUndoAtOnceWhatBeginsDuringTheEnd() {
        atExit.run();
        AtExit.Registration late = atExit.register(() -> undone.add("program"));
        assertEquals(List.of("program"), undone);
        assertFalse(late.withdraw());
    }

    /** A job in work still needs its programs, and may begin one. */
    @Test
    void shouldUndoNothingBeforeWhatEndsByItselfHasEnded() {
        atExit.register(() -> undone.add("program"));
        atExit.letEnd(() -> {
            atExit.register(() -> undone.add("late program"));
            undone.add("job");
        });
        atExit.letEnd(() -> undone.add("withdrawn")).withdraw();
        atExit.run();
        assertEquals(List.of("job", "late program", "program"), undone);
    }

    @Test
    void shouldPassOnTheExitCodeOfAProgram() {
        atExit.register(() -> atExit.exitWith(143));
        assertEquals(OptionalInt.of(143), atExit.run());
    }
}
