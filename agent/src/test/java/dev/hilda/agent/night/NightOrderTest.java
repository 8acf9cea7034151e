// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.night;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.night.NightOrder.Broken;
import dev.hilda.agent.verdict.Dimensions;
import dev.hilda.agent.verdict.Policy;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What comes over HTTP and out of the store. */
class NightOrderTest {
    private static final Policy POLICY = new Policy(
            0.01, 0.9, 2, 4, 3, new Dimensions(Set.of("chip_id"), Set.of("probe")), new Dimensions(Set.of(), Set.of()));

    private static NightOrder order(Policy policy) {
        return new NightOrder("nightly", 60, policy, List.of(), List.of(new Broken("a", "b", "c")));
    }

    private static String refused(String json) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, () -> NightOrder.parse(json))
                .getMessage());
    }

    @Test
    void shouldKeepThePolicy() {
        assertEquals(order(POLICY), NightOrder.parse(order(POLICY).toJson()));
        assertEquals(order(Policy.USUAL), NightOrder.parse(order(Policy.USUAL).toJson()));
    }

    /** An earlier version knew none but the usual dimensions. */
    @Test
    void shouldReadAnOrderWithoutDimensions() {
        String json =
                order(Policy.USUAL).toJson().replaceAll(",\"cycles_dimensions\".*?]},\"bytes_dimensions\".*?]}", "");
        assertTrue(!json.contains("dimensions") && json.contains("bytes_percent"), json);
        assertEquals(order(Policy.USUAL), NightOrder.parse(json));
    }

    @Test
    void shouldRefusePoliciesThatMakeNoSense() {
        String json = order(POLICY).toJson();
        assertEquals(
                "a night's order: power: expected a number from 0.5 to below 1, got 1.5",
                refused(json.replace("\"power\":0.9", "\"power\":1.5")));
        assertTrue(
                refused(json.replace("\"power\":0.9", "\"power\":\"NaN\"")).contains("power: expected"),
                "a number that is none");
        assertTrue(refused(json.replace("chip_id", "chip")).contains("chip: expected one of model, "), "a field");
        assertEquals(
                "a night's order: policy: expected an object, got none",
                refused(json.replaceAll("\"policy\":\\{.*},\"items\"", "\"items\"")));
    }
}
