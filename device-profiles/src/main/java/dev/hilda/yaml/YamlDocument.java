// SPDX-License-Identifier: Apache-2.0
package dev.hilda.yaml;

import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/** A whole document. */
public final class YamlDocument {
    private static final String CORRECT = "correct it";

    private YamlDocument() {}

    /**
     * The entries of a document.
     *
     * @param content UTF-8
     * @param log hears what is wrong
     * @return empty for an empty document, and for one that is no YAML, which the log has heard of then
     */
    public static Optional<YamlSection> read(byte[] content, ProblemLog log) {
        return decode(content, log).flatMap(text -> compose(text, log)).map(root -> new YamlSection(log, root));
    }

    private static Optional<String> decode(byte[] content, ProblemLog log) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        try {
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
        } catch (CharacterCodingException notUtf8) {
            String before = new String(content, 0, bytes.position(), StandardCharsets.UTF_8);
            int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
            log.add(line, log.what(), "UTF-8 text", "other bytes", "save it as UTF-8");
            return Optional.empty();
        }
    }

    private static Optional<Node> compose(String text, ProblemLog log) {
        try {
            return Optional.ofNullable(new Yaml(new LoaderOptions()).compose(new StringReader(text)));
        } catch (MarkedYAMLException broken) {
            Mark mark = broken.getProblemMark();
            int line = mark == null ? 1 : ProblemLog.line(mark);
            log.add(line, log.what(), "valid YAML", "a syntax error (" + broken.getProblem() + ")", CORRECT);
        } catch (YAMLException broken) {
            String reason =
                    String.valueOf(broken.getMessage()).lines().findFirst().orElse("unreadable text");
            log.add(1, log.what(), "valid YAML", reason, CORRECT);
        }
        return Optional.empty();
    }
}
