// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class JobOrderTest {
    private static final String HASH = "0a".repeat(32);

    @Test
    void shouldBeTheSameFromItsDocument() {
        for (OptionalInt limit : List.of(OptionalInt.empty(), OptionalInt.of(7))) {
            JobOrder order = new JobOrder("h7", "alice", "ic01-w4.2", HASH, HASH, limit);
            assertEquals(order, JobOrder.parse(order.toJson()));
        }
        assertEquals(
                OptionalInt.empty(),
                JobOrder.parse("{\"pool\":\"h7\",\"submitter\":\"alice\",\"name\":\"x\",\"bundle_sha256\":\"" + HASH
                                + "\",\"data_sha256\":\"" + HASH + "\"}")
                        .limit());
    }

    @Test
    void shouldTellAllThatIsWrong() {
        IllegalArgumentException wrong = assertThrows(
                IllegalArgumentException.class,
                () -> JobOrder.parse("{\"pool\":\"a/b\",\"name\":\"..\",\"bundle_sha256\":\""
                        + HASH.toUpperCase(java.util.Locale.ROOT) + "\",\"data_sha256\":\"1\",\"limit\":0}"));
        for (String part : List.of(
                "pool: expected 1 to 64 letters",
                "got a/b",
                "submitter: ",
                "got null",
                "name: ",
                "bundle_sha256: expected 64",
                "data_sha256: ",
                "limit: expected 1 or more images, got OptionalInt[0]")) {
            assertTrue(wrong.toString().contains(part), wrong.getMessage());
        }
    }

    @Test
    void shouldRefuseWhatIsNoOrder() {
        for (String text : List.of("", "null", "[]", "{", "{\"more\":1}", "x".repeat(5000), "{\"pool\":{}}")) {
            assertThrows(IllegalArgumentException.class, () -> JobOrder.parse(text), text);
        }
    }

    @Test
    void shouldKnowNames() {
        for (String name : List.of("a", "A-b_c.9", "x".repeat(64))) {
            assertTrue(JobOrder.isName(name), name);
        }
        for (String name : List.of("", ".", "..", "a b", "a/b", "a+", "#", "ä", "a\n", "x".repeat(65))) {
            assertFalse(JobOrder.isName(name), name);
        }
    }
}
