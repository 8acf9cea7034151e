// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import dev.hilda.host.quantize.QuantizationException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A training's state as a file that is whole at any moment: written beside the old one and renamed over it. */
final class Checkpoint {
    private static final long MAGIC = 0x48494c44_41525433L;

    private final Path file;
    private final String recipe;

    /** @param recipe a digest of it, known before the long work: another training's state is refused */
    Checkpoint(Path file, String recipe) {
        this.file = file;
        this.recipe = recipe;
    }

    /** @throws QuantizationException when there is a file, and it is of another recipe */
    void requireOwn() {
        if (Files.exists(file)) {
            try (DataInputStream in = open()) {
                readRecipe(in);
            } catch (IOException damaged) {
                throw unreadable(damaged);
            }
        }
    }

    private DataInputStream open() throws IOException {
        return new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
    }

    private void readRecipe(DataInputStream in) throws IOException {
        if (in.readLong() != MAGIC || !in.readUTF().equals(recipe)) {
            throw new QuantizationException("checkpoint " + file + ": expected one of this model, these images and"
                    + " options, got another file; name another or remove it");
        }
    }

    private QuantizationException unreadable(IOException damaged) {
        return new QuantizationException("checkpoint " + file + ": cannot be read (" + damaged + "); remove it");
    }

    void write(TrainingState state) {
        Path written = file.resolveSibling(file.getFileName() + ".new");
        try {
            try (FileChannel channel = FileChannel.open(
                            written,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE);
                    OutputStream stream = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
                    DataOutputStream out = new DataOutputStream(stream)) {
                out.writeLong(MAGIC);
                out.writeUTF(recipe);
                state.write(out);
                out.flush();
                channel.force(true);
            }
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException unwritten) {
            throw new QuantizationException("checkpoint " + file + ": cannot be written (" + unwritten + ")");
        }
    }

    /** Whether there was one to go on from. */
    boolean read(TrainingState state) {
        if (!Files.exists(file)) {
            return false;
        }
        try (DataInputStream in = open()) {
            readRecipe(in);
            if (!state.read(in)) {
                throw new QuantizationException("checkpoint " + file + ": it began from other codes than calibration"
                        + " gives now; remove it");
            }
            return true;
        } catch (IOException damaged) {
            throw unreadable(damaged);
        }
    }
}
