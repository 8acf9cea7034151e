// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import dev.hilda.agent.folder.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Results as files of one folder, {@code SUBJECT-BOARD-RUN.json} each. */
public final class ResultFolder implements ResultStore {
    private static final String NOT_IN_NAMES = "[^A-Za-z0-9._-]+";

    private final Path folder;

    public ResultFolder(Path folder) {
        this.folder = folder;
    }

    @Override
    public String save(Result result) throws IOException {
        String name = String.join(
                "-", result.subject(), result.run().board(), result.run().runId());
        Path file = folder.resolve(name.replaceAll(NOT_IN_NAMES, "-") + ".json");
        Files.createDirectories(folder);
        WholeFile.write(file, (result.toJson() + "\n").getBytes(StandardCharsets.UTF_8));
        return file.toString();
    }
}
