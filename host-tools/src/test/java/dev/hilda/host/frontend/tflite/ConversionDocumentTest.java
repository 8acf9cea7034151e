// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The document that refusals name lists the operators that are read, no more and no fewer. */
class ConversionDocumentTest {
    private static final Pattern LIST = Pattern.compile("Operators that are read:\\n([^.]*)\\.");

    @Test
    void shouldListTheOperatorsThatAreRead() throws IOException {
        Matcher matcher = LIST.matcher(Files.readString(Path.of("docs/conversion.md")));
        assertEquals(true, matcher.find());
        List<String> read = Arrays.stream(BuiltinOperator.values())
                .map(BuiltinOperator::name)
                .sorted()
                .toList();
        assertEquals(read, Arrays.asList(matcher.group(1).split(",\\s+")));
    }
}
