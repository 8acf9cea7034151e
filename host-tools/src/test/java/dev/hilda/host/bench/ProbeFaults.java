// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static dev.hilda.host.bench.InjectedFault.quick;
import static dev.hilda.host.bench.InjectedFault.slow;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What is wrong with the ST-Link, the chip behind it and its flash when a board is flashed. */
final class ProbeFaults {
    private static final Duration PROBE_PATIENCE = Duration.ofSeconds(60);

    private ProbeFaults() {}

    static List<InjectedFault> all() {
        return Stream.concat(probe().stream(), flash().stream()).toList();
    }

    private static List<InjectedFault> probe() {
        return List.of(
                quick("no board attached", bench -> {
                    bench.unplug();
                    return bench.selftest(List.of("--no-publish"));
                }),
                quick("serial number of no board", bench -> {
                    bench.board();
                    return bench.selftest(List.of("--no-publish", "--serial", "VIRTELSEWHERE"));
                }),
                quick("two boards attached, none chosen", bench -> {
                    bench.board();
                    VirtualBoard other = bench.processes().board("--serial", "VIRTOTHER");
                    try {
                        return bench.selftest(List.of("--no-publish"));
                    } finally {
                        other.end();
                    }
                }),
                quick("ST-Link gone from the USB", bench -> bench.selftest("stlink-unplug")),
                quick("ST-Link in use by another program", bench -> bench.selftest("stlink-busy")),
                quick("ST-Link does not open", bench -> bench.selftest("stlink-open-error")),
                quick("another ST-Link in its place", bench -> bench.selftest("stlink-wrong-serial")),
                quick("ST-Link measures 0 V, flash verifies", bench -> bench.selftest("stlink-zero-volt")),
                quick("board without power", bench -> bench.selftest("power-off")),
                quick("chip does not answer its ST-Link", bench -> bench.selftest("swd-dead")),
                quick("chip of another kind", bench -> bench.selftest("stlink-wrong-idcode")),
                slow("openocd is not installed", PROBE_PATIENCE, bench -> {
                    bench.board();
                    Path tools = Files.createDirectories(bench.file("bin"));
                    Path gcc = tools.resolve("arm-none-eabi-gcc");
                    if (!Files.exists(gcc)) {
                        Files.createSymbolicLink(gcc, Path.of("/usr/bin/arm-none-eabi-gcc"));
                    }
                    Firmware.base();
                    return bench.selftest(Map.of("PATH", tools.toString()), List.of(), List.of("--no-publish"));
                }),
                slow("openocd hangs", PROBE_PATIENCE, bench -> {
                    bench.board();
                    Path tools = Files.createDirectories(bench.file("hanging"));
                    Path openOcd = Files.writeString(
                            tools.resolve("openocd"),
                            "#!/bin/sh\n[ \"$1\" = --version ] && exec /usr/bin/openocd --version\nexec sleep 600\n");
                    Files.setPosixFilePermissions(openOcd, PosixFilePermissions.fromString("rwx------"));
                    return bench.selftest(
                            Map.of("PATH", tools + ":" + System.getenv("PATH")), List.of(), List.of("--no-publish"));
                }),
                slow(
                        "ST-Link stops answering while connecting",
                        PROBE_PATIENCE,
                        bench -> bench.selftest("stlink-stall 5")));
    }

    private static List<InjectedFault> flash() {
        return List.of(
                quick("ST-Link unplugged in mid-flash", bench -> bench.selftest("stlink-unplug 1000")),
                quick("connection to the ST-Link cut in mid-flash", bench -> bench.selftest("stlink-tcp-drop 1000")),
                slow(
                        "ST-Link stops answering in mid-flash",
                        PROBE_PATIENCE,
                        bench -> bench.selftest("stlink-stall 1000")),
                quick("power lost in mid-flash", bench -> bench.selftest("power-off 1000")),
                quick("flash sector write-protected", bench -> bench.selftest("flash-write-protect 1")),
                quick("read-out protection", bench -> bench.selftest("flash-readout-protect")),
                quick("sector does not erase: worn out", bench -> bench.selftest("flash-erase-failure")),
                quick("flash word does not program: worn out", bench -> bench.selftest("flash-program-error")),
                quick("flash bit stuck: worn out", bench -> bench.selftest("flash-bad-bit 0x08000010 3")));
    }
}
