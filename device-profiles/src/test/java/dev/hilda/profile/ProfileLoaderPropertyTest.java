// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.yaml.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class ProfileLoaderPropertyTest {
    private static final byte[] GOOD = GoodProfile.TEXT.getBytes(StandardCharsets.UTF_8);

    @Property(tries = 2000)
    void shouldRefuseDamagedFilesOnlyWithProblemsOnTheirLines(
            @ForAll @Size(min = 1, max = 4) int[] positions, @ForAll @Size(4) byte[] values) {
        byte[] damaged = GOOD.clone();
        for (int i = 0; i < positions.length; i++) {
            damaged[Math.floorMod(positions[i], damaged.length)] = values[i];
        }
        loadAndCheckLines(damaged);
    }

    @Property(tries = 500)
    void shouldRefuseFilesCutShortOnlyWithProblemsOnTheirLines(@ForAll @IntRange(max = 1000) int lengthBytes) {
        loadAndCheckLines(Arrays.copyOf(GOOD, Math.min(lengthBytes, GOOD.length)));
    }

    @Property(tries = 500)
    void shouldNoticeEveryLineThatIsRepeated(@ForAll @IntRange(max = 53) int index) {
        String[] lines = GoodProfile.TEXT.split("\n");
        lines[index] = lines[index] + "\n" + lines[index];
        boolean accepted = loadAndCheckLines(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
        boolean meansNothing = lines[index].isBlank() || lines[index].startsWith("#");
        assertEquals(meansNothing, accepted, lines[index]);
    }

    private static boolean loadAndCheckLines(byte[] content) {
        try {
            ProfileLoader.load("dir/good.yaml", content);
            return true;
        } catch (ProfileException refused) {
            assertFalse(refused.problems().isEmpty());
            int newlines = 0;
            for (byte b : content) {
                newlines += b == '\n' || b == '\r' ? 1 : 0;
            }
            for (Problem problem : refused.problems()) {
                assertTrue(problem.line() >= 1 && problem.line() <= newlines + 1, problem.toString());
            }
            return false;
        }
    }
}
