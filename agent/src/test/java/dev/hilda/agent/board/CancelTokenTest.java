// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class CancelTokenTest {
    private final CancelToken token = new CancelToken();

    private static <T> FutureTask<T> started(Callable<T> body) {
        FutureTask<T> task = new FutureTask<>(body);
        new Thread(task, "cancel-token-test").start();
        return task;
    }

    /** Waits until it is interrupted, then for the end; says whether its thread is still interrupted afterwards. */
    private FutureTask<Boolean> waiting(CancelToken under, CountDownLatch begun, CountDownLatch end) {
        return started(() -> {
            try {
                under.run(() -> {
                    begun.countDown();
                    return end.await(5, TimeUnit.SECONDS);
                });
                return false;
            } catch (InterruptedException e) {
                return true;
            }
        });
    }

    @Test
    void shouldInterruptOnlyWhatRunsUnderIt() throws Exception {
        CountDownLatch begun = new CountDownLatch(3);
        CountDownLatch end = new CountDownLatch(1);
        FutureTask<Boolean> first = waiting(token, begun, end);
        FutureTask<Boolean> second = waiting(token, begun, end);
        FutureTask<Boolean> other = waiting(new CancelToken(), begun, end);
        begun.await();
        token.cancel();
        token.cancel();
        assertTrue(first.get());
        assertTrue(second.get());
        end.countDown();
        assertFalse(other.get());
    }

    @Test
    void shouldEndAtOnceWhatBeginsLater() {
        token.cancel();
        assertTrue(token.isCancelled());
        assertThrows(InterruptedException.class, () -> token.run(() -> "work"));
    }

    @Test
    void shouldLeaveNoInterruptionBehind() throws Exception {
        assertEquals("work", token.run(() -> {
            token.cancel();
            return "work";
        }));
        assertFalse(Thread.interrupted());
    }

    @Test
    void shouldInterruptAfterAShieldedStepAndOnlyOnce() throws Exception {
        token.run(() -> {
            token.shield(() -> {
                token.cancel();
                return assertNotInterrupted();
            });
            assertTrue(Thread.interrupted(), "at the end of the step");
            token.shield(() -> "step");
            assertFalse(Thread.interrupted(), "it has been told");
            return "work";
        });
    }

    @Test
    void shouldKeepAnInterruptionThatCameBeforeAShieldedStep() throws Exception {
        token.run(() -> {
            token.cancel();
            token.shield(CancelTokenTest::assertNotInterrupted);
            assertTrue(Thread.interrupted());
            return "work";
        });
    }

    @Test
    void shouldAwaitTheEndOfWhatRuns() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        assertTrue(token.awaitEnd(Duration.ofSeconds(5)), "nothing has begun");
        FutureTask<String> run = started(() -> token.run(() -> token.run(() -> {
            token.shield(() -> {
                begun.countDown();
                return await(end);
            });
            return "work";
        })));
        begun.await();
        assertFalse(token.awaitEnd(Duration.ofMillis(50)));
        end.countDown();
        assertTrue(token.awaitEnd(Duration.ofSeconds(5)));
        assertEquals("work", run.get());
    }

    private static String assertNotInterrupted() {
        assertFalse(Thread.currentThread().isInterrupted());
        return "step";
    }

    private static String await(CountDownLatch latch) {
        try {
            latch.await();
            return "step";
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
