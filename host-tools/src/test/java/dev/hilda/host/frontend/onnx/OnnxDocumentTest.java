// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The document's list of operators is the reader's. */
class OnnxDocumentTest {
    private static final Pattern LIST =
            Pattern.compile("Operators that are read:\\s+([^;]+?)\\.\\n\\n", Pattern.DOTALL);

    @Test
    void shouldListTheOperatorsThatAreRead() throws IOException {
        Matcher matcher = LIST.matcher(Files.readString(Path.of("docs/onnx.md")));
        assertTrue(matcher.find());
        assertEquals(
                List.copyOf(OperatorTable.names()), List.of(matcher.group(1).split(",\\s+")));
    }
}
