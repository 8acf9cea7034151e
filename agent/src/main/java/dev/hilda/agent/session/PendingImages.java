package dev.hilda.agent.session;

import dev.hilda.agent.dataset.DataSet;
import dev.hilda.agent.dataset.Sample;
import dev.hilda.agent.network.Ints;
import dev.hilda.agent.network.Packing;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.oracle.Oracle;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The images of a data set as the board reads them, while the oracle computes beside the line what the board should
 * answer. Holds no more images than are under way.
 */
final class PendingImages implements Iterator<byte[]>, AutoCloseable {
    private final Iterator<Sample> samples;
    private final Oracle oracle;
    private final Tensor input;
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private final ExecutorService worker = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "oracle");
        thread.setDaemon(true);
        return thread;
    });

    private record Pending(Sample sample, Future<int[]> expected) {}

    /** An image with the oracle's outputs for it. */
    record Expected(Sample sample, Ints outputs) {}

    PendingImages(DataSet dataSet, Oracle oracle) {
        this.samples = dataSet.iterator();
        this.oracle = oracle;
        this.input = oracle.network().inputTensor();
    }

    @Override
    public boolean hasNext() {
        return samples.hasNext();
    }

    /** The next image, packed; its oracle begins to run. */
    @Override
    public byte[] next() {
        Sample sample = samples.next();
        byte[] codes = sample.codes(input);
        int[] unsigned = new int[codes.length];
        for (int index = 0; index < codes.length; index++) {
            unsigned[index] = Byte.toUnsignedInt(codes[index]);
        }
        pending.add(new Pending(sample, worker.submit(() -> oracle.runCodes(unsigned))));
        return Packing.pack(input, unsigned);
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
        worker.shutdownNow();
    }
}
