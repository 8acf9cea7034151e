// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/** Definitions of constant arrays. */
final class CArray {
    private static final int LINE = 108;

    private CArray() {}

    static String words(String name, int[] words) {
        return define("uint32_t", name, words.length, i -> String.format("0x%08x", words[i]));
    }

    static String bytes(String name, byte[] bytes) {
        return define("uint8_t", name, bytes.length, i -> Integer.toString(Byte.toUnsignedInt(bytes[i])));
    }

    /** Of int32_t. */
    static String integers(String name, int[] integers) {
        return define("int32_t", name, integers.length, i -> integer(integers[i]));
    }

    /** Of structures of numbers. */
    static String structures(String type, String name, List<List<Integer>> structures) {
        return define(
                type,
                name,
                structures.size(),
                i -> structures.get(i).stream().map(String::valueOf).collect(Collectors.joining(", ", "{", "}")));
    }

    /** An int32 literal; the lowest has none in C. */
    static String integer(int value) {
        return value == Integer.MIN_VALUE ? "INT32_MIN" : Integer.toString(value);
    }

    private static String define(String type, String name, int length, IntFunction<String> element) {
        StringBuilder text = new StringBuilder(length * 8 + 100);
        text.append("static const ").append(type).append(' ').append(name);
        text.append('[').append(length).append("] = {\n   ");
        int column = 3;
        for (int i = 0; i < length; i++) {
            String value = element.apply(i);
            if (column + value.length() + 2 > LINE) {
                text.append("\n   ");
                column = 3;
            }
            text.append(' ').append(value).append(',');
            column += value.length() + 2;
        }
        return text.append("\n};\n").toString();
    }
}
