// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.virtualboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.agent.board.AttachedBoard;
import dev.hilda.agent.board.CoreCounters;
import dev.hilda.agent.board.CoreCounters.ByMemory;
import dev.hilda.agent.board.CoreCounters.Layer;
import dev.hilda.agent.board.CounterSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A virtual board's control socket: a command a line, a JSON object a line back. */
public final class ControlSocket implements CounterSource {
    private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String COUNTERS = "counters";

    private final Path socket;

    ControlSocket(Path socket) {
        this.socket = socket;
    }

    /** The counters of a board, where it is one that has them. */
    public static CounterSource of(AttachedBoard board) {
        return board.controlSocket().<CounterSource>map(ControlSocket::new).orElse(CounterSource.NONE);
    }

    @Override
    public void clear() {
        ask(COUNTERS + " clear");
    }

    @Override
    public Optional<CoreCounters> read() {
        return ask(COUNTERS).flatMap(answer -> {
            try {
                return Optional.of(counters(answer));
            } catch (IllegalArgumentException missing) {
                LOG.warn("{}: {}", socket, missing.getMessage());
                return Optional.empty();
            }
        });
    }

    /** The counters explain a measurement and are no part of it: a board without them loses no run. */
    private Optional<JsonNode> ask(String command) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.UTF_8)));
            BufferedReader answers = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
            String line = answers.readLine();
            JsonNode answer = JSON.readTree(line == null ? "" : line);
            if (answer.path("ok").booleanValue()) {
                return Optional.of(answer);
            }
            LOG.warn("{}: {}: {}", socket, command, line);
        } catch (IOException e) {
            LOG.warn("{}: {}", socket, e.toString());
        }
        return Optional.empty();
    }

    private static CoreCounters counters(JsonNode answer) {
        List<Layer> layers = new ArrayList<>();
        for (JsonNode interval : answer.required("intervals")) {
            JsonNode instructionLines = interval.required("instruction_misses");
            ByMemory ofInstructions = byMemory(interval.required("instruction_stall_cycles"));
            ByMemory ofData = byMemory(interval.required("data_stall_cycles"));
            layers.add(new Layer(
                    interval.required("mark").intValue(),
                    interval.required("cycles").longValue(),
                    interval.required("instructions").longValue(),
                    interval.required("multiplies").longValue(),
                    interval.required("mispredictions").longValue(),
                    byMemory(instructionLines).sum(),
                    byMemory(interval.required("data_misses")),
                    new ByMemory(ofInstructions.flash() + ofData.flash(), ofInstructions.sram() + ofData.sram())));
        }
        return new CoreCounters(answer.required("timing").textValue(), layers);
    }

    private static ByMemory byMemory(JsonNode lines) {
        return new ByMemory(
                lines.required("flash").longValue(),
                lines.required("axi_sram").longValue()
                        + lines.required("other_sram").longValue());
    }
}
