// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize.bits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of variants in {@code docs/quantization.md} counts bytes as the budget does. */
class VariantBytesDocumentTest {
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `([A-Z_]+)` \\|[^|]*\\|[^|]*\\| ([^|]+) \\| (\\d+)C \\+ (\\d+) \\|$");
    private static final Pattern SUM = Pattern.compile("(\\d+)C \\+ (\\d+)");
    private static final Pattern THRESHOLDS =
            Pattern.compile("(?m)^\\| `PC_THRESHOLDS` \\|[^|]*\\|[^|]*\\| 2·C·2\\^Q \\+ C \\+ 1 \\| 7C \\+ 4 \\|$");

    @Test
    void shouldCountAsTheDocumentSays() throws IOException {
        String document = Files.readString(Path.of("docs", "quantization.md"));
        Set<QuantizationVariant> documented = EnumSet.noneOf(QuantizationVariant.class);
        for (MatchResult row : ROW.matcher(document).results().toList()) {
            QuantizationVariant variant = QuantizationVariant.valueOf(row.group(1));
            documented.add(variant);
            for (int channels : new int[] {1, 48}) {
                long last = Long.parseLong(row.group(3)) * channels + Long.parseLong(row.group(4));
                assertEquals(last, variant.lastLayerStaticBytes(channels), row.group());
                SUM.matcher(row.group(2)).results().forEach(sum -> {
                    long bytes = Long.parseLong(sum.group(1)) * channels + Long.parseLong(sum.group(2));
                    assertEquals(bytes, variant.staticBytes(channels, 4, 8), row.group());
                    assertEquals(bytes, variant.staticBytes(channels, 8, 8), row.group());
                });
            }
        }
        assertTrue(THRESHOLDS.matcher(document).find(), "no row of PC_THRESHOLDS");
        documented.add(QuantizationVariant.PC_THRESHOLDS);
        assertEquals(2 * 48 * 16 + 48 + 1, QuantizationVariant.PC_THRESHOLDS.staticBytes(48, 8, 4));
        assertEquals(7 * 48 + 4, QuantizationVariant.PC_THRESHOLDS.lastLayerStaticBytes(48));
        assertEquals(EnumSet.allOf(QuantizationVariant.class), documented);
        assertEquals(
                QuantizationVariant.PL_ICN.staticBytes(48, 8, 4), QuantizationVariant.MIX_PL.staticBytes(48, 8, 4));
        assertEquals(QuantizationVariant.PL_FB.staticBytes(48, 8, 8), QuantizationVariant.MIX_PL.staticBytes(48, 8, 8));
    }
}
