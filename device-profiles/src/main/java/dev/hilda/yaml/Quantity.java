// SPDX-License-Identifier: Apache-2.0
package dev.hilda.yaml;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Recognises a number with a unit where a bare number belongs, and says what to write instead. */
final class Quantity {
    private static final Pattern WITH_UNIT = Pattern.compile("([0-9]{1,9})\\s*([A-Za-z]+)");
    private static final Map<String, Long> BYTES =
            Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "K", 1L << 10, "M", 1L << 20);
    private static final Map<String, Long> HERTZ = Map.of("Hz", 1L, "kHz", 1_000L, "MHz", 1_000_000L);

    private Quantity() {}

    static String remedy(String text, String unit) {
        Matcher matcher = WITH_UNIT.matcher(text);
        if (matcher.matches()) {
            Long factor = (unit.equals("Hz") ? HERTZ : BYTES).get(matcher.group(2));
            if (factor != null && (unit.equals("Hz") || unit.equals("bytes"))) {
                return "the key names the unit; write " + Long.parseLong(matcher.group(1)) * factor;
            }
        }
        return "write a bare decimal or 0x number; the key names the unit";
    }
}
