package dev.hilda.agent.publish;

import dev.hilda.profile.UserFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Where every result is kept on this host, one file each, whatever becomes of its publication. */
public final class ResultFolder {
    private final Path folder;

    public ResultFolder(Path folder) {
        this.folder = folder;
    }

    /** {@code $XDG_STATE_HOME/hilda/results}, else {@code ~/.local/state/hilda/results}. */
    public static ResultFolder ofUser(Map<String, String> environment) {
        return new ResultFolder(UserFolders.of(environment).state().resolve("results"));
    }

    /**
     * Writes a document, of a run that passed or failed; returns its file.
     *
     * @param model as in the topics
     */
    public Path save(RunIdentity run, String model, String document) throws IOException {
        Path file = folder.resolve(model + "-" + run.board() + "-" + run.runId() + ".json");
        Files.createDirectories(folder);
        return Files.writeString(file, document + "\n");
    }
}
