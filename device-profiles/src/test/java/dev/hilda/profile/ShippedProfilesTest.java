// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShippedProfilesTest {
    @TempDir
    Path emptyFolder;

    @Test
    void shouldLoadEveryShippedFile() {
        ProfileCatalog.Listing listing = new ProfileCatalog(emptyFolder).list();
        assertEquals(List.of(), listing.broken());
        assertEquals(
                List.of(
                        "nucleo-f446re",
                        "nucleo-f767zi",
                        "nucleo-h743zi",
                        "nucleo-h743zi2",
                        "nucleo-h745zi-q",
                        "nucleo-h753zi",
                        "virtual-nucleo-h743zi"),
                listing.profiles().stream().map(BoardProfile::name).toList());
    }

    @Test
    void shouldDescribeTheBoardTheVirtualOneStandsInFor() {
        BoardProfile real = new ProfileCatalog(emptyFolder).load("nucleo-h743zi2");
        BoardProfile virtual = new ProfileCatalog(emptyFolder).load("virtual-nucleo-h743zi");
        assertEquals(real.memory(), virtual.memory());
        assertEquals(real.chip().revisions(), virtual.chip().revisions());
        assertEquals(real.toolchain(), virtual.toolchain());
        assertEquals(real.openOcd().targetFile(), virtual.openOcd().targetFile());
        assertEquals(Timing.ESTIMATED, virtual.timing());
        assertEquals(Timing.MEASURED, real.timing());
    }

    @Test
    void shouldClockEachRevisionAsItsDataSheetAllows() {
        BoardProfile profile = new ProfileCatalog(emptyFolder).load("nucleo-h743zi2");
        assertEquals(400_000_000, profile.revision(0x1003).orElseThrow().coreHz());
        assertEquals(480_000_000, profile.revision(0x2003).orElseThrow().coreHz());
        assertTrue(profile.revision(0x1001).isEmpty());
    }

    @Test
    void shouldKeepVirtualAndSiliconUniqueIdsApart() {
        byte[] virtual = "VIRT01234567".getBytes(StandardCharsets.US_ASCII);
        byte[] silicon = {0x30, 0, 0x32, 0, 4, 0x51, 0x38, 0x31, 0x35, 0x30, 0x34, 0x30};
        assertTrue(UniqueIdRule.VIRTUAL_ONLY.allows(virtual));
        assertFalse(UniqueIdRule.VIRTUAL_ONLY.allows(silicon));
        assertTrue(UniqueIdRule.SILICON_ONLY.allows(silicon));
        assertFalse(UniqueIdRule.SILICON_ONLY.allows(virtual));
    }
}
