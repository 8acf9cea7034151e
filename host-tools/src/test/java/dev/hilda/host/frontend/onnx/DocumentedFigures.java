// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the document says of a public file, held against what a test measures. */
final class DocumentedFigures {
    /** ONNX Runtime sums in another order on another processor. */
    private static final double DECIBELS = 0.5;

    private static final double CODES = 0.1;
    private static final Pattern DB = Pattern.compile("([0-9.]+) dB");
    private static final Pattern ONE_OFF = Pattern.compile("([0-9,]+) of ([0-9,]+) codes one off");

    private final String row;

    private DocumentedFigures(String row) {
        this.row = row;
    }

    /** @param name of the file, without its ending */
    static DocumentedFigures of(String name) throws IOException {
        return new DocumentedFigures(Files.readAllLines(Path.of("docs/onnx.md")).stream()
                .filter(line -> line.startsWith("| " + name + " |"))
                .findFirst()
                .orElseThrow());
    }

    void requireDecibels(double measured) {
        Matcher documented = DB.matcher(row);
        assertTrue(documented.find(), row);
        assertEquals(Double.parseDouble(documented.group(1)), measured, DECIBELS, row);
    }

    /** How many differ, none by more than one. */
    void requireCodes(LayerComparison layers) {
        assertTrue(layers.largest() <= 1, layers::toString);
        if (row.contains("no code off")) {
            assertEquals(0, layers.unequal(), layers::toString);
            return;
        }
        Matcher documented = ONE_OFF.matcher(row);
        assertTrue(documented.find(), row);
        long unequal = number(documented.group(1));
        assertEquals(number(documented.group(2)), layers.codes(), layers::toString);
        assertEquals(unequal, layers.unequal(), Math.max(1, CODES * unequal), layers::toString);
    }

    private static long number(String digits) {
        return Long.parseLong(digits.replace(",", ""));
    }
}
