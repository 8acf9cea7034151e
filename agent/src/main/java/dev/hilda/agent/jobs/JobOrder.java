// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * What somebody wants to be run.
 *
 * @param pool the boards that may run it
 * @param submitter who asks
 * @param name for people
 * @param bundleSha256 a content of the store
 * @param dataSha256 likewise
 * @param limit at most so many images
 * @param bundleSignature the text that came with the bundle, whatever it is worth; whoever runs the bundle checks it
 * @param board serial number of the only one that may run it
 */
public record JobOrder(
        String pool,
        String submitter,
        String name,
        String bundleSha256,
        String dataSha256,
        OptionalInt limit,
        Optional<String> bundleSignature,
        Optional<String> board) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private static final String A_NAME = "1 to 64 letters, digits, dots, hyphens or underscores";
    private static final String A_HASH = "64 hexadecimal digits in lower case";

    private static final int MAX_SIGNATURE = 1000;

    /** Longer than any order is written. */
    private static final int MAX_CHARACTERS = 4096;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .addModule(new Jdk8Module())
            .build();

    /**
     * Checked on construction.
     *
     * @throws IllegalArgumentException with all that is wrong
     */
    public JobOrder {
        List<String> problems = new ArrayList<>();
        check(problems, "pool", pool, isName(pool), A_NAME);
        check(problems, "submitter", submitter, isName(submitter), A_NAME);
        check(problems, "name", name, isName(name), A_NAME);
        check(problems, "bundle_sha256", bundleSha256, isSha256(bundleSha256), A_HASH);
        check(problems, "data_sha256", dataSha256, isSha256(dataSha256), A_HASH);
        check(problems, "limit", limit, limit.orElse(1) > 0, "1 or more images");
        check(
                problems,
                "bundle_signature",
                bundleSignature,
                bundleSignature.orElse("").length() <= MAX_SIGNATURE,
                "at most " + MAX_SIGNATURE + " characters");
        check(problems, "board", board, board.map(JobOrder::isName).orElse(true), "an ST-Link's serial number");
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("a job's order: " + String.join("; ", problems));
        }
    }

    /** Of a bundle without a signature, for any board of the pool. */
    public JobOrder(
            String pool, String submitter, String name, String bundleSha256, String dataSha256, OptionalInt limit) {
        this(pool, submitter, name, bundleSha256, dataSha256, limit, Optional.empty(), Optional.empty());
    }

    /** The same for one board alone. */
    public JobOrder on(String serial) {
        return new JobOrder(
                pool, submitter, name, bundleSha256, dataSha256, limit, bundleSignature, Optional.of(serial));
    }

    /** Whether that is one level of a path or topic: letters, digits, dots, hyphens and underscores. */
    public static boolean isName(String text) {
        return text != null && NAME.matcher(text).matches() && !text.chars().allMatch(character -> character == '.');
    }

    static boolean isSha256(String text) {
        return text != null && SHA256.matcher(text).matches();
    }

    private static void check(List<String> problems, String what, Object value, boolean isGood, String expected) {
        if (!isGood) {
            String text = String.valueOf(value);
            problems.add(what + ": expected " + expected + ", got "
                    + (text.length() > 80 ? text.substring(0, 80) + "…" : text));
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
     * @throws IllegalArgumentException with all that is wrong
     */
    public static JobOrder parse(String json) {
        if (json.length() > MAX_CHARACTERS) {
            throw new IllegalArgumentException(
                    "a job's order: expected at most " + MAX_CHARACTERS + " characters, got " + json.length());
        }
        try {
            JobOrder order = JSON.readValue(json, JobOrder.class);
            if (order == null) {
                throw new IllegalArgumentException("a job's order: expected a JSON object, got null");
            }
            return order;
        } catch (ValueInstantiationException e) {
            throw e.getCause() instanceof IllegalArgumentException problems
                    ? problems
                    : new IllegalArgumentException(e);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a job's order: " + e.getOriginalMessage(), e);
        }
    }
}
