// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Bytes as users write them: 61440, 60K or 1M; K is 1024, as linker scripts and data sheets count. */
public final class ByteCountConverter implements ITypeConverter<Long> {
    private static final Pattern FORM = Pattern.compile("(-?[0-9]+)([KkMm]?)(?:iB|B)?");
    private static final long KIBIBYTE = 1024;

    @Override
    public Long convert(String text) {
        Matcher matcher = FORM.matcher(text);
        if (matcher.matches()) {
            try {
                return Math.multiplyExact(Long.parseLong(matcher.group(1)), unit(matcher.group(2)));
            } catch (ArithmeticException | NumberFormatException tooLarge) {
                // Answered below.
            }
        }
        throw new TypeConversionException("expected bytes, such as 61440, 60K or 1M, got \"" + text + '"');
    }

    private static long unit(String letter) {
        return switch (letter) {
            case "K", "k" -> KIBIBYTE;
            case "M", "m" -> KIBIBYTE * KIBIBYTE;
            default -> 1;
        };
    }
}
