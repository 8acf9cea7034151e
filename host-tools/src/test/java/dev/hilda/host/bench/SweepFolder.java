// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a compiler sweep has found, a line a case in {@code cases.tsv}; it outlives whatever ends the sweep. */
final class SweepFolder {
    /** What one side answered. */
    static final String EQUAL = "equal";

    static final String FAILED = "failed: ";

    private static final String HEADER = "seed\tflags\tnetwork\thost\tboard";

    /** @param host and board: {@link #EQUAL}, or what came instead */
    record Row(long seed, String flags, String network, String host, String board) {
        boolean isEqual() {
            return host.equals(EQUAL) && board.equals(EQUAL);
        }

        /** Whether both sides answered, rightly or not. */
        boolean isAnswered() {
            return !host.startsWith(FAILED) && !board.startsWith(FAILED);
        }

        private String line() {
            return String.join("\t", Long.toString(seed), flags, network, plain(host), plain(board)) + "\n";
        }

        private static String plain(String text) {
            return text.replaceAll("\\s+", " ");
        }

        private static Row of(String line) {
            String[] parts = line.split("\t", -1);
            return new Row(Long.parseLong(parts[0]), parts[1], parts[2], parts[3], parts[4]);
        }
    }

    private final Path file;

    SweepFolder(Path folder) throws IOException {
        this.file = Files.createDirectories(folder).resolve("cases.tsv");
    }

    /** The last row of each case. */
    Map<Long, Row> rows() throws IOException {
        Map<Long, Row> rows = new TreeMap<>();
        if (Files.exists(file)) {
            List<String> lines = new ArrayList<>(Files.readString(file).lines().toList());
            for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
                Row row = Row.of(line);
                rows.put(row.seed(), row);
            }
        }
        return rows;
    }

    /** Adds rows in one piece. */
    void add(List<Row> rows) throws IOException {
        StringBuilder text = new StringBuilder(Files.exists(file) ? Files.readString(file) : HEADER + "\n");
        rows.forEach(row -> text.append(row.line()));
        Path next = file.resolveSibling("cases.tsv.new");
        try (FileChannel channel = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(next, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }
}
