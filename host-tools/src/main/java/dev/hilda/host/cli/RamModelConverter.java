// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import dev.hilda.host.quantize.bits.RamModel;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A RAM model by its label. */
final class RamModelConverter implements ITypeConverter<RamModel> {
    @Override
    public RamModel convert(String text) {
        return Arrays.stream(RamModel.values())
                .filter(model -> model.label().equals(text))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("expected "
                        + Arrays.stream(RamModel.values()).map(RamModel::label).collect(Collectors.joining(" or "))
                        + ", got '" + text + "'"));
    }
}
