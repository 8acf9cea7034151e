// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.board;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Which function of a firmware an address lies in, by the symbol table of its file (System V ABI, "Object Files", chapter
 * 4; symbols of Thumb functions from ELF for the Arm Architecture, 5.5.3). What is damaged or missing there has no names.
 */
public final class FunctionTable {
    private static final int SECTION_HEADER_BYTES = 40;
    private static final int SECTION_SYMBOLS = 2;
    private static final int SYMBOL_BYTES = 16;
    private static final int SYMBOL_FUNCTION = 2;
    private static final int TYPE_MASK = 0xF;
    private static final int MOST_NAME_BYTES = 200;

    private final ByteBuffer file;
    private final TreeMap<Long, Function> functions = new TreeMap<>();
    private final Map<String, Long> addresses = new HashMap<>();

    /**
     * A function.
     *
     * @param range its code
     */
    public record Function(String name, AddressRange range) {}

    private FunctionTable(byte[] elf) {
        this.file = ByteBuffer.wrap(elf).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The functions of an image. */
    public static FunctionTable of(FirmwareImage image) {
        FunctionTable table = new FunctionTable(image.elf().toArray());
        table.read();
        return table;
    }

    /** The function whose code has this byte. */
    public Optional<Function> at(long address) {
        Map.Entry<Long, Function> below = functions.floorEntry(address);
        return Optional.ofNullable(below)
                .map(Map.Entry::getValue)
                .filter(function -> address < function.range().endAddress());
    }

    /** A function by its name; of several, the first. */
    public Optional<Function> named(String name) {
        return functions.values().stream()
                .filter(function -> function.name().equals(name))
                .findFirst();
    }

    /** What a symbol of any kind stands for; of several of one name, the last. */
    public OptionalLong address(String symbol) {
        Long address = addresses.get(symbol);
        return address == null ? OptionalLong.empty() : OptionalLong.of(address);
    }

    private void read() {
        long sections = word(32);
        int count = half(48);
        if (half(46) != SECTION_HEADER_BYTES) {
            return;
        }
        for (int index = 0; index < count; index++) {
            long header = sections + (long) index * SECTION_HEADER_BYTES;
            if (word(header + 4) == SECTION_SYMBOLS) {
                long names = sections + word(header + 24) * SECTION_HEADER_BYTES;
                symbols(word(header + 16), word(header + 20), word(names + 16), word(names + 20));
            }
        }
    }

    private void symbols(long offset, long bytes, long names, long nameBytes) {
        for (long at = offset; at + SYMBOL_BYTES <= Math.min(offset + bytes, file.capacity()); at += SYMBOL_BYTES) {
            long offsetOfName = word(at);
            if (offsetOfName < nameBytes) {
                String name = text(names + offsetOfName);
                addresses.put(name, word(at + 4));
                boolean isFunction = (file.get((int) at + 12) & TYPE_MASK) == SYMBOL_FUNCTION;
                add(name, isFunction ? word(at + 8) : 0, word(at + 4) & ~1L);
            }
        }
    }

    private void add(String name, long size, long address) {
        if (size > 0 && address + size <= 1L << 32) {
            functions.put(address, new Function(name, new AddressRange(address, size)));
        }
    }

    private String text(long at) {
        long end = at;
        while (end < file.capacity() && end < at + MOST_NAME_BYTES && file.get((int) end) != 0) {
            end++;
        }
        byte[] bytes = new byte[(int) Math.max(0, end - at)];
        if (bytes.length > 0) {
            file.get((int) at, bytes);
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** 0 beyond the end of the file. */
    private int half(int at) {
        return at + Short.BYTES <= file.capacity() ? Short.toUnsignedInt(file.getShort(at)) : 0;
    }

    /** 0 beyond the end of the file. */
    private long word(long at) {
        return at + Integer.BYTES <= file.capacity() ? Integer.toUnsignedLong(file.getInt((int) at)) : 0;
    }
}
