// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each case breaks one thing in a good profile and asserts the whole message. */
class ProfileLoaderTest {
    static Stream<Arguments> broken() {
        return Stream.of(
                edit(
                        "mcu: STM32H743ZIT6\n",
                        "mcu: STM32H743ZIT6\ncolour: white\n",
                        "4: colour: expected one of name, description, mcu, core, verified_on, timing, supply, max_vos, chip,"
                                + " memory, usart, probe, openocd, toolchain, budget, got an unknown key;"
                                + " remove or rename it"),
                edit("core: cortex-m7\n", "", "1: core: expected this key, got nothing; add it"),
                edit(
                        "core: cortex-m7",
                        "core: z80",
                        "4: core: expected cortex-m4 or cortex-m7, got \"z80\"; correct it"),
                edit(
                        "verified_on: virtual",
                        "verified_on: silicon",
                        "5: verified_on: expected none, virtual, or silicon (REPORT) with the report of a board's"
                                + " self-test, got \"silicon\"; correct it"),
                edit(
                        "verified_on: virtual",
                        "status: tested",
                        "5: status: expected the key verified_on, got a key of earlier versions;"
                                + " write verified_on: none (was untested), virtual, or silicon (REPORT)"),
                edit(
                        "max_vos: vos0\n",
                        "max_vos: vos0\nmax_vos: vos1\n",
                        "9: max_vos: expected each key once, got it again; first on line 8; remove one"),
                edit(
                        "size_bytes: 131072\n    roles: [stack",
                        "size: 131072\n    roles: [stack",
                        "26: memory.DTCM.size: expected a key with its unit, got size; rename it to size_bytes"),
                edit(
                        "size_bytes: 131072\n    roles: [stack",
                        "size_bytes: 128 KiB\n    roles: [stack",
                        "26: memory.DTCM.size_bytes: expected a whole number (bytes) from 1 to 3758096384, got \"128 KiB\";"
                                + " the key names the unit; write 131072"),
                edit(
                        "core_hz: 400000000",
                        "core_hz: 400 MHz",
                        "15: chip.revisions.Y.core_hz: expected a whole number (Hz) from 1000000 to 2000000000,"
                                + " got \"400 MHz\"; the key names the unit; write 400000000"),
                edit(
                        "origin: 0x20000000",
                        "origin: 0x080FFFFF",
                        "24: memory.DTCM: expected regions that do not overlap, got DTCM 0x080FFFFF…0x0811FFFE inside FLASH"
                                + " 0x08000000…0x081FFFFF; correct origin or size_bytes of one of them"),
                edit(
                        "name: DTCM",
                        "name: FLASH",
                        "24: memory.FLASH: expected each region once, got a second FLASH; rename one"),
                edit(
                        "vos: vos1",
                        "vos: vos0",
                        "max_vos: vos0",
                        "max_vos: vos1",
                        "13: chip.revisions.Y: expected at most max_vos vos1, got vos vos0;"
                                + " lower core_hz and vos, or correct max_vos"),
                edit(
                        "[115200, 921600]",
                        "[921600, 115200]",
                        "36: usart.baud_ladder: expected ascending rates, got 115200 after 921600; sort the ladder"),
                edit(
                        "[115200, 921600]",
                        "[115200, 921600, 1500000]",
                        "36: usart.baud_ladder: expected rates up to the highest max_reliable_baud, 1000000, got 1500000;"
                                + " remove it"),
                edit(
                        "[115200, 921600]",
                        "[1200, 115200, 921600]",
                        "36: usart.baud_ladder: expected a divider BRR of 16…65535, got 1200 baud on revision Y from"
                                + " 100000000 Hz, BRR 83333; use a rate of 1526…6250000"),
                edit(
                        "usart_kernel_hz: 100000000",
                        "usart_kernel_hz: 15200000",
                        "36: usart.baud_ladder: expected a rate within 2% of what the divider gives, got 921600 baud on"
                                + " revision Y from 15200000 Hz, BRR 16, 3.1% off; use 950000 or another rate that divides"
                                + " the kernel clock better"),
                edit(
                        "default_baud: 921600",
                        "default_baud: 460800",
                        "35: usart.default_baud: expected a rate of baud_ladder, got 460800;"
                                + " add it to baud_ladder or choose one of [115200, 921600]"),
                edit(
                        "timing: measured",
                        "timing: estimated",
                        "6: timing: expected measured for discovery usb-sysfs, got estimated; correct it"),
                edit(
                        "unique_ids: silicon-only",
                        "unique_ids: virtual-only",
                        "20: chip.unique_ids: expected silicon-only, got virtual-only; correct it"),
                edit(
                        "usb_ids: [\"0483:374b\"]",
                        "usb_ids: []",
                        "39: probe.usb_ids: expected at least one vendor:product for discovery usb-sysfs, got [];"
                                + " add for example 0483:374e (ST-Link V3)"),
                edit(
                        "backend: usb",
                        "backend: tcp",
                        "43: openocd.backend: expected usb for discovery usb-sysfs, got tcp; correct one of them"),
                edit(
                        "target/stm32h7x_dual_bank.cfg",
                        "../[exec evil].cfg",
                        "46: openocd.target_file: expected a .cfg file relative to OpenOCD's scripts folder,"
                                + " got \"../[exec evil].cfg\"; correct it"),
                edit(
                        "flash_bytes: 1966080",
                        "flash_bytes: 1966081",
                        "53: budget.flash_bytes: expected code_reserve_bytes + flash_bytes within the 2097152 bytes of"
                                + " regions with role weights, got 2097153; use flash_bytes: 1966080"),
                edit(
                        "ram_bytes: 65536",
                        "ram_bytes: 131073",
                        "55: budget.ram_bytes: expected ram_reserve_bytes + ram_bytes within the 131072 bytes of regions with"
                                + " role activations, got 131073; use ram_bytes: 131072"),
                edit(
                        "cpu_flags: [-mcpu=cortex-m7]",
                        "cpu_flags: []",
                        "50: toolchain.cpu_flags: expected at least 1 item," + " got an empty list; add one"),
                edit(
                        "name: good\n",
                        "name: other\n",
                        "1: name: expected the file's name, good, got \"other\";" + " rename the file or the profile"),
                edit(
                        "chip:\n",
                        "chip: [\n",
                        "11: profile: expected valid YAML, got a syntax error (expected ',' or ']', but got :); correct it"));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void shouldSayWhereWhatAndWhatToDo(List<String> edits) {
        String text = GoodProfile.TEXT;
        for (int i = 0; i + 2 < edits.size(); i += 2) {
            assertTrue(text.contains(edits.get(i)), "nothing to replace: " + edits.get(i));
            text = text.replaceFirst(Pattern.quote(edits.get(i)), edits.get(i + 1));
        }
        ProfileException failure = refuse(text);
        assertEquals("dir/good.yaml:" + edits.get(edits.size() - 1), failure.getMessage());
    }

    @Test
    void shouldReportEveryProblemAtOnceInTheOrderOfTheFile() {
        ProfileException failure = refuse(GoodProfile.TEXT
                .replace("core: cortex-m7", "core: z80")
                .replace("origin: 0x20000000", "origin: 0x08000000")
                .replace("default_baud: 921600", "default_baud: fast")
                .replace("ram_bytes: 65536", "ram_bytes: 999999"));
        assertEquals(
                List.of("4 core", "24 memory.DTCM", "35 usart.default_baud", "55 budget.ram_bytes"),
                failure.problems().stream()
                        .map(problem -> problem.line() + " " + problem.subject())
                        .toList());
    }

    @Test
    void shouldReadTheGoodProfileThatTheCasesBreak() {
        BoardProfile profile = GoodProfile.load(GoodProfile.TEXT);
        assertEquals(131_072, profile.bytesFor(MemoryRole.STACK));
        assertEquals(List.of(115_200, 921_600), profile.usart().baudLadder());
    }

    @Test
    void shouldReadTheReportThatSiliconNames() {
        String text =
                GoodProfile.TEXT.replace("verified_on: virtual", "verified_on: silicon (reports/mb1364-0042.json)");
        Verification verification = GoodProfile.load(text).verifiedOn();
        assertEquals(Verification.Ground.SILICON, verification.ground());
        assertEquals("reports/mb1364-0042.json", verification.report().orElseThrow());
        assertEquals("silicon (reports/mb1364-0042.json)", verification.toString());
    }

    @Test
    void shouldNotBelieveThatAVirtualBoardIsSilicon() {
        String text = GoodProfile.TEXT
                .replace("verified_on: virtual", "verified_on: silicon (a.json)")
                .replace("discovery: usb-sysfs", "discovery: virtual-registry")
                .replace("usb_ids: [\"0483:374b\"]", "usb_ids: []")
                .replace("backend: usb", "backend: tcp")
                .replace("timing: measured", "timing: estimated")
                .replace("unique_ids: silicon-only", "unique_ids: virtual-only");
        assertEquals(
                "dir/good.yaml:5: verified_on: expected none or virtual for discovery virtual-registry,"
                        + " got silicon (a.json); correct it",
                refuse(text).getMessage());
    }

    @Test
    void shouldRefuseAnEmptyFileAndBytesThatAreNotUtf8() {
        assertEquals(
                "dir/good.yaml:1: profile: expected a board profile, got an empty file; start from a shipped profile",
                refuse("").getMessage());
        byte[] latin1 = "name: good\ndescription: \u00fc\n".getBytes(StandardCharsets.ISO_8859_1);
        ProfileException failure =
                assertThrows(ProfileException.class, () -> ProfileLoader.load("dir/good.yaml", latin1));
        assertEquals(
                "dir/good.yaml:2: profile: expected UTF-8 text, got other bytes; save it as UTF-8",
                failure.getMessage());
    }

    @Test
    void shouldAskForAPlaceForCodeStackAndData() {
        for (String role : List.of("code", "stack", "data")) {
            ProfileException refused = assertThrows(
                    ProfileException.class, () -> GoodProfile.load(GoodProfile.TEXT.replaceFirst(role + ", ", "")));
            assertTrue(String.valueOf(refused.getMessage()).contains("a region with role " + role), refused.toString());
        }
    }

    @Test
    void shouldNotBuildAnInconsistentProfileEvenWithoutTheLoader() {
        BoardProfile good = GoodProfile.load(GoodProfile.TEXT);
        MemoryRegion twin = new MemoryRegion("TWIN", 0x0800_0000, 32, List.of());
        List<MemoryRegion> overlapping =
                Stream.concat(good.memory().stream(), Stream.of(twin)).toList();
        IllegalArgumentException failure = assertThrows(
                IllegalArgumentException.class,
                () -> new BoardProfile(
                        good.name(),
                        good.description(),
                        good.mcu(),
                        good.core(),
                        good.verifiedOn(),
                        good.timing(),
                        good.supply(),
                        good.maxVos(),
                        good.chip(),
                        overlapping,
                        good.usart(),
                        good.probe(),
                        good.openOcd(),
                        good.toolchain(),
                        good.budget()));
        assertTrue(String.valueOf(failure.getMessage()).contains("TWIN 0x08000000…0x0800001F inside FLASH"));
    }

    private static ProfileException refuse(String text) {
        return assertThrows(ProfileException.class, () -> GoodProfile.load(text));
    }

    private static Arguments edit(String... editsAndMessage) {
        return Arguments.of(List.of(editsAndMessage));
    }
}
