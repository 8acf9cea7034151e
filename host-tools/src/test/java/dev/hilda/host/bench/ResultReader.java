// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.publish.Message;
import dev.hilda.agent.publish.mqtt.BrokerAddress;
import dev.hilda.agent.publish.mqtt.MqttConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/** Whoever reads a bench's results as they come, connects again when the broker is back, and knows what is missing by the numbers. */
final class ResultReader implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String broker;
    private final String topic;
    private final Thread thread = new Thread(this::read, "result-reader");
    private final Map<Long, String> runIds = new TreeMap<>();
    private final List<JsonNode> unnumbered = new ArrayList<>();
    private int messages;
    private volatile boolean isSubscribed;
    private volatile boolean isClosing;

    ResultReader(String broker, String bench) {
        this.broker = broker;
        this.topic = "hilda/v1/" + bench + "/+/result";
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        while (!isClosing) {
            try (MqttConnection connection = MqttConnection.open(BrokerAddress.parse(broker), Optional.empty())) {
                connection.subscribe(topic);
                isSubscribed = true;
                while (connection.isConnected() && !isClosing) {
                    connection.next(POLL).ifPresent(this::take);
                }
            } catch (BenchFailure away) {
                // The broker is away; it is tried again.
            } catch (InterruptedException e) {
                return;
            } finally {
                isSubscribed = false;
            }
        }
    }

    private synchronized void take(Message message) {
        try {
            JsonNode result = JSON.readTree(message.content());
            if (!result.hasNonNull("bench_sequence")) {
                unnumbered.add(result);
                return;
            }
            messages++;
            String known = runIds.put(
                    result.path("bench_sequence").asLong(),
                    result.path("run_id").asText());
            if (known != null && !known.equals(result.path("run_id").asText())) {
                throw new AssertionError("two runs have the number " + result.path("bench_sequence"));
            }
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    /** Which runs it knows, by their numbers. */
    synchronized Map<Long, String> runIds() {
        return new TreeMap<>(runIds);
    }

    /** Results of runs that the bench could not keep. */
    synchronized List<JsonNode> unnumbered() {
        return new ArrayList<>(unnumbered);
    }

    /** Of messages, those it had already. */
    synchronized int duplicates() {
        return messages - runIds.size();
    }

    /** The numbers up to {@code last} that it has not seen. */
    synchronized Set<Long> missing(long last) {
        Set<Long> missing = new TreeSet<>();
        for (long number = 1; number <= last; number++) {
            if (!runIds.containsKey(number)) {
                missing.add(number);
            }
        }
        return missing;
    }

    /** Waits until it would hear what is published now; false when it does not within half a minute. */
    boolean awaitSubscribed() throws InterruptedException {
        return await(() -> isSubscribed);
    }

    /** Waits for all up to {@code last}; returns those that do not come within half a minute. */
    Set<Long> awaitAll(long last) throws InterruptedException {
        await(() -> missing(last).isEmpty());
        return missing(last);
    }

    private static boolean await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
            Thread.sleep(POLL.toMillis());
        }
        return condition.getAsBoolean();
    }

    @Override
    public void close() {
        isClosing = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
