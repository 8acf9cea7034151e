// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.discovery.BoardDiscovery;
import dev.hilda.agent.discovery.RegistryDiscovery;
import dev.hilda.agent.discovery.UsbDiscovery;
import dev.hilda.agent.publish.Publisher;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.result.RunResult;
import dev.hilda.agent.testing.FakeBoard;
import dev.hilda.agent.testing.SmallNetwork;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ProfileCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a bench refuses before it needs any program. */
class HostBenchTest {
    @TempDir
    private Path folder;

    private final BoardProfile profile = new ProfileCatalog(Path.of("/nonexistent")).load("virtual-nucleo-h743zi");

    private HostBench bench() {
        return new HostBench(
                new BoardDiscovery(
                        new UsbDiscovery(folder.resolve("no usb"), folder), new RegistryDiscovery(folder, pid -> true)),
                Optional.empty(),
                Map.of());
    }

    private void register(String serial) throws IOException {
        Files.writeString(
                folder.resolve(serial + ".json"),
                "{\"serial\":\"" + serial + "\",\"stlink_port\":4000,\"pty\":\"/dev/pts/9\",\"pid\":7,"
                        + "\"board\":\"virtual-nucleo-h743zi\"}\n");
    }

    private BenchFailure refused(Optional<String> serial) {
        return assertThrows(BenchFailure.class, () -> bench().requireBoard(profile, serial));
    }

    @Test
    void shouldRefuseToRunWithoutABoard() {
        assertEquals(FailureKind.BENCH, refused(Optional.empty()).kind());
    }

    @Test
    void shouldNotChooseBetweenBoards() throws IOException {
        register("VIRT1");
        register("VIRT2");
        BenchFailure refused = refused(Optional.empty());
        assertEquals(FailureKind.BENCH, refused.kind());
        String message = String.valueOf(refused.getMessage());
        assertTrue(message.contains("VIRT1") && message.contains("VIRT2"), message);
    }

    @Test
    void shouldNotTakeAnotherBoardThanTheOneNamed() throws IOException {
        register("VIRT1");
        assertEquals(FailureKind.BENCH, refused(Optional.of("VIRT2")).kind());
    }

    @Test
    void shouldSayThatABoardHasNoSerialPort() {
        RunRequest request = new FakeBench(new FakeBoard(), folder).request();
        BenchFailure refused = assertThrows(BenchFailure.class, () -> bench().link(request));
        assertEquals(FailureKind.BENCH, refused.kind());
        assertTrue(String.valueOf(refused.getMessage()).contains(request.boardName()), refused::toString);
    }

    @Test
    void shouldTellNobodyWhereThereIsNoDelivery() throws Exception {
        assertEquals(Optional.empty(), bench().broker());
        try (Publisher silent = bench().publisher(new Topics("lab", "board"), remark -> fail(remark))) {
            RunResult result = SmallNetwork.result(SmallNetwork.onBoard(), SmallNetwork.dataSet(folder, 3, "top1"));
            silent.result(result);
            assertEquals(Optional.empty(), silent.readBack(result));
        }
    }
}
