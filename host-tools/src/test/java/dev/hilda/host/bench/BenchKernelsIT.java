// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.host.bench.TestBench.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code hilda bench kernels} on a virtual board, whose counters stand in for what silicon does not tell. */
class BenchKernelsIT {
    private static final String LAYER = "conv1s1:10x9x16-32";
    private static final long MACS = 10 * 9 * 16 * 32;

    @RegisterExtension
    private final TestBench bench = new TestBench();

    @Test
    void shouldCountAKernelAndHoldItToWhatIsAccepted() throws Exception {
        bench.board("--fast-flash");
        Path accepted = bench.folder().resolve("accepted.json");
        Outcome first = kernels("--accepted", accepted.toString(), "--accept");
        assertEquals(0, first.exitCode(), first.errText());
        JsonNode timing = new ObjectMapper()
                .readTree(first.out().get(first.out().size() - 1))
                .get(0);
        assertTrue(timing.path("exact").booleanValue(), timing.toString());
        assertEquals(LAYER, timing.path("layer").textValue());
        assertEquals(MACS, timing.path("macs").longValue());
        assertEquals("carry_convolution_a8_w8_o8", timing.path("scheme").textValue());
        long instructions = timing.path("instructions").longValue();
        long before = timing.path("cycles_before_misses").longValue();
        long cycles = timing.path("cycles").longValue();
        // Two multiplies an instruction at best, two instructions a cycle at best; a miss costs 6 to 20 cycles.
        assertTrue(instructions > MACS / 2 && instructions < 10 * MACS, timing.toString());
        assertTrue(before > instructions / 2 && before < cycles, timing.toString());
        long misses = timing.path("line_misses").longValue();
        assertTrue(cycles - before > 4 * misses && cycles - before < 40 * misses + 2000, timing.toString());

        Files.writeString(accepted, "{\"" + LAYER + " 8/8/8 middle\": " + (instructions * 9 / 10) + "}");
        Outcome worse = kernels("--accepted", accepted.toString());
        assertEquals(12, worse.exitCode(), worse.errText());
        // An interrupt of the line or the clock may fall into the layer, or not.
        Matcher told = Pattern.compile(Pattern.quote(LAYER) + " 8/8/8 middle: (\\d+) instructions, accepted are")
                .matcher(worse.errText());
        assertTrue(told.find(), worse.errText());
        assertEquals(instructions, Long.parseLong(told.group(1)), instructions / 100.0);
    }

    private Outcome kernels(String... further) throws Exception {
        String[] arguments = {
            "bench", "kernels", "--on", "virtual-nucleo-h743zi", "--layer", LAYER, "--bits", "8/8/8", "--json"
        };
        String[] all = Arrays.copyOf(arguments, arguments.length + further.length);
        System.arraycopy(further, 0, all, arguments.length, further.length);
        return bench.hilda(all);
    }
}
