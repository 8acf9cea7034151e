// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import dev.hilda.agent.network.Bits;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Widths of what a kernel reads and writes: 8, 4 or 2 each. */
public record KernelBits(int activation, int weight, int output) {
    /** Those that engines are compared at. */
    public static final List<KernelBits> KNOWN = List.of(
            new KernelBits(8, 8, 8),
            new KernelBits(8, 4, 8),
            new KernelBits(4, 4, 4),
            new KernelBits(8, 2, 8),
            new KernelBits(4, 2, 4),
            new KernelBits(2, 2, 2));

    private static final Pattern TEXT = Pattern.compile("(\\d)/(\\d)/(\\d)");

    /** Activation, weight and output bits as {@code 8/4/8}; empty when it is something else. */
    public static Optional<KernelBits> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        KernelBits bits = new KernelBits(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)));
        return Bits.isCode(bits.activation) && Bits.isCode(bits.weight) && Bits.isCode(bits.output)
                ? Optional.of(bits)
                : Optional.empty();
    }

    @Override
    public String toString() {
        return activation + "/" + weight + "/" + output;
    }
}
