// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.bundle.Bundle;
import dev.hilda.agent.bundle.BundleReport;
import dev.hilda.agent.bundle.Reference;
import dev.hilda.agent.dataset.InputSlot;
import dev.hilda.agent.dataset.NetworkOutput;
import dev.hilda.agent.hash.Sha256;
import dev.hilda.agent.http.Role;
import dev.hilda.agent.signature.KeyFiles;
import dev.hilda.agent.signature.SigningKey;
import dev.hilda.agent.testing.ElfWriter;
import dev.hilda.agent.testing.SmallNetwork;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code hilda submit} sends, to an agent without boards, and when it refuses. */
@Timeout(60)
class SubmitCommandTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final SigningKey alice = SigningKey.generate();
    private ServedBench bench;
    private String agent = "";
    private Path bundle;
    private Path token;

    @BeforeEach
    void serve() throws Exception {
        bench = new ServedBench(folder, "");
        agent = bench.url().toString();
        token = Files.writeString(folder.resolve("token"), bench.token(Role.SUBMIT));
        SmallNetwork.dataSet(folder, 4, "top1");
        bundle = folder.resolve("small.hilda");
        bundle().write(bundle);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private static Bundle bundle() {
        byte[] elf = new ElfWriter(0x08000009L).load(0x08000000L, new byte[64]).toBytes();
        return new Bundle(
                SmallNetwork.DEPLOYMENT.provenance(),
                SmallNetwork.NETWORK,
                FirmwareImage.of("small.elf", elf),
                "a map",
                Reference.draw(SmallNetwork.NETWORK, 5, 1),
                new BundleReport(List.of(), List.of(), 0, 0, Optional.empty(), 0, 0),
                OptionalDouble.empty());
    }

    private int submit(CommandLine command, Path file, String... options) {
        List<String> arguments = new ArrayList<>(
                List.of(file.toString(), "--data=" + folder, "--agent=" + agent, "--token-file=" + token, "--json"));
        arguments.addAll(List.of(options));
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return command.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }

    private static CommandLine alone() {
        return with(BundleSource::ofBundle);
    }

    private static CommandLine with(BundleSource source) {
        return FailureReport.install(new CommandLine(new SubmitCommand(source)));
    }

    private Optional<String> signatureOfJob() throws Exception {
        JsonNode job = new ObjectMapper().readTree(out.toString());
        return bench.store()
                .jobs()
                .find(job.path("job_id").asText())
                .orElseThrow()
                .order()
                .bundleSignature();
    }

    @Test
    void shouldRefuseAModelWhereNothingBuildsOne() throws Exception {
        Path model = Files.writeString(folder.resolve("model.TFLITE"), "TFL3");
        assertEquals(ExitCode.INPUT_FILE.code(), submit(alone(), model));
        assertTrue(err.toString().contains("a model; nothing here makes bundles of models"), err.toString());
        assertTrue(err.toString().contains("hilda quantize MODEL --board NAME -o OUT.hilda"), err.toString());
        assertEquals(ExitCode.INPUT_FILE.code(), submit(alone(), folder.resolve("absent.onnx")));
        assertTrue(err.toString().contains("no such file"), err.toString());
        assertEquals(
                0,
                bench.client(bench.token(Role.READ))
                        .get("/v1/jobs")
                        .path("jobs")
                        .size());
    }

    @Test
    void shouldSignWithTheKeyInPlaceOfTheSignatureBeside() throws Exception {
        bench.store().keys().trust("alice", alice.verification(), "me@here");
        assertEquals(ExitCode.SIGNATURE.code(), submit(alone(), bundle));
        assertTrue(err.toString().contains("--key FILE"), err.toString());

        String own = alice.sign(Sha256.of(bundle)).text();
        Files.writeString(folder.resolve("small.hilda.sig"), own);
        assertEquals(0, submit(alone(), bundle), err::toString);
        assertEquals(Optional.of(own), signatureOfJob());

        String other = SigningKey.generate().sign(Sha256.of(bundle)).text();
        Files.writeString(folder.resolve("small.hilda.sig"), other);
        assertEquals(ExitCode.SIGNATURE.code(), submit(alone(), bundle));

        Path key = KeyFiles.create(folder, "alice", alice);
        assertEquals(0, submit(alone(), bundle, "--key=" + key), err::toString);
        assertEquals(Optional.of(own), signatureOfJob());
        assertEquals(other, Files.readString(folder.resolve("small.hilda.sig")));
    }

    /** The long work is for an agent that is there, data that fit, and a key that can be used. */
    @Test
    void shouldRefuseBeforeTheLongWork() throws Exception {
        BundleSource building = file -> new BundleSource.Opened(
                InputSlot.of(SmallNetwork.NETWORK), NetworkOutput.of(SmallNetwork.NETWORK), () -> {
                    throw BenchFailure.of(FailureKind.BUILD, "build it").failure();
                });
        assertEquals(ExitCode.BUILD.code(), submit(with(building), bundle));
        assertEquals(ExitCode.SIGNATURE.code(), submit(with(building), bundle, "--key=" + folder.resolve("none.key")));
        Files.writeString(token, "nobody's");
        assertEquals(ExitCode.SERVICE.code(), submit(with(building), bundle));
        agent = "http://127.0.0.1:9";
        assertEquals(ExitCode.SERVICE.code(), submit(with(building), bundle));
        Files.writeString(
                folder.resolve("dataset.yaml"),
                "name: other\nlayout: raw\ndtype: u8\nshape: [2]\n" + "data: images.bin\nmetric: none\n");
        assertEquals(ExitCode.INPUT_FILE.code(), submit(with(building), bundle));
    }

    @Test
    void shouldSendWhatTheLongWorkHasMade() throws Exception {
        BundleSource building = file -> new BundleSource.Opened(
                InputSlot.of(SmallNetwork.NETWORK),
                NetworkOutput.of(SmallNetwork.NETWORK),
                () -> new BundleSource.BundleFile(bundle, bundle()));
        Path model = folder.resolve("model.tflite");
        assertEquals(0, submit(with(building), model), err::toString);
        JsonNode job = new ObjectMapper().readTree(out.toString());
        assertEquals("virtual-nucleo-h743zi", job.path("pool").asText());
        assertEquals(
                Sha256.of(bundle),
                bench.store()
                        .jobs()
                        .find(job.path("job_id").asText())
                        .orElseThrow()
                        .order()
                        .bundleSha256());
    }
}
