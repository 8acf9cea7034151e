// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RunEndingTest {
    private final AtomicInteger told = new AtomicInteger();

    @Test
    void shouldSayNothingOfASignalThatComesAfterTheEnd() throws Exception {
        try (RunEnding ending = new RunEnding(told::incrementAndGet)) {
            ending.passed();
            ending.signalled(told::incrementAndGet);
            ending.failed();
        }
        assertEquals(0, told.get());
    }

    @Test
    void shouldHoldARunThatFailedBecauseOfASignal() throws Exception {
        try (RunEnding ending = new RunEnding(told::incrementAndGet)) {
            AtomicBoolean wentOn = new AtomicBoolean();
            Thread run = new Thread(() -> {
                try {
                    ending.failed();
                    wentOn.set(true);
                } catch (InterruptedException e) {
                    // The test is over.
                }
            });
            run.start();
            ending.signalled(told::incrementAndGet);
            TimeUnit.MILLISECONDS.sleep(400);
            assertEquals(1, told.get());
            assertTrue(run.isAlive());
            run.interrupt();
            run.join();
            assertFalse(wentOn.get());
        }
    }
}
