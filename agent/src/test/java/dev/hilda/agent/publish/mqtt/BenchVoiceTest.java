// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.publish.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.publish.Message;
import dev.hilda.agent.result.BenchState;
import dev.hilda.agent.result.BoardState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BenchVoiceTest {
    private static final String BENCH = "hilda/v1/lab/status";
    private static final String BOARD = "hilda/v1/lab/nucleo-1/status";
    private static final String ONLINE = "{\"state\":\"online\"}";
    private static final String OFFLINE = "{\"state\":\"offline\"}";
    private static final String IDLE = "{\"state\":\"idle\"}";
    private static final BenchVoice.Pace QUICK = new BenchVoice.Pace(
            Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(40), Duration.ofMillis(50));

    private static final Message LATEST = new Message("hilda/v1/lab/nucleo-1/latest/m", "{}", "x", true, Map.of());

    private final MemoryBroker broker = new MemoryBroker();

    private BenchVoice voice() {
        return BenchVoice.start(broker, "lab", () -> List.of(LATEST), sender -> {}, QUICK);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(2);
        }
    }

    @Test
    void shouldSayThatTheBenchIsThereAndGone() throws InterruptedException {
        try (BenchVoice voice = voice()) {
            voice.say(Message.state(BOARD, BoardState.IDLE));
            await(() -> broker.kept(BOARD).equals(IDLE));
            assertEquals(ONLINE, broker.kept(BENCH));
            assertEquals(OFFLINE, broker.wills.get(0).map(Message::content).orElse("no will"));
        }
        assertEquals(OFFLINE, broker.kept(BENCH));
    }

    /** What was said last, and not what was said before. */
    @Test
    void shouldSayEverythingOnceMoreToABrokerThatForgot() throws InterruptedException {
        try (BenchVoice voice = voice()) {
            voice.say(Message.state(BOARD, BoardState.FLASHING));
            await(() -> !broker.kept(BOARD).equals("nothing"));
            broker.die();
            voice.say(Message.state(BOARD, BoardState.IDLE));
            await(() -> !voice.isConnected());
            broker.comeBack();

            await(() -> broker.kept(BOARD).equals(IDLE));
            assertEquals(ONLINE, broker.kept(BENCH));
            assertEquals("{}", broker.kept(LATEST.topic()));
            broker.die();
            await(() -> !voice.isConnected());
            broker.comeBack();
            await(() -> broker.kept(BOARD).equals(IDLE));
        }
    }

    @Test
    void shouldWaitForABrokerThatIsAwayAtFirst() throws InterruptedException {
        broker.die();
        try (BenchVoice voice = voice()) {
            voice.say(Message.state(BOARD, BoardState.IDLE));
            Thread.sleep(30);
            broker.comeBack();
            await(() -> broker.kept(BOARD).equals(IDLE));
        }
    }

    /** A run says that its bench is offline when it ends. */
    @Test
    void shouldContradictWhoeverSaysThatTheBenchIsGone() throws InterruptedException {
        try (BenchVoice voice = voice()) {
            await(() -> broker.kept(BENCH).equals(ONLINE) && voice.isConnected());
            broker.publish(Message.state(BENCH, BenchState.OFFLINE));
            await(() -> broker.kept(BENCH).equals(ONLINE));
        }
    }

    @Test
    void shouldSendWhatWaitsAfterEachConnectionAndNowAndThen() throws InterruptedException {
        AtomicInteger calls = new AtomicInteger();
        Message waiting = new Message("t", "waited", "text/plain", false, Map.of());
        try (BenchVoice voice = BenchVoice.start(
                broker,
                "lab",
                List::of,
                sender -> {
                    if (calls.incrementAndGet() == 1) {
                        sender.accept(waiting);
                    }
                },
                QUICK)) {
            await(() -> calls.get() > 1);
            assertEquals(List.of("waited"), broker.at("t"));
            assertTrue(voice.isConnected());
        }
    }

    @Test
    void shouldEndWithoutABroker() {
        broker.die();
        BenchVoice voice = voice();
        voice.close();
        assertEquals(Optional.empty(), Optional.ofNullable(broker.retained.get(BENCH)));
    }
}
