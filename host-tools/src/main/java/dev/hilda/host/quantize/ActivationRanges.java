// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.tensor.Batch;
import dev.hilda.host.tensor.FloatExecutor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** The values that a float graph's activations take on calibration data. */
final class ActivationRanges {
    private static final double PERCENTILE_TAIL = 1e-4;
    /** Input and activations of a batch at a time, roughly. */
    private static final int BATCH_VALUES = 1 << 22;

    private final Map<String, Histogram> histograms = new HashMap<>();
    private final Map<String, ReaderSample> samples = new LinkedHashMap<>();

    private ActivationRanges(Graph graph, int images) {
        for (String value : graph.values()) {
            ReaderSample.of(graph, value, images).forEach(sample -> samples.put(value, sample));
        }
    }

    /** Runs the graph on all of the data, a batch at a time. */
    static ActivationRanges observe(Graph graph, CalibrationData data, StepProgress progress) {
        ActivationRanges ranges = new ActivationRanges(graph, data.size());
        FloatExecutor executor = new FloatExecutor(graph);
        int largest = graph.values().stream()
                .mapToInt(value -> graph.shape(value).elements())
                .max()
                .orElseThrow();
        int step = Math.max(1, Math.min(64, BATCH_VALUES / largest));
        for (int first = 0; first < data.size(); first += step) {
            progress.advance("calibrate", first, data.size());
            Batch images = images(data, graph.inputShape(), first, Math.min(step, data.size() - first));
            executor.run(images, ranges::add);
        }
        progress.advance("calibrate", data.size(), data.size());
        return ranges;
    }

    private void add(String value, Batch activations) {
        histograms.computeIfAbsent(value, name -> new Histogram()).add(activations.values());
        samples.forEach((sampled, sample) -> {
            if (sampled.equals(value)) {
                sample.add(activations);
            } else if (sample.reader().inputs().contains(value)) {
                sample.addOther(activations);
            }
        });
    }

    /** Some consecutive images of the data. */
    static Batch images(CalibrationData data, TensorShape shape, int first, int count) {
        float[] values = new float[Math.multiplyExact(count, shape.elements())];
        for (int index = 0; index < count; index++) {
            float[] image = data.image(first + index);
            if (image.length != shape.elements()) {
                throw new QuantizationException("calibration image " + (first + index) + " has " + image.length
                        + " values; the network reads " + shape);
            }
            System.arraycopy(image, 0, values, index * shape.elements(), image.length);
        }
        return new Batch(shape, count, values);
    }

    /** The grid of a value. Values that are never negative get the zero point 0. */
    CodeGrid grid(String value, int bits, CalibrationMethod method) {
        Histogram histogram = histograms.get(value);
        if (histogram == null) {
            throw new QuantizationException("value " + value + " was not calibrated");
        }
        return switch (method) {
            case MIN_MAX -> CodeGrid.ofRange(bits, histogram.least(), histogram.largest());
            case PERCENTILE ->
                CodeGrid.ofRange(bits, histogram.quantile(PERCENTILE_TAIL), histogram.quantile(1 - PERCENTILE_TAIL));
            case MSE -> leastError(value, bits, histogram);
        };
    }

    private CodeGrid leastError(String value, int bits, Histogram histogram) {
        ReaderSample sample = samples.get(value);
        return sample == null
                ? RangeSearch.best(bits, histogram.least(), histogram.largest(), histogram::squaredError)
                : sample.best(bits, histogram.least(), histogram.largest());
    }
}
