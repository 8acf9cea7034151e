// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.zip.CRC32;

/** Everything that changes while a network is trained. */
final class TrainingState {
    /** Of a step in the moving average: weights that go to and fro between two codes are settled by it. */
    private static final float AVERAGED_SHARE = 0.005f;

    /** What the first epoch may make of the held-back images: training that loses more does not find back. */
    private static final double MOST_TIMES_START = 2;

    private static final double MOST_NATS_ABOVE = 0.2;

    private static final double LOWER_RATES = 0.1;
    private static final double LEAST_RATES = 0.0005;

    private final List<Parameter> parameters;
    private final List<float[]> averages = new ArrayList<>();
    private final List<float[]> best = new ArrayList<>();
    private double leastDivergence = Double.POSITIVE_INFINITY;
    private int steps;
    private int epoch = -1;
    private int bestEpoch;
    private double startDivergence;
    private double rateShare = 1;

    /** Of everything that training begins from. */
    private final long start;

    TrainingState(List<Parameter> parameters) {
        this.parameters = parameters;
        parameters.forEach(parameter -> {
            averages.add(parameter.values().clone());
            best.add(parameter.values().clone());
        });
        this.start = checksum(parameters);
    }

    /** Epochs that are done. */
    int epoch() {
        return Math.max(0, epoch);
    }

    /**
     * One step of Adam.
     *
     * @param gradients in the order of the parameters
     * @param rate of this step, from a parameter's own
     */
    void update(float[][] gradients, DoubleUnaryOperator rate) {
        steps++;
        IntStream.range(0, gradients.length).parallel().forEach(index -> {
            Parameter parameter = parameters.get(index);
            parameter.update(gradients[index], steps, rate.applyAsDouble(parameter.learningRate()));
            average(averages.get(index), parameter.values());
        });
    }

    private void average(float[] average, float[] values) {
        float share = Math.max(AVERAGED_SHARE, 1f / (steps + 1));
        for (int index = 0; index < average.length; index++) {
            average[index] += share * (values[index] - average[index]);
        }
    }

    /** What {@code work} finds with the averages of the parameters over the last steps in their place. */
    <T> T withAverages(Supplier<T> work) {
        exchange();
        try {
            return work.get();
        } finally {
            exchange();
        }
    }

    private void exchange() {
        for (int index = 0; index < averages.size(); index++) {
            float[] values = parameters.get(index).values();
            float[] kept = values.clone();
            System.arraycopy(averages.get(index), 0, values, 0, kept.length);
            System.arraycopy(kept, 0, averages.get(index), 0, kept.length);
        }
    }

    /**
     * Remembers the averages of the epoch that diverges least.
     *
     * @param isCandidate not of the start, which was fitted to the images that judge
     */
    void judge(Epoch judged, boolean isCandidate) {
        epoch = judged.number();
        if (isCandidate && judged.divergence() < leastDivergence) {
            leastDivergence = judged.divergence();
            bestEpoch = epoch;
            for (int index = 0; index < best.size(); index++) {
                System.arraycopy(averages.get(index), 0, best.get(index), 0, best.get(index).length);
            }
        }
    }

    /** Takes the start for what it is compared with later. */
    void begin(Epoch judged) {
        startDivergence = judged.divergence();
        judge(judged, false);
    }

    /** Of each parameter's rate. */
    double rateShare() {
        return rateShare;
    }

    /**
     * Begins anew with a tenth of the rates where the first epoch led away: how far a network bears to be moved at once
     * depends on its depth and on how its biases and weights are spread.
     *
     * @return whether it did
     */
    boolean beginsAnew(Epoch first) {
        double most = Math.max(MOST_TIMES_START * startDivergence, startDivergence + MOST_NATS_ABOVE);
        if (first.number() != 1 || first.divergence() <= most || rateShare * LOWER_RATES < LEAST_RATES) {
            return false;
        }
        rateShare *= LOWER_RATES;
        steps = 0;
        restoreBest();
        for (int index = 0; index < best.size(); index++) {
            System.arraycopy(best.get(index), 0, averages.get(index), 0, best.get(index).length);
            Arrays.fill(parameters.get(index).adam().means(), 0);
            Arrays.fill(parameters.get(index).adam().squares(), 0);
        }
        return true;
    }

    int bestEpoch() {
        return bestEpoch;
    }

    void restoreBest() {
        for (int index = 0; index < best.size(); index++) {
            System.arraycopy(best.get(index), 0, parameters.get(index).values(), 0, best.get(index).length);
        }
    }

    void write(DataOutput out) throws IOException {
        out.writeLong(start);
        out.writeInt(epoch);
        out.writeInt(bestEpoch);
        out.writeInt(steps);
        out.writeDouble(leastDivergence);
        out.writeDouble(startDivergence);
        out.writeDouble(rateShare);
        for (float[] values : arrays()) {
            for (float value : values) {
                out.writeFloat(value);
            }
        }
    }

    /** Whether it was of a training with the same start. */
    boolean read(DataInput in) throws IOException {
        if (in.readLong() != start) {
            return false;
        }
        epoch = in.readInt();
        bestEpoch = in.readInt();
        steps = in.readInt();
        leastDivergence = in.readDouble();
        startDivergence = in.readDouble();
        rateShare = in.readDouble();
        for (float[] values : arrays()) {
            for (int index = 0; index < values.length; index++) {
                values[index] = in.readFloat();
            }
        }
        return true;
    }

    private List<float[]> arrays() {
        List<float[]> arrays = new ArrayList<>(best);
        arrays.addAll(averages);
        for (Parameter parameter : parameters) {
            arrays.addAll(List.of(
                    parameter.values(),
                    parameter.adam().means(),
                    parameter.adam().squares()));
        }
        return arrays;
    }

    private static long checksum(List<Parameter> parameters) {
        CRC32 checksum = new CRC32();
        for (Parameter parameter : parameters) {
            for (float value : parameter.values()) {
                int bits = Float.floatToIntBits(value);
                for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
                    checksum.update(bits >>> shift);
                }
            }
        }
        return checksum.getValue();
    }
}
