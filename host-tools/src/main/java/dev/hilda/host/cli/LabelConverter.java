// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** One of some choices by its label. */
abstract class LabelConverter<E> implements ITypeConverter<E> {
    private final List<E> choices;
    private final Function<E, String> label;

    LabelConverter(E[] choices, Function<E, String> label) {
        this.choices = Arrays.asList(choices);
        this.label = label;
    }

    @Override
    public E convert(String text) {
        return choices.stream()
                .filter(choice -> label.apply(choice).equals(text))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("expected "
                        + choices.stream().map(label).collect(Collectors.joining(" or ")) + ", got '" + text + "'"));
    }
}
