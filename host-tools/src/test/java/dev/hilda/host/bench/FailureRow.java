// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.host.bench.TestBench.Outcome;
import java.util.ArrayList;
import java.util.List;

/**
 * What the program made of one fault, as the table tells it.
 *
 * @param fault its name
 * @param kind of the failure; {@value #PASSED} where the run passed all the same
 * @param exitCode of the program
 * @param cause what could not be done, and what came instead; of a run that passed, what it says of itself
 * @param remedy what the message says to do
 */
record FailureRow(String fault, String kind, int exitCode, String cause, String remedy) {
    static final String PASSED = "passed";

    private static final String START = "hilda: ";
    private static final String ACTUAL = "  got: ";
    private static final String REMEDY = "  what to do: ";
    private static final String CONTINUED = "    ";

    /** Reads it off what a run left. */
    static FailureRow of(String fault, Outcome outcome) {
        if (outcome.exitCode() == 0) {
            return new FailureRow(fault, PASSED, 0, ofPassed(outcome), "");
        }
        List<String> message = message(outcome.err());
        String first = message.get(0).substring(START.length());
        int colon = first.indexOf(": ");
        String kind = colon < 0 ? "" : first.substring(0, colon);
        String what = colon < 0 ? first : first.substring(colon + 2);
        String actual = part(message, ACTUAL);
        return new FailureRow(
                fault,
                kind,
                outcome.exitCode(),
                what.replaceFirst(" on \\S+ \\(ST-Link \\w+\\)", "") + (actual.isEmpty() ? "" : ": " + actual),
                part(message, REMEDY));
    }

    /** The last message: what a run had to remark stands before it. */
    private static List<String> message(List<String> err) {
        int start = err.size() - 1;
        while (start >= 0 && !err.get(start).startsWith(START)) {
            start--;
        }
        return start < 0 ? List.of(START + "(no message)") : err.subList(start, err.size());
    }

    private static String part(List<String> message, String label) {
        List<String> lines = new ArrayList<>();
        for (String line : message) {
            if (line.startsWith(label)) {
                lines.add(line.substring(label.length()));
            } else if (!lines.isEmpty() && line.startsWith(CONTINUED)) {
                lines.add(line.strip());
            } else if (!lines.isEmpty()) {
                break;
            }
        }
        return String.join("; ", lines);
    }

    private static String ofPassed(Outcome outcome) {
        JsonNode result = document(outcome);
        List<String> said = new ArrayList<>();
        result.path("resume_causes").forEach(cause -> said.add("goes on by itself after: " + cause.asText()));
        result.path("remarks").forEach(remark -> said.add(remark.asText()));
        return said.isEmpty() ? "not noticed" : String.join("; ", said);
    }

    static JsonNode document(Outcome outcome) {
        try {
            return new ObjectMapper().readTree(outcome.out().get(outcome.out().size() - 1));
        } catch (JsonProcessingException e) {
            throw new AssertionError(outcome.toString(), e);
        }
    }
}
