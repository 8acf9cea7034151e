// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.agent.board.AttachedBoard;
import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.ProbeBackend;
import dev.hilda.agent.serial.SerialBoardLink;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ProfileCatalog;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** A running virtual board and its control socket. */
final class VirtualBoard {
    static final BoardProfile PROFILE = new ProfileCatalog(Path.of("/nonexistent")).load("virtual-nucleo-h743zi");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ANSWER_BYTES = 65536;

    private final Process process;
    private final JsonNode description;

    private VirtualBoard(Process process, JsonNode description) {
        this.process = process;
        this.description = description;
    }

    static VirtualBoard start(Path program, Map<String, String> environment, List<String> options) throws IOException {
        List<String> command = new ArrayList<>(List.of(program.toString(), "--json"));
        command.addAll(options);
        Files.createDirectories(Path.of(environment.getOrDefault("XDG_RUNTIME_DIR", "")));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment);
        Process process = builder.start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        if (line == null) {
            throw new IOException("the virtual board ended at once");
        }
        return new VirtualBoard(process, JSON.readTree(line));
    }

    String serial() {
        return description.path("serial").asText();
    }

    Path pty() {
        return Path.of(description.path("pty").asText());
    }

    int stLinkPort() {
        return description.path("stlink_port").asInt();
    }

    AttachedBoard attached() {
        return new AttachedBoard(
                serial(),
                PROFILE.name(),
                new ProbeBackend.Tcp(stLinkPort()),
                Optional.of(pty()),
                OptionalLong.of(process.pid()),
                Optional.empty());
    }

    /** The serial port, as the profile says. */
    BoardLink link() {
        return SerialBoardLink.open(
                pty(), PROFILE.usart().defaultBaud(), attached().portProvider(), System.getenv());
    }

    Path controlSocket() {
        return Path.of(description.path("control").asText());
    }

    /** Sends one command to the control socket; fails unless the board takes it. */
    JsonNode control(String command) throws IOException {
        Path socket = controlSocket();
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.UTF_8)));
            ByteBuffer answer = ByteBuffer.allocate(ANSWER_BYTES);
            boolean more = true;
            while (more) {
                more = channel.read(answer) > 0 && answer.get(answer.position() - 1) != '\n';
            }
            JsonNode json = JSON.readTree(new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8));
            if (!json.path("ok").asBoolean()) {
                throw new IOException(command + ": " + json);
            }
            return json;
        }
    }

    void fault(String nameAndArguments) throws IOException {
        control("fault " + nameAndArguments);
    }

    /** Ends the board as a pulled plug would. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Ends the board as Ctrl-C would. */
    void end() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
            kill();
        }
    }
}
