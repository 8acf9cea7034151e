// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.hash.Sha256;
import dev.hilda.agent.http.ApiClient;
import dev.hilda.agent.http.Role;
import dev.hilda.agent.signature.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which bundles an agent takes over HTTP. */
@Timeout(60)
class SignedJobsTest {
    private static final String WHO = "me@here";

    @TempDir
    private Path folder;

    private final SigningKey alice = SigningKey.generate();
    private ServedBench bench;
    private ApiClient client;
    private String bundle;
    private String data;

    @BeforeEach
    void serve() throws Exception {
        bench = new ServedBench(folder, "");
        client = bench.client(bench.token(Role.SUBMIT));
        bundle = upload("a bundle");
        data = upload("data");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private String upload(String content) throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve("content"), content);
        String sha256 = Sha256.of(file);
        client.put("/v1/content/" + sha256, file);
        return sha256;
    }

    private JsonNode submit(Optional<String> signature) throws InterruptedException {
        Map<String, String> order =
                new HashMap<>(Map.of("pool", "pool", "name", "net", "bundle_sha256", bundle, "data_sha256", data));
        signature.ifPresent(text -> order.put("bundle_signature", text));
        return client.post("/v1/jobs", order);
    }

    private BenchFailure refusal(Optional<String> signature) {
        BenchFailure failure = assertThrows(BenchFailure.class, () -> submit(signature));
        assertEquals(FailureKind.SIGNATURE, failure.kind(), failure.toString());
        return failure;
    }

    private int audited(String action, int status) throws Exception {
        try (Connection connection =
                        DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("state/hilda/hilda.db"));
                ResultSet rows = connection
                        .createStatement()
                        .executeQuery("SELECT COUNT(*) FROM audit WHERE caller = 'a-submit' AND action = '" + action
                                + "' AND status = " + status)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @Test
    void shouldTakeUnsignedBundlesUntilAKeyIsTrusted() throws Exception {
        assertEquals("queued", submit(Optional.empty()).path("state").asText());

        bench.store().keys().trust("alice", alice.verification(), WHO);
        BenchFailure refusal = refusal(Optional.empty());

        assertEquals(Optional.of("no signature"), refusal.actual());
        assertTrue(refusal.remedy().orElseThrow().contains("hilda key sign BUNDLE --key FILE"), refusal.toString());
        assertTrue(refusal.expected().orElseThrow().contains(bundle), refusal.toString());
        assertEquals(1, bench.health().path("refused").asInt());
        assertEquals(1, audited("POST /v1/jobs", 422));
        assertEquals(1, client.get("/v1/jobs").path("jobs").size());
    }

    @Test
    void shouldTakeWhatATrustedKeyHasSignedUntilItIsRevoked() throws Exception {
        bench.store().keys().trust("alice", alice.verification(), WHO);
        Optional<String> signature = Optional.of(alice.sign(bundle).text());

        String job = submit(signature).path("job_id").asText();
        assertEquals(
                signature,
                bench.store().jobs().find(job).orElseThrow().order().bundleSignature(),
                "kept with the job, for the agent that runs it");

        bench.store().keys().revoke("alice", WHO);
        assertTrue(refusal(signature).actual().orElseThrow().contains("alice, which was revoked"));
        refusal(Optional.empty());
        assertEquals(2, audited("POST /v1/jobs", 422));
        assertEquals(1, audited("POST /v1/jobs", 201));
    }

    @Test
    void shouldRefuseWhatIsNotSignedByATrustedKey() throws Exception {
        bench.store().keys().trust("alice", alice.verification(), WHO);

        refusal(Optional.of(SigningKey.generate().sign(bundle).text()));
        refusal(Optional.of(alice.sign(data).text()));
        refusal(Optional.of("noise"));
        BenchFailure tooLong = assertThrows(BenchFailure.class, () -> submit(Optional.of("x".repeat(2000))));
        assertTrue(String.valueOf(tooLong.getMessage()).contains("bundle_signature"), tooLong.toString());
        assertEquals(4, bench.health().path("refused").asInt());
    }
}
