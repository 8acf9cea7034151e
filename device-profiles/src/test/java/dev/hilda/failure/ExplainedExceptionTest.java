// SPDX-License-Identifier: Apache-2.0
package dev.hilda.failure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ExplainedExceptionTest {
    private static final class Failure extends ExplainedException {
        private static final long serialVersionUID = 1L;

        Failure(@Nullable String expected, @Nullable String actual, @Nullable String remedy) {
            super("flash", "could not flash", expected, actual, remedy, null);
        }
    }

    @Test
    void shouldHaveALineForEachPart() {
        Failure failure = new Failure("a board", "nothing\nat all\n", "plug it in");
        assertEquals(
                "flash: could not flash\n  expected: a board\n  got: nothing\n    at all\n  what to do: plug it in",
                failure.getMessage());
        assertEquals("flash", failure.kindLabel());
        assertEquals(Optional.of("a board"), failure.expected());
        assertEquals(Optional.of("nothing\nat all\n"), failure.actual());
        assertEquals(Optional.of("plug it in"), failure.remedy());
    }

    @Test
    void shouldLeaveOutWhatIsNotKnown() {
        Failure failure = new Failure(null, null, "plug it in");
        assertEquals("flash: could not flash\n  what to do: plug it in", failure.getMessage());
        assertEquals(Optional.empty(), failure.actual());
    }
}
