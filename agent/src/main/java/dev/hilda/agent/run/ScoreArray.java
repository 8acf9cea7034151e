// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.dataset.NpyArray;
import dev.hilda.agent.dataset.Sample;
import dev.hilda.agent.protocol.InferAnswer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Scores as a NumPy array of float32, a row each input. Its header says how many there are once it is closed. */
final class ScoreArray implements PredictionFile {
    private final SeekableByteChannel file;
    private final ByteBuffer row;
    private final int outputs;
    private int rows;

    ScoreArray(Path path, int outputs) throws IOException {
        this.outputs = outputs;
        this.row = ByteBuffer.allocate(outputs * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        this.file = Files.newByteChannel(
                path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        write(ByteBuffer.wrap(NpyArray.float32Header(0, outputs)));
    }

    @Override
    public void add(Sample sample, InferAnswer answer, double[] scores) throws IOException {
        row.clear();
        for (double score : scores) {
            row.putFloat((float) score);
        }
        row.flip();
        write(row);
        rows++;
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            file.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        if (file.isOpen()) {
            file.position(0);
            write(ByteBuffer.wrap(NpyArray.float32Header(rows, outputs)));
            file.close();
        }
    }
}
