// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.tflite;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A file to which things happen. */
final class DamagedFile {
    private static final int[] WORDS = {0, 1, 2, 4, 255, -1, 0x7FFFFFFF, 0x80000000, 0x00FFFFFF, 0x3FFFFFFF, 1 << 28};
    private static final int MAX_CHANGES = 4;

    private final byte[] file;
    private final List<Integer> structure;

    DamagedFile(byte[] file) {
        this.file = file.clone();
        this.structure = structure(file);
    }

    /** Bit flips, foreign words, moved offsets, truncation and repetition, mostly where the structure is. */
    byte[] bytes(Random random) {
        byte[] bytes = file.clone();
        int changes = 1 + random.nextInt(MAX_CHANGES);
        for (int change = 0; change < changes; change++) {
            int at = random.nextInt(5) == 0
                    ? random.nextInt(bytes.length - 4)
                    : structure.get(random.nextInt(structure.size()));
            ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at + random.nextInt(4)] = (byte) random.nextInt();
                case 2 -> words.putInt(at, WORDS[random.nextInt(WORDS.length)]);
                case 3 -> words.putInt(at, random.nextInt(bytes.length));
                case 4 -> words.putInt(at, words.getInt(at) + random.nextInt(9) - 4);
                default -> words.putInt(at, words.getInt(structure.get(random.nextInt(structure.size()))));
            }
        }
        return switch (random.nextInt(8)) {
            case 0 -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 1 -> Arrays.copyOf(bytes, bytes.length + random.nextInt(64));
            default -> bytes;
        };
    }

    /** Positions of aligned words that could be an offset, a count, an index or a vtable: small numbers. */
    private static List<Integer> structure(byte[] bytes) {
        ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        List<Integer> positions = new ArrayList<>();
        for (int at = 0; at + 4 <= bytes.length; at += 4) {
            if (Math.abs((long) words.getInt(at)) < bytes.length) {
                positions.add(at);
            }
        }
        return positions;
    }
}
