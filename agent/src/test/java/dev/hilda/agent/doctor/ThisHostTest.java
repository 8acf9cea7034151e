// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThisHostTest {
    private static final double MAY_CHANGE = 0.05;

    private final ThisHost host = new ThisHost(Map.of());

    @TempDir
    private Path folder;

    @Test
    void shouldTellTheRoomOfTheNearestFolderThatThereIs() throws Exception {
        double usable = usableBytes(folder);
        assertEquals(usable, host.freeBytes(folder.toString()), usable * MAY_CHANGE);
        assertEquals(usable, host.freeBytes(folder.resolve("not/yet/there").toString()), usable * MAY_CHANGE);
    }

    /** By coreutils: Java's FileStore finds no mount point in a changed root. */
    private static double usableBytes(Path folder) throws IOException {
        Process df = new ProcessBuilder("df", "-B1", "--output=avail", folder.toString()).start();
        try (BufferedReader lines = df.inputReader(StandardCharsets.UTF_8)) {
            return lines.lines()
                    .skip(1)
                    .mapToDouble(line -> Double.parseDouble(line.strip()))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
