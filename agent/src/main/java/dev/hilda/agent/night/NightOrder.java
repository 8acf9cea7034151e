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
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a night is to run and how it is judged; bundles and data sets are among the contents of the store already.
 *
 * @param suite a name as of a job's order
 * @param deadlineS from the plan on; what has not begun by then is missing
 * @param items 0 to 256
 * @param broken what cannot run; with the items, 1 to 256
 */
public record NightOrder(String suite, long deadlineS, Policy policy, List<Item> items, List<Broken> broken) {
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

    /**
     * A network that belongs to the night and cannot run: it is missing from the beginning.
     *
     * @param reason for people
     */
    public record Broken(String model, String dataSet, String reason) {
        private static final int MOST = 2000;

        /** @throws IllegalArgumentException with what is wrong */
        public Broken {
            requireName("model", model);
            requireName("data set", dataSet);
            reason = reason.length() > MOST ? reason.substring(0, MOST) : reason;
        }
    }

    /** @throws IllegalArgumentException with what is wrong */
    public NightOrder {
        requireName("suite", suite);
        if (Optional.ofNullable(policy).isEmpty()) {
            throw new IllegalArgumentException("policy: expected an object, got none");
        }
        if (deadlineS < 1 || deadlineS > LONGEST_S) {
            throw new IllegalArgumentException("deadline_s: expected 1 to " + LONGEST_S + " seconds, got " + deadlineS);
        }
        items = List.copyOf(items);
        broken = List.copyOf(broken);
        int networks = items.size() + broken.size();
        if (networks < 1 || networks > MOST_ITEMS) {
            throw new IllegalArgumentException("items: expected 1 to " + MOST_ITEMS + " networks, got " + networks);
        }
    }

    private static void requireName(String what, @Nullable String text) {
        if (text == null || !JobOrder.isName(text)) {
            throw new IllegalArgumentException("the name of the " + what
                    + ": expected 1 to 64 letters, digits, dots, hyphens or underscores, got "
                    + String.format(Locale.ROOT, "%.80s", text));
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
                    "a night's order: "
                            + Optional.ofNullable(e.getCause()).orElse(e).getMessage(),
                    e);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a night's order: " + e.getOriginalMessage(), e);
        }
    }
}
