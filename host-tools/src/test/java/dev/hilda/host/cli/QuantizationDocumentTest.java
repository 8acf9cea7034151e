// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.host.quantize.CalibrationMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** {@code docs/quantization.md} lists the options that decide about a network, with their defaults. */
class QuantizationDocumentTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(--[a-z-]+)` \\| (.*) \\| (.*) \\|$");

    @Test
    void shouldListEveryOptionAndItsDefault() throws IOException {
        Map<String, String> documented = new TreeMap<>();
        ROW.matcher(document()).results().forEach(row -> documented.put(row.group(1), row.group(3)));
        CommandSpec options = CommandSpec.forAnnotatedObject(new ModelOptions());
        for (OptionSpec option : options.options()) {
            String said = String.valueOf(documented.remove(option.longestName()));
            String value = option.defaultValue();
            if (value != null && !value.equals("false")) {
                assertEquals(value, said.replace("`", ""), option.longestName());
            }
        }
        assertEquals(Map.of(), documented);
    }

    @Test
    void shouldNameEveryCalibrationMethod() throws IOException {
        for (CalibrationMethod method : CalibrationMethod.values()) {
            assertTrue(document().contains("`" + method + "`"), method.name());
        }
    }

    private static String document() throws IOException {
        return Files.readString(Path.of("docs", "quantization.md"));
    }
}
