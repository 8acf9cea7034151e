// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OverridesFileTest {
    @Test
    void shouldReadBothSections() {
        String yaml = "weights:\n  a: 8\n  b/c: 2\nactivations:\n  a: 4\n";
        Overrides expected = new Overrides(Map.of("a", 8, "b/c", 2), Map.of("a", 4));
        assertEquals(expected, parse(yaml));
        assertEquals(Overrides.NONE, parse(""));
        assertEquals(Overrides.NONE, parse("weights:\n"));
    }

    @Test
    void shouldSayEverythingThatIsWrong() {
        assertMessage(
                "overrides o.yaml:1: weight: expected one of weights, activations, got an unknown key; did you mean weights?",
                "weight: {a: 8}");
        assertMessage(
                "overrides o.yaml:1: overrides: expected keys and values, got a list; write 'key: value' lines", "[1]");
        assertMessage(
                "overrides o.yaml:3: weights.a: expected each key once, got it again; first on line 2; remove one",
                "weights:\n  a: 8\n  a: 4\n");
        assertMessage("""
                overrides o.yaml:2: weights.a: expected 8, 4 or 2, got 3; correct it
                o.yaml:3: weights.b: expected a whole number (bits) from 2 to 8, got "8 bits"; write a bare decimal or 0x \
                number; the key names the unit
                o.yaml:5: activations.c: expected a whole number (bits) from 2 to 8, got 16; correct it""", "weights:\n  a: 3\n  b: 8 bits\nactivations:\n  c: 16\n");
    }

    @Test
    void shouldRefuseWhatHasNoEnd() {
        BudgetException failure = assertThrows(BudgetException.class, () -> OverridesFile.read(Path.of("/dev/zero")));
        assertEquals("overrides /dev/zero: expected a file of at most 1048576 bytes", failure.getMessage());
    }

    private static Overrides parse(String yaml) {
        return OverridesFile.parse("o.yaml", yaml.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertMessage(String expected, String yaml) {
        assertEquals(
                expected, assertThrows(BudgetException.class, () -> parse(yaml)).getMessage());
    }
}
