// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import dev.hilda.host.quantize.bits.Budget;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Two numbers of bytes. */
final class SweepBudgetConverter implements ITypeConverter<Budget> {
    private static final Pattern BYTES = Pattern.compile("([1-9]\\d{0,14})/([1-9]\\d{0,14})");

    @Override
    public Budget convert(String text) {
        Matcher bytes = BYTES.matcher(text);
        if (!bytes.matches()) {
            throw new TypeConversionException(
                    "expected bytes of flash and of RAM as 512000/256000, got '" + text + "'");
        }
        return Budget.paper(Long.parseLong(bytes.group(1)), Long.parseLong(bytes.group(2)));
    }
}
