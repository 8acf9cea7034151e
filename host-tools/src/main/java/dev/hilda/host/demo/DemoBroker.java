// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.demo;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.process.ChildProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A mosquitto of one's own on a free loopback port; ends when closed. */
public final class DemoBroker implements AutoCloseable {
    /** Debian installs it where a user's PATH does not look. */
    private static final Path DEBIAN_PROGRAM = Path.of("/usr/sbin/mosquitto");

    private static final Duration POLL_INTERVAL = Duration.ofMillis(25);
    private static final int MAX_POLLS = 400;

    private final ChildProcess process;
    private final int port;

    private DemoBroker(ChildProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts a broker and waits until it listens.
     *
     * @param folder for its configuration
     * @throws BenchFailure of kind build when it is not installed, of kind publish when it does not start
     */
    public static DemoBroker start(Path folder) throws IOException, InterruptedException {
        int port = freePort();
        Path configuration = Files.writeString(
                folder.resolve("mosquitto.conf"), "listener " + port + " 127.0.0.1\nallow_anonymous true\n");
        String program = Files.isExecutable(DEBIAN_PROGRAM) ? DEBIAN_PROGRAM.toString() : "mosquitto";
        ChildProcess process = ChildProcess.start(List.of(program, "-c", configuration.toString()), folder);
        for (int poll = 0; poll < MAX_POLLS; poll++) {
            if (listens(port)) {
                return new DemoBroker(process, port);
            }
            if (process.exitCode(POLL_INTERVAL).isPresent()) {
                break;
            }
        }
        String said = process.nextLine(POLL_INTERVAL).orElse("it listens on no port");
        process.close();
        throw BenchFailure.of(FailureKind.PUBLISH, "start the broker " + program)
                .expected("a listener on 127.0.0.1:" + port)
                .actual(said)
                .remedy("start one by hand and use: hilda run … --mqtt URL")
                .failure();
    }

    public String url() {
        return "mqtt://127.0.0.1:" + port;
    }

    @Override
    public void close() {
        process.close();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
