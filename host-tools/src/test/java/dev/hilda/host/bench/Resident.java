// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A JVM of tests that answers many requests, since most of the processor time of a small one is the start of a JVM. It
 * connects to the port that is its last argument, and ends with that connection, hence with this JVM.
 */
public final class Resident {
    private static final Duration START_PATIENCE = Duration.ofMinutes(1);

    private final Process process;
    private final Path log;
    private final Socket socket;
    private final DataInputStream answers;
    private final DataOutputStream requests;

    private Resident(Process process, Path log, Socket socket) throws IOException {
        this.process = process;
        this.log = log;
        this.socket = socket;
        this.answers = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        this.requests = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
    }

    /**
     * Starts a JVM.
     *
     * @param javaArguments class path, program and its arguments, without the port
     * @param environment beside that of this JVM
     * @param name of its log in the folder target, for what it prints and no answer tells
     */
    public static Resident start(List<String> javaArguments, Map<String, String> environment, String name)
            throws IOException {
        Path log = Path.of("target", name + "-" + ProcessHandle.current().pid() + ".log");
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.add("-XX:+UseSerialGC");
            command.addAll(javaArguments);
            command.add(String.valueOf(server.getLocalPort()));
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            server.setSoTimeout(Math.toIntExact(START_PATIENCE.toMillis()));
            try {
                return new Resident(process, log, server.accept());
            } catch (SocketTimeoutException late) {
                process.destroyForcibly();
                throw new IOException("did not start: " + command + "\n" + Files.readString(log), late);
            }
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** What a request is. */
    public interface Request {
        void writeTo(DataOutputStream stream) throws IOException;
    }

    /** What an answer is. */
    public interface Answer<T> {
        T readFrom(DataInputStream stream) throws IOException;
    }

    /** Asks once; an answer that takes longer than the patience ends the JVM. */
    public <T> T ask(Duration patience, Request request, Answer<T> answer) throws IOException {
        socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
        try {
            request.writeTo(requests);
            requests.flush();
            return answer.readFrom(answers);
        } catch (IOException lost) {
            process.destroyForcibly();
            throw new IOException("no answer in " + patience + ":\n" + Files.readString(log), lost);
        }
    }
}
