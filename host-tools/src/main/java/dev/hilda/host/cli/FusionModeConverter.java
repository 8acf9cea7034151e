// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import dev.hilda.host.memory.FusionMode;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A fusion mode by its label. */
final class FusionModeConverter implements ITypeConverter<FusionMode> {
    @Override
    public FusionMode convert(String text) {
        return Arrays.stream(FusionMode.values())
                .filter(mode -> mode.label().equals(text))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("expected "
                        + Arrays.stream(FusionMode.values())
                                .map(FusionMode::label)
                                .collect(Collectors.joining(" or "))
                        + ", got '" + text + "'"));
    }
}
