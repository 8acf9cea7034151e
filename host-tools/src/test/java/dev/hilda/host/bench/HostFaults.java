// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static dev.hilda.host.bench.InjectedFault.quick;
import static dev.hilda.host.bench.InjectedFault.slow;

import dev.hilda.host.bench.TestBench.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** What is wrong on this host: the serial port, folders, disks and files. */
final class HostFaults {
    /** For a JVM of its own. */
    private static final Duration JVM_PATIENCE = Duration.ofSeconds(60);

    private static final Duration HELLO_PATIENCE = Duration.ofSeconds(60);
    /** Root may write everywhere; without these it may not. */
    private static final String RIGHTS = "-dac_override,-dac_read_search";

    private HostFaults() {}

    static List<InjectedFault> all() {
        return List.of(
                quick("serial port in use by another program", bench -> {
                    Process holder = bench.processes()
                            .start(
                                    "sh",
                                    "-c",
                                    "exec sleep 60 <>" + bench.board().pty());
                    Thread.sleep(300);
                    try {
                        return bench.selftest(List.of("--no-publish"));
                    } finally {
                        holder.destroyForcibly().waitFor();
                    }
                }),
                slow("serial port not for this user", JVM_PATIENCE, bench -> {
                    Path port = bench.board().pty();
                    Files.setPosixFilePermissions(port, PosixFilePermissions.fromString("---------"));
                    try {
                        return unprivileged(bench, Map.of());
                    } finally {
                        Files.setPosixFilePermissions(port, PosixFilePermissions.fromString("rw-------"));
                    }
                }),
                quick("modem manager writes to the port first", bench -> bench.selftest("serial-at-on-open")),
                slow("serial line dead", HELLO_PATIENCE, bench -> bench.selftest("serial-dead")),
                quick("ST-Link's clock for the chip missing", bench -> bench.selftest("hse-dead")),
                slow(
                        "cache folder not writable",
                        JVM_PATIENCE,
                        bench -> unprivileged(
                                bench,
                                Map.of(
                                        "XDG_CACHE_HOME",
                                        readOnly(bench, "cache").toString()))),
                slow(
                        "state folder not writable",
                        JVM_PATIENCE,
                        bench -> unprivileged(
                                bench,
                                Map.of("XDG_STATE_HOME", readOnly(bench, "kept").toString()))),
                slow("no room for results", JVM_PATIENCE, bench -> {
                    bench.board();
                    Path disk = Files.createDirectories(bench.file("small"));
                    mount("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk.toString());
                    try {
                        Files.write(disk.resolve("rest"), new byte[200_000]);
                        return bench.selftest(
                                Map.of("XDG_STATE_HOME", disk.toString()), List.of(), List.of("--no-publish"));
                    } finally {
                        mount("umount", disk.toString());
                    }
                }),
                slow("temporary folder not writable", JVM_PATIENCE, bench -> {
                    Path folder = readOnly(bench, "tmp");
                    try {
                        return unprivileged(bench, Map.of());
                    } finally {
                        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
                    }
                }),
                quick("bundle damaged", bench -> {
                    byte[] bytes = Files.readAllBytes(bench.bundle());
                    bytes[bytes.length / 2] ^= 1;
                    return run(bench, Files.write(bench.file("damaged.hilda"), bytes));
                }),
                quick("bundle cut off", bench -> {
                    byte[] bytes = Files.readAllBytes(bench.bundle());
                    return run(bench, Files.write(bench.file("cut.hilda"), Arrays.copyOf(bytes, bytes.length / 2)));
                }),
                quick("no such bundle", bench -> run(bench, bench.file("absent.hilda"))),
                quick(
                        "data set of another shape",
                        bench -> run(
                                bench,
                                bench.bundle(),
                                "--data",
                                dataSet(bench, "[10, 10, 1]", 100).toString())),
                quick(
                        "data set's file missing",
                        bench -> run(
                                bench,
                                bench.bundle(),
                                "--data",
                                dataSet(bench, "[480]", 0).toString())),
                quick(
                        "data set's file too short",
                        bench -> run(
                                bench,
                                bench.bundle(),
                                "--data",
                                dataSet(bench, "[480]", 1000).toString())),
                quick(
                        "no profile of that name",
                        bench -> bench.processes().hilda("selftest", "--on", "nothing", "--json", "--no-publish")),
                quick("firmware file that is none", bench -> {
                    bench.board();
                    Path text = Files.writeString(bench.file("text.elf"), "not a program");
                    return bench.selftest(List.of("--no-publish", "--firmware", text.toString()));
                }));
    }

    private static Outcome run(FaultBench bench, Path bundle, String... more) throws Exception {
        bench.board();
        List<String> arguments =
                new ArrayList<>(List.of("run", bundle.toString(), "--on", FaultBench.BOARD, "--no-publish", "--json"));
        arguments.addAll(List.of(more));
        return bench.processes().hilda(arguments.toArray(new String[0]));
    }

    private static Path dataSet(FaultBench bench, String shape, int bytes) throws Exception {
        Path data = bench.file("data.bin");
        Files.deleteIfExists(data);
        if (bytes > 0) {
            Files.write(data, new byte[bytes]);
        }
        return Files.writeString(bench.file("data.yaml"), """
                name: data
                layout: raw
                data: data.bin
                dtype: u8
                shape: %s
                metric: none
                """.formatted(shape));
    }

    /** A small disk needs root; without one the fault is left out. */
    private static void mount(String... command) throws Exception {
        boolean done = new ProcessBuilder(command).start().waitFor() == 0;
        Assumptions.assumeTrue(done, "may not mount a small disk");
    }

    private static Path readOnly(FaultBench bench, String name) throws Exception {
        Path folder = Files.createDirectories(bench.file(name));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-xr-xr-x"));
        return folder;
    }

    /** As a plain user runs it, whoever runs the tests. */
    private static Outcome unprivileged(FaultBench bench, Map<String, String> environment) throws Exception {
        bench.board();
        boolean root = "root".equals(System.getProperty("user.name"));
        List<String> wrapper =
                root ? List.of("setpriv", "--inh-caps=" + RIGHTS, "--bounding-set=" + RIGHTS) : List.of();
        return bench.selftest(environment, wrapper, List.of("--no-publish"));
    }
}
