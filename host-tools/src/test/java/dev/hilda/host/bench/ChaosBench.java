// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Assertions;

/** An agent, its broker, its boards and its disk, all of which can be taken away and given back. */
final class ChaosBench implements AutoCloseable {
    static final String NAME = "chaos";

    private static final String CLOCK_SOURCE = "turned_clock.c";
    private static final int DISK_MEBIBYTES = 64;
    private static final int CHUNK_BYTES = 4096;

    private final TestBench bench;
    private final AgentUnderTest agent;
    private final int brokerPort;
    private final boolean hasDisk;
    private final Map<String, VirtualBoard> boards = new HashMap<>();
    private Optional<Process> broker = Optional.empty();
    private long clockSeconds;

    ChaosBench(TestBench bench) throws Exception {
        this.bench = bench;
        this.agent = new AgentUnderTest(bench);
        this.brokerPort = TestBench.freePort();
        this.hasDisk = mount();
    }

    /** Plugs in the boards and starts the rest. */
    void start(List<String> serials) throws Exception {
        for (String serial : serials) {
            plugIn(serial);
        }
        startBroker();
        startAgent();
    }

    /** The state folder is a small disk of its own where this user may mount one. */
    private boolean mount() throws Exception {
        Path disk = Files.createDirectories(bench.folder().resolve("state"));
        return new ProcessBuilder(
                                "mount",
                                "-t",
                                "tmpfs",
                                "-o",
                                "size=" + DISK_MEBIBYTES + "m,mode=700",
                                "tmpfs",
                                disk.toString())
                        .start()
                        .waitFor()
                == 0;
    }

    AgentUnderTest agent() {
        return agent;
    }

    VirtualBoard board(String serial) {
        return Optional.ofNullable(boards.get(serial)).orElseThrow();
    }

    String brokerUrl() {
        return "mqtt://127.0.0.1:" + brokerPort;
    }

    boolean hasDisk() {
        return hasDisk;
    }

    void startBroker() throws Exception {
        broker = Optional.of(bench.broker(brokerPort, "allow_anonymous true"));
    }

    void killBroker() throws Exception {
        broker.orElseThrow().destroyForcibly().waitFor();
    }

    void startAgent() throws Exception {
        List<String> lines = List.of(
                "bench: " + NAME,
                "patience: {discovery_s: 1, stop_s: 10, dead_s: 6, silence_s: 4}",
                "quarantine: {failures: 2, tries_per_day: 100, back_off_s: 1}",
                "mqtt: {url: '" + brokerUrl() + "'}",
                "boards:",
                "  - {profile: " + FaultBench.BOARD + ", pool: " + NAME + "}");
        turnClock(0);
        agent.start(
                lines,
                List.of(),
                Map.of("LD_PRELOAD", clockLibrary().toString(), "HILDA_TURNED_CLOCK", clock().toString()));
    }

    private Path clockLibrary() throws Exception {
        Path library = bench.folder().resolve("turned_clock.so");
        if (!Files.exists(library)) {
            Path source = bench.folder().resolve(CLOCK_SOURCE);
            try (InputStream resource = Objects.requireNonNull(ChaosBench.class.getResourceAsStream(CLOCK_SOURCE))) {
                Files.copy(resource, source);
            }
            int exitCode = new ProcessBuilder(
                            "gcc", "-shared", "-fPIC", "-O2", "-o", library.toString(), source.toString())
                    .inheritIO()
                    .start()
                    .waitFor();
            Assertions.assertEquals(0, exitCode);
        }
        return library;
    }

    /** Turns the time of day that the agent sees. */
    void turnClock(long seconds) throws IOException {
        clockSeconds += seconds;
        try (FileChannel file = FileChannel.open(clock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            // In its place: the agent has it mapped.
            file.write(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.nativeOrder())
                    .putLong(0, clockSeconds));
        }
    }

    private Path clock() {
        return bench.folder().resolve("clock");
    }

    void plugIn(String serial) throws Exception {
        boards.put(
                serial,
                bench.board(
                        "--fast-flash",
                        "--throttle",
                        "--serial",
                        serial,
                        "--flash-file",
                        bench.folder().resolve(serial + ".flash").toString()));
    }

    void unplug(String serial) throws Exception {
        board(serial).kill();
        Files.deleteIfExists(bench.folder().resolve("run/hilda/boards/" + serial + ".json"));
    }

    /** Until {@link #freeDisk}, nothing more can be written to the state folder. */
    void fillDisk() throws IOException {
        try (var file = Files.newOutputStream(ballast())) {
            byte[] chunk = new byte[CHUNK_BYTES];
            while (true) {
                file.write(chunk);
            }
        } catch (IOException full) {
            // That is what was wanted.
        }
    }

    void freeDisk() throws IOException {
        Files.deleteIfExists(ballast());
    }

    private Path ballast() {
        return bench.folder().resolve("state/ballast");
    }

    /** OpenOCDs of this bench that still run. */
    List<String> openOcds() throws IOException {
        List<String> found = new ArrayList<>();
        String mark = "XDG_RUNTIME_DIR=" + bench.folder().resolve("run");
        for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
            Path self = Path.of("/proc", String.valueOf(process.pid()));
            try {
                if (Files.readString(self.resolve("comm")).startsWith("openocd")
                        && Files.readString(self.resolve("environ"), StandardCharsets.ISO_8859_1)
                                .contains(mark)) {
                    found.add(process.toString());
                }
            } catch (IOException ended) {
                // It has ended in the meantime.
            }
        }
        return found;
    }

    @Override
    public void close() throws IOException {
        try {
            if (agent.isRunning()) {
                agent.kill();
            }
            if (hasDisk) {
                new ProcessBuilder(
                                "umount", "-l", bench.folder().resolve("state").toString())
                        .start()
                        .waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
