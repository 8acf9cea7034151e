// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.ResultGrid;
import dev.hilda.host.tensor.Batch;
import dev.hilda.host.tensor.FloatExecutor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The values that a float graph's activations take on calibration data. */
final class ActivationRanges {
    private static final double PERCENTILE_TAIL = 1e-4;
    /** Input and activations of a batch at a time, roughly. */
    private static final int BATCH_VALUES = 1 << 22;

    private final Graph graph;
    private final Map<String, Histogram> histograms = new HashMap<>();
    private final Map<String, ReaderSample> samples = new LinkedHashMap<>();

    private ActivationRanges(Graph graph, int images) {
        this.graph = graph;
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
            executor.run(images(data, graph, first, Math.min(step, data.size() - first)), ranges::add);
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

    /** Some consecutive images of the data, by the graph's inputs. */
    static Map<String, Batch> images(CalibrationData data, Graph graph, int first, int count) {
        Map<String, float[]> values = new LinkedHashMap<>();
        for (String input : graph.inputs()) {
            values.put(
                    input,
                    new float[Math.multiplyExact(count, graph.shape(input).elements())]);
        }
        for (int index = 0; index < count; index++) {
            float[] image = data.image(first + index);
            requireElements(graph, image.length, first + index);
            int read = 0;
            for (Map.Entry<String, float[]> input : values.entrySet()) {
                int elements = graph.shape(input.getKey()).elements();
                System.arraycopy(image, read, input.getValue(), index * elements, elements);
                read += elements;
            }
        }
        Map<String, Batch> batches = new LinkedHashMap<>();
        values.forEach((input, filled) -> batches.put(input, new Batch(graph.shape(input), count, filled)));
        return batches;
    }

    private static void requireElements(Graph graph, int elements, int image) {
        List<TensorShape> shapes = graph.inputs().stream().map(graph::shape).toList();
        if (elements != shapes.stream().mapToInt(TensorShape::elements).sum()) {
            throw new QuantizationException("calibration image " + image + " has " + elements
                    + " values; the network reads "
                    + shapes.stream().map(TensorShape::toString).collect(Collectors.joining(", ")));
        }
    }

    /** The value whose grid another one has: what is concatenated has that of the whole, with no rounding in between. */
    String owner(String value) {
        return graph.consumers(value).stream()
                .filter(reader -> reader.operator().grid() == ResultGrid.FITTED_WITH_INPUTS)
                .findFirst()
                .map(reader -> owner(reader.output()))
                .orElse(value);
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
