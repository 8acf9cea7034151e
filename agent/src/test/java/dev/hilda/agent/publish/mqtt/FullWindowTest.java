// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.publish.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FullWindowTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @Test
    void shouldWaitUntilThereIsRoom() {
        Deque<Optional<String>> answers = new ArrayDeque<>(
                List.of(Optional.empty(), Optional.empty(), Optional.of("begun"), Optional.of("twice")));

        assertEquals(Optional.of("begun"), FullWindow.await(answers::removeFirst, LONG));
        assertEquals(1, answers.size());
    }

    @Test
    void shouldGiveUpAWindowThatStaysFull() {
        assertEquals(Optional.empty(), FullWindow.await(Optional::empty, Duration.ofMillis(20)));
    }

    @Test
    void shouldNotTryAgainWhatFails() {
        assertThrows(
                IOException.class,
                () -> FullWindow.await(
                        () -> {
                            throw new IOException("lost");
                        },
                        LONG));
    }

    @Test
    void shouldEndWithItsThread() {
        Thread.currentThread().interrupt();
        assertEquals(Optional.empty(), FullWindow.await(Optional::empty, LONG));
        assertTrue(Thread.interrupted());
    }
}
