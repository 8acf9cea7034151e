// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.doctor;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.folder.RuntimeFolder;
import dev.hilda.agent.process.ChildProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The machine that this JVM runs on. */
public final class ThisHost implements Host {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int CONNECT_MILLIS = 2000;

    private final Map<String, String> environment;

    public ThisHost(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    @Override
    public Path at(String path) {
        return Path.of(path);
    }

    @Override
    public Map<String, String> environment() {
        return environment;
    }

    @Override
    public boolean isRoot() {
        return RuntimeFolder.userId() == 0;
    }

    @Override
    public boolean mayWrite(String path) {
        return Files.isWritable(Path.of(path));
    }

    @Override
    public long freeBytes(String path) {
        Path existing = Path.of(path);
        while (existing.getParent() != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        // Not by FileStore: that looks for a mount point, which a changed root does not show.
        return existing.toFile().getUsableSpace();
    }

    @Override
    public Optional<Path> program(String name) {
        String path = environment.getOrDefault("PATH", "");
        return Stream.concat(Stream.of(path.split(":", -1)).filter(folder -> !folder.isEmpty()), Stream.of("/usr/sbin"))
                .map(folder -> Path.of(folder, name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    @Override
    public Optional<String> answer(String... command) throws InterruptedException {
        Optional<Path> program = program(command[0]);
        if (program.isEmpty()) {
            return Optional.empty();
        }
        List<String> found = new ArrayList<>(List.of(command));
        found.set(0, program.get().toString());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        StringBuilder text = new StringBuilder();
        try (ChildProcess child = ChildProcess.start(found, Path.of("/"))) {
            while (!child.outputEnded() && System.nanoTime() < deadline) {
                child.nextLine(POLL).ifPresent(line -> text.append(line).append('\n'));
            }
            return child.exitCode(POLL).filter(code -> code == 0).map(code -> text.toString());
        } catch (BenchFailure cannotStart) {
            return Optional.empty();
        }
    }

    @Override
    public boolean listens(String host, int port) {
        try {
            return Stream.of(InetAddress.getAllByName(host)).anyMatch(address -> listens(address, port));
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static boolean listens(InetAddress address, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public int javaVersion() {
        return Runtime.version().feature();
    }
}
