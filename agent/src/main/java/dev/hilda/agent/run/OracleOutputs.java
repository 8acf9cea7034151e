// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.cache.BuildCache;
import dev.hilda.agent.hash.Sha256;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.NetworkFile;
import dev.hilda.agent.run.OutputTable.Row;
import dev.hilda.agent.session.OracleMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the oracle has given for a network and a data set in earlier runs, in the cache, so that a small host with several
 * boards is not bound by it. Each input's outputs are used for that input only, whatever the file says.
 */
final class OracleOutputs implements OracleMemory {
    private static final Logger LOG = LoggerFactory.getLogger(OracleOutputs.class);

    private static final String FILE = "outputs.bin";

    /** Larger ones are computed each time. */
    private static final long MOST_BYTES = 64 << 20;

    private final BuildCache cache;
    private final String key;
    private final int columns;
    private final int size;
    private final List<Row> known;
    private final List<Row> rows = new ArrayList<>();
    private int asked;
    private boolean isComputed;

    private OracleOutputs(BuildCache cache, String key, int columns, int size, List<Row> known) {
        this.cache = cache;
        this.key = key;
        this.columns = columns;
        this.size = size;
        this.known = known;
    }

    /**
     * Those of a network and a data set; empty where there is nothing to be spared.
     *
     * @param remarks hears of damage
     */
    static Optional<OracleOutputs> open(
            BuildCache cache, IntegerNetwork network, DataReading data, Consumer<String> remarks) {
        int size = data.dataSet().size();
        int columns = network.answerElements();
        if (OracleStamp.OF_THIS_PROGRAM.isEmpty() || OutputTable.sizeBytes(size, columns) > MOST_BYTES) {
            return Optional.empty();
        }
        String key = key(network, data.sha256(), OracleStamp.OF_THIS_PROGRAM.get());
        return Optional.of(new OracleOutputs(cache, key, columns, size, known(cache, key, columns, size, remarks)));
    }

    static String key(IntegerNetwork network, String dataSha256, String stamp) {
        String whole = NetworkFile.sha256(network) + " " + dataSha256 + " " + stamp;
        return Sha256.hex(whole.getBytes(StandardCharsets.US_ASCII));
    }

    private static String folder(String key) {
        return "oracle-" + key;
    }

    private static List<Row> known(BuildCache cache, String key, int columns, int size, Consumer<String> remarks) {
        try {
            Optional<Path> folder = cache.find(folder(key));
            return folder.isPresent()
                    ? OutputTable.read(Files.readAllBytes(folder.get().resolve(FILE)), key, columns, size)
                            .rows()
                    : List.of();
        } catch (IOException damaged) {
            remarks.accept(
                    "the oracle's outputs in the cache are damaged and are computed anew: " + damaged.getMessage());
            discard(cache, key);
        } catch (BenchFailure unsafe) {
            LOG.warn("the oracle's outputs are computed: {}", unsafe.getMessage());
        }
        return List.of();
    }

    private static void discard(BuildCache cache, String key) {
        try {
            cache.discard(folder(key));
        } catch (IOException stays) {
            LOG.warn("a damaged file stays in the cache", stays);
        }
    }

    @Override
    public Optional<int[]> outputs(byte[] packedInput) {
        int row = asked++;
        if (row >= known.size() || !known.get(row).inputSha256().equals(Sha256.hex(packedInput))) {
            return Optional.empty();
        }
        rows.add(known.get(row));
        return Optional.of(known.get(row).outputs().toArray());
    }

    @Override
    public void computed(byte[] packedInput, int[] outputs) {
        rows.add(new Row(Sha256.hex(packedInput), Ints.of(outputs)));
        isComputed = true;
    }

    /** Keeps what was computed for later runs, where it is all of it; a cache that cannot be written costs time only. */
    void keep() throws InterruptedException {
        if (!isComputed || rows.size() != size) {
            return;
        }
        if (!known.isEmpty()) {
            discard(cache, key); // Of other inputs, though the data set says that it is the same.
        }
        byte[] file = new OutputTable(columns, rows).toBytes(key);
        try {
            cache.folder(folder(key), folder -> Files.write(folder.resolve(FILE), file));
        } catch (BenchFailure | UncheckedIOException unwritable) {
            LOG.warn("the oracle's outputs are not kept: {}", unwritable.getMessage());
        }
    }
}
