// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.DataSetException;
import dev.hilda.agent.dataset.Sample;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.Packing;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.oracle.Oracle;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The images of a data set as the board reads them, while the oracle computes beside the line what the board should
 * answer. The next image is decoded while the line is busy with those before: whoever streams must not stop for it. Holds
 * no more images than are under way and one. After an image that cannot be read there are no more.
 */
final class PendingImages implements Iterator<byte[]>, AutoCloseable {
    private final Iterator<Sample> samples;
    private final Oracle oracle;
    private final OracleMemory memory;
    private final List<Tensor> inputs;
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private final ExecutorService reader = worker("images");
    private final ExecutorService worker = worker("oracle");
    private Future<Optional<Prepared>> following;
    private Optional<DataSetException> unreadable = Optional.empty();

    /** A sample as the oracle and as the board reads it. */
    private static final class Prepared {
        private final Sample sample;
        private final int[] codes;
        private final byte[] packed;

        private Prepared(Sample sample, int[] codes, byte[] packed) {
            this.sample = sample;
            this.codes = codes;
            this.packed = packed;
        }
    }

    private record Pending(Sample sample, Future<int[]> expected) {}

    /** An image with the oracle's outputs for it. */
    record Expected(Sample sample, Ints outputs) {}

    PendingImages(DataSet dataSet, Oracle oracle, OracleMemory memory) {
        this.samples = dataSet.iterator();
        this.oracle = oracle;
        this.memory = memory;
        this.inputs = oracle.network().inputTensors();
        this.following = reader.submit(this::prepare);
    }

    @Override
    public boolean hasNext() {
        if (unreadable.isPresent()) {
            return false;
        }
        try {
            return prepared().isPresent();
        } catch (DataSetException e) {
            unreadable = Optional.of(e);
            return false;
        }
    }

    /** Why there are no more images than there were; empty while all could be read. */
    Optional<DataSetException> unreadable() {
        return unreadable;
    }

    /** The next image, packed; its oracle begins to run. */
    @Override
    public byte[] next() {
        Prepared image = prepared().orElseThrow();
        following = reader.submit(this::prepare);
        pending.add(new Pending(image.sample, worker.submit(() -> expected(image))));
        return image.packed;
    }

    private int[] expected(Prepared image) {
        Optional<int[]> known = memory.outputs(image.packed);
        if (known.isPresent()) {
            return known.get();
        }
        int[] outputs = oracle.runCodes(image.codes);
        memory.computed(image.packed, outputs);
        return outputs;
    }

    /** The first image whose expectation has not been taken yet; waits for the oracle. */
    Expected takeExpected() throws InterruptedException {
        Pending first = pending.remove();
        try {
            return new Expected(first.sample(), Ints.of(first.expected().get()));
        } catch (ExecutionException e) {
            throw new IllegalStateException("the oracle failed on " + first.sample(), e.getCause());
        }
    }

    @Override
    public void close() {
        reader.shutdownNow();
        worker.shutdownNow();
    }

    private Optional<Prepared> prepare() {
        if (!samples.hasNext()) {
            return Optional.empty();
        }
        Sample sample = samples.next();
        byte[] codes = sample.codes(inputs);
        int[] unsigned = new int[codes.length];
        for (int index = 0; index < codes.length; index++) {
            unsigned[index] = Byte.toUnsignedInt(codes[index]);
        }
        return Optional.of(new Prepared(sample, unsigned, Packing.pack(inputs, unsigned)));
    }

    /** Iterators cannot be interrupted: the interruption stays, and whoever streams sees it. */
    private Optional<Prepared> prepared() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return following.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("an image could not be prepared", e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static ExecutorService worker(String name) {
        return Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }
}
