// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.hash.Sha256;
import dev.hilda.agent.network.Ints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Outputs of the oracle as a file: a line that says what it is and whose, then for each input its SHA-256 and the outputs as
 * 32-bit numbers, the most significant byte first, then the SHA-256 of all of it.
 *
 * @param columns outputs of an input
 * @param rows in the order of the inputs
 */
record OutputTable(int columns, List<Row> rows) {
    private static final int HASH_BYTES = 32;

    OutputTable {
        rows = List.copyOf(rows);
    }

    /**
     * An input's.
     *
     * @param inputSha256 of the input as the board reads it
     */
    record Row(String inputSha256, Ints outputs) {}

    /** Bytes of a file with so many inputs. */
    static long sizeBytes(long rows, int columns) {
        return rows * (HASH_BYTES + (long) Integer.BYTES * columns);
    }

    private static byte[] heading(String key, int columns, int rows) {
        return ("oracle outputs 1 " + key + " " + columns + " " + rows + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** @param key of what the outputs depend on */
    byte[] toBytes(String key) {
        byte[] heading = heading(key, columns, rows.size());
        ByteBuffer bytes = ByteBuffer.allocate(heading.length + (int) sizeBytes(rows.size(), columns) + HASH_BYTES);
        bytes.put(heading);
        for (Row row : rows) {
            bytes.put(HexFormat.of().parseHex(row.inputSha256()));
            for (int output : row.outputs().toArray()) {
                bytes.putInt(output);
            }
        }
        byte[] content = Arrays.copyOf(bytes.array(), bytes.position());
        bytes.put(HexFormat.of().parseHex(Sha256.hex(content)));
        return bytes.array();
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @throws IOException when it is not that, to the bit
     */
    static OutputTable read(byte[] file, String key, int columns, int rows) throws IOException {
        byte[] heading = heading(key, columns, rows);
        int contentBytes = heading.length + (int) sizeBytes(rows, columns);
        if (file.length != contentBytes + HASH_BYTES) {
            throw new IOException("expected " + (contentBytes + HASH_BYTES) + " bytes, got " + file.length);
        }
        String expected = HexFormat.of().formatHex(file, contentBytes, file.length);
        String actual = Sha256.hex(Arrays.copyOf(file, contentBytes));
        if (!actual.equals(expected)) {
            throw new IOException("expected content with SHA-256 " + expected + ", got " + actual);
        }
        if (Arrays.mismatch(file, 0, heading.length, heading, 0, heading.length) >= 0) {
            throw new IOException("expected the outputs of " + key + ", got another's");
        }
        ByteBuffer bytes = ByteBuffer.wrap(file, heading.length, contentBytes - heading.length);
        List<Row> all = new ArrayList<>();
        byte[] hash = new byte[HASH_BYTES];
        for (int row = 0; row < rows; row++) {
            bytes.get(hash);
            int[] outputs = new int[columns];
            for (int column = 0; column < columns; column++) {
                outputs[column] = bytes.getInt();
            }
            all.add(new Row(HexFormat.of().formatHex(hash), Ints.of(outputs)));
        }
        return new OutputTable(columns, all);
    }
}
