// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Header of a NumPy file (NEP 1, versions 1 to 3): element type, extents and where the values begin.
 *
 * @param descr NumPy's name of the element type, for example {@code |u1} or {@code <f4}
 * @param extents outermost first; values are in C order
 * @param bytes length of the header with its magic
 */
record NpyHeader(String descr, List<Integer> extents, int bytes) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int FIXED_BYTES = 12;
    private static final int MAX_BYTES = 1 << 16;
    private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']{1,16})'");
    private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9, ]*)\\)");

    NpyHeader {
        extents = List.copyOf(extents);
    }

    /** Product of the extents. */
    long elements() {
        return extents.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    }

    /** How the values are stored; empty for types that no sample has. */
    Optional<ElementType> type() {
        return switch (descr) {
            case "|u1" -> Optional.of(ElementType.U8);
            case "|i1" -> Optional.of(ElementType.I8);
            case "<f4" -> Optional.of(ElementType.F32);
            default -> Optional.empty();
        };
    }

    /** Reads the header of a file; the values in it must be in C order and as many as it says. */
    static NpyHeader read(StoredFile file) {
        if (file.sizeBytes() < FIXED_BYTES) {
            throw wrong(file, "a NumPy file", file.sizeBytes() + " bytes");
        }
        ByteBuffer fixed = ByteBuffer.wrap(file.read(0, FIXED_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        int version = fixed.get(MAGIC.length);
        if (!Arrays.equals(Arrays.copyOf(fixed.array(), MAGIC.length), MAGIC) || version < 1 || version > 3) {
            throw wrong(file, "a NumPy file of version 1, 2 or 3", "other content");
        }
        int textAt = version == 1 ? 10 : 12;
        long textBytes =
                version == 1 ? Short.toUnsignedInt(fixed.getShort(8)) : Integer.toUnsignedLong(fixed.getInt(8));
        if (textBytes > MAX_BYTES || textAt + textBytes > file.sizeBytes()) {
            throw wrong(file, "a header of at most " + MAX_BYTES + " bytes within the file", textBytes + " bytes");
        }
        String text = new String(file.read(textAt, (int) textBytes), StandardCharsets.UTF_8);
        return parse(file, text, (int) (textAt + textBytes));
    }

    private static NpyHeader parse(StoredFile file, String text, int bytes) {
        if (field(file, ORDER, text).equals("True")) {
            throw wrong(file, "values in C order", "fortran_order: True");
        }
        String shape = field(file, SHAPE, text);
        try {
            List<Integer> extents = Arrays.stream(shape.split(","))
                    .map(String::strip)
                    .filter(extent -> !extent.isEmpty())
                    .map(Integer::valueOf)
                    .toList();
            NpyHeader header = new NpyHeader(field(file, DESCR, text), extents, bytes);
            header.elements();
            return header;
        } catch (ArithmeticException | NumberFormatException tooLarge) {
            throw wrong(file, "extents that fit the file", "(" + shape + ")");
        }
    }

    private static String field(StoredFile file, Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw wrong(file, "descr, fortran_order and shape in the header", text.strip());
        }
        return matcher.group(1);
    }

    private static DataSetException wrong(StoredFile file, String expected, String actual) {
        return new DataSetException(
                file.path().toString(), "NumPy header", expected, actual, "write the file with numpy.save");
    }
}
