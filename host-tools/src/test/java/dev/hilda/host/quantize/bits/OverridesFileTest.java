package dev.hilda.host.quantize.bits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OverridesFileTest {
    @Test
    void shouldReadBothSections() {
        String yaml = "weights:\n  a: 8\n  b/c: 2\nactivations:\n  a: 4\n";
        Overrides expected = new Overrides(Map.of("a", 8, "b/c", 2), Map.of("a", 4));
        assertEquals(expected, OverridesFile.parse("o.yaml", yaml));
        assertEquals(Overrides.NONE, OverridesFile.parse("o.yaml", ""));
        assertEquals(Overrides.NONE, OverridesFile.parse("o.yaml", "weights:\n"));
    }

    @Test
    void shouldSayWhatIsWrong() {
        assertMessage("overrides o.yaml: expected the keys weights and activations, got weight", "weight: {a: 8}");
        assertMessage("override of a: expected 8, 4 or 2 bits, got 3", "weights: {a: 3}");
        assertMessage("overrides o.yaml, weights of a: expected 8, 4 or 2, got \"8 bits\"", "weights: {a: 8 bits}");
        assertMessage("overrides o.yaml: expected the file to be names and bits, got [1]", "[1]");
        assertMessage(
                "overrides o.yaml, line 3: expected YAML with each key once: Duplicate field 'a'",
                "weights:\n  a: 8\n  a: 4\n");
    }

    @Test
    void shouldRefuseWhatHasNoEnd() {
        BudgetException failure = assertThrows(BudgetException.class, () -> OverridesFile.read(Path.of("/dev/zero")));
        assertEquals("overrides /dev/zero: expected a file of at most 1048576 bytes", failure.getMessage());
    }

    private static void assertMessage(String expected, String yaml) {
        assertEquals(
                expected,
                assertThrows(BudgetException.class, () -> OverridesFile.parse("o.yaml", yaml))
                        .getMessage());
    }
}
