// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.virtualboard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hilda.agent.board.CoreCounters;
import dev.hilda.agent.board.CoreCounters.ByMemory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlSocketTest {
    @TempDir
    private Path folder;

    @Test
    void shouldReadEachLayer() throws IOException {
        String regions = "{\"flash\":%d,\"axi_sram\":%d,\"other_sram\":%d}";
        String answer =
                "{\"ok\":true,\"timing\":\"m-1\",\"total\":{},\"intervals\":[{\"mark\":3,\"count\":2,\"cycles\":90,"
                        + "\"instructions\":80,\"multiplies\":70,\"mispredictions\":60,\"instruction_stall_cycles\":"
                        + regions.formatted(1, 2, 3) + ",\"data_stall_cycles\":" + regions.formatted(10, 20, 30)
                        + ",\"instruction_misses\":" + regions.formatted(4, 5, 6) + ",\"data_misses\":"
                        + regions.formatted(40, 50, 60) + "}]}";

        assertEquals(
                Optional.of(new CoreCounters(
                        "m-1",
                        List.of(new CoreCounters.Layer(
                                3, 90, 80, 70, 60, 15, new ByMemory(40, 110), new ByMemory(11, 55))))),
                answered("counters", answer));
    }

    @Test
    void shouldDoWithoutABoardThatCannotCount() throws IOException {
        assertEquals(Optional.empty(), answered("counters", "{\"ok\":false,\"error\":\"unknown command\"}"));
        assertEquals(Optional.empty(), answered("counters", "no JSON"));
        assertEquals(
                Optional.empty(),
                answered("counters", "{\"ok\":true,\"timing\":\"m-0\",\"intervals\":[{\"mark\":0,\"cycles\":1}]}"));
        assertEquals(Optional.empty(), new ControlSocket(folder.resolve("none.sock")).read());
    }

    /** What a socket makes of an answer to the expected command. */
    private Optional<CoreCounters> answered(String command, String answer) throws IOException {
        Path path = folder.resolve(answer.hashCode() + ".sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            CompletableFuture<String> asked = CompletableFuture.supplyAsync(() -> serve(server, answer));
            Optional<CoreCounters> read = new ControlSocket(path).read();
            assertEquals(command, asked.join());
            return read;
        }
    }

    private static String serve(ServerSocketChannel server, String answer) {
        try (SocketChannel client = server.accept()) {
            String line = new BufferedReader(Channels.newReader(client, StandardCharsets.UTF_8)).readLine();
            client.write(ByteBuffer.wrap((answer + "\n").getBytes(StandardCharsets.UTF_8)));
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
