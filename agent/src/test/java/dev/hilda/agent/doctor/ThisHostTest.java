// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
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
        double usable = Files.getFileStore(folder).getUsableSpace();
        assertEquals(usable, host.freeBytes(folder.toString()), usable * MAY_CHANGE);
        assertEquals(usable, host.freeBytes(folder.resolve("not/yet/there").toString()), usable * MAY_CHANGE);
    }
}
