// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.sweep;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.folder.WholeFile;
import dev.hilda.agent.hash.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finished rows, each a file of its own that is written as a whole. Its name is the hash of what the row was computed from;
 * a file that is damaged, or says another key, is none.
 */
final class RowStore {
    private static final ObjectMapper JSON = new ObjectMapper().registerModule(new Jdk8Module());

    private final Path folder;

    /** @throws BenchFailure when there can be no such folder */
    RowStore(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw failure(folder, e);
        }
    }

    Optional<SweepRow> find(String key) {
        try {
            JsonNode document = JSON.readTree(Files.readAllBytes(file(key)));
            JsonNode row = document.path("row");
            boolean isWhole = document.path("key").asText().equals(key)
                    && document.path("sha256").asText().equals(hash(row));
            return isWhole ? Optional.of(JSON.treeToValue(row, SweepRow.class)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    void keep(String key, SweepRow row) {
        ObjectNode document = JSON.createObjectNode();
        JsonNode tree = JSON.valueToTree(row);
        document.put("key", key);
        document.set("row", tree);
        document.put("sha256", hash(tree));
        Path file = file(key);
        try {
            WholeFile.write(file, JSON.writeValueAsBytes(document));
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    Path file(String key) {
        return folder.resolve(key + ".json");
    }

    private static String hash(JsonNode row) {
        try {
            return Sha256.hex(JSON.writeValueAsString(row).getBytes(StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static BenchFailure failure(Path file, IOException cause) {
        return BenchFailure.of(FailureKind.BUNDLE, "write " + file)
                .expected("a folder this user may write to")
                .actual(String.valueOf(cause.getMessage()))
                .remedy("-o FOLDER")
                .cause(cause)
                .failure();
    }
}
