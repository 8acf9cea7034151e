// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.night;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.hilda.agent.jobs.JobOrder;
import dev.hilda.agent.verdict.Policy;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a night is to run and how it is judged; bundles and data sets are among the contents of the store already.
 *
 * @param suite a name as of a job's order
 * @param deadlineS from the plan on; what has not begun by then is missing
 * @param items 1 to 256
 */
public record NightOrder(String suite, long deadlineS, Policy policy, List<Item> items) {
    private static final int MOST_ITEMS = 256;
    private static final int MAX_CHARACTERS = 1 << 20;
    private static final long LONGEST_S = 7 * 24 * 3600L;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .addModule(new Jdk8Module())
            .build();

    /**
     * A network on a data set.
     *
     * @param model its name, as of a job's order
     * @param dataSet likewise
     * @param boards as {@link BoardCount#parse} reads it
     * @param board serial number of the only one that may run it, in the place of {@code boards}
     */
    public record Item(
            String model,
            String dataSet,
            String pool,
            String boards,
            Optional<String> board,
            OptionalInt limit,
            String bundleSha256,
            String dataSha256,
            Optional<String> bundleSignature) {
        /** @throws IllegalArgumentException with all that is wrong */
        public Item {
            if (BoardCount.parse(boards).isEmpty()) {
                throw new IllegalArgumentException(
                        "the boards of " + model + ": expected " + BoardCount.EXPECTED + ", got " + boards);
            }
            new JobOrder(pool, "night", model, bundleSha256, dataSha256, limit, bundleSignature, board);
            requireName("data set", dataSet);
        }

        BoardCount count() {
            return BoardCount.parse(boards).orElseThrow();
        }

        JobOrder job(String submitter) {
            return new JobOrder(pool, submitter, model, bundleSha256, dataSha256, limit, bundleSignature, board);
        }
    }

    /** @throws IllegalArgumentException with what is wrong */
    public NightOrder {
        requireName("suite", suite);
        if (deadlineS < 1 || deadlineS > LONGEST_S) {
            throw new IllegalArgumentException("deadline_s: expected 1 to " + LONGEST_S + " seconds, got " + deadlineS);
        }
        items = List.copyOf(items);
        if (items.isEmpty() || items.size() > MOST_ITEMS) {
            throw new IllegalArgumentException("items: expected 1 to " + MOST_ITEMS + " networks, got " + items.size());
        }
    }

    private static void requireName(String what, String text) {
        if (!JobOrder.isName(text)) {
            throw new IllegalArgumentException("the name of the " + what
                    + ": expected 1 to 64 letters, digits, dots, hyphens or underscores, got "
                    + text.substring(0, Math.min(80, text.length())));
        }
    }

    /** As a JSON document. */
    public String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * Reads a document of {@link #toJson()}.
     *
     * @throws IllegalArgumentException with what is wrong
     */
    public static NightOrder parse(String json) {
        if (json.length() > MAX_CHARACTERS) {
            throw new IllegalArgumentException(
                    "a night's order: expected at most " + MAX_CHARACTERS + " characters, got " + json.length());
        }
        try {
            return Optional.ofNullable(JSON.readValue(json, NightOrder.class))
                    .orElseThrow(() -> new IllegalArgumentException("a night's order: expected an object, got null"));
        } catch (ValueInstantiationException e) {
            throw new IllegalArgumentException(
                    "a night's order: " + e.getCause().getMessage(), e);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a night's order: " + e.getOriginalMessage(), e);
        }
    }
}
