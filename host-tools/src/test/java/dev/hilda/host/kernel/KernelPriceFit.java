// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.bench.KernelLayer;
import dev.hilda.host.ir.Activation;
import dev.hilda.host.ir.FloatTensor;
import dev.hilda.host.ir.Operator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Writes prices of kernel-cycles.csv that timed layers say: non-negative least squares of the relative error. {@code
 * .ci/kernel-prices} times them. Its name keeps it out of ordinary runs.
 */
@Tag("benchmark")
class KernelPriceFit {
    private static final Path PRICES = Path.of("src/main/resources/dev/hilda/host/kernel/kernel-cycles.csv");
    private static final Set<String> FITTED = Set.of("carry", "rows", "table", "outer");
    private static final int SWEEPS = 30_000;

    /** What a price that is wholly other than now counts, in errors of a layer: parts that few layers have keep theirs. */
    private static final double INERTIA = 0.04;

    /** A timed layer: what it took, and how often each part ran. */
    private record Row(String name, double cycles, double[] counts) {
        double estimate(double[] prices) {
            double sum = 0;
            for (int part = 0; part < prices.length; part++) {
                sum += prices[part] * counts[part];
            }
            return sum;
        }
    }

    @Test
    void fit() throws IOException {
        String timings = System.getProperty("hilda.timings", "");
        assumeTrue(!timings.isEmpty(), "-Dhilda.timings=FILE.json");
        List<String> lines = Files.readAllLines(PRICES);
        List<String> parts = lines.stream()
                .filter(line -> FITTED.contains(line.split(",", -1)[0]))
                .map(line -> line.substring(0, line.lastIndexOf(',')))
                .toList();
        List<Row> rows = new ArrayList<>();
        for (JsonNode timing : new ObjectMapper().readTree(Path.of(timings).toFile())) {
            rows.add(row(timing, lines, parts));
        }
        double[] now = lines.stream()
                .filter(line -> FITTED.contains(line.split(",", -1)[0]))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(',') + 1)))
                .toArray();
        double[] prices = solve(rows, now);
        List<String> written = new ArrayList<>();
        for (String line : lines) {
            int part = parts.indexOf(line.substring(0, Math.max(0, line.lastIndexOf(','))));
            written.add(part < 0 ? line : String.format(Locale.ROOT, "%s,%.3f", parts.get(part), prices[part]));
        }
        Files.write(PRICES, written);
        report(rows, prices);
    }

    private static Row row(JsonNode timing, List<String> lines, List<String> parts) {
        KernelLayer layer = KernelLayer.parse(timing.path("layer").asText()).orElseThrow();
        Tensor input = tensor(layer.input(), timing.path("activation_bits").asInt());
        Window window =
                Window.same(layer.kernel(), layer.kernel(), layer.stride(), layer.stride(), 1, 1, layer.input());
        Tensor output = tensor(
                window.outputShape(layer.input(), layer.outputChannels()),
                timing.path("output_bits").asInt());
        Operator operator = operator(layer, window);
        int weightBits = timing.path("weight_bits").asInt();
        double[] counts = new double[parts.size()];
        for (int part = 0; part < counts.length; part++) {
            counts[part] =
                    KernelCycles.parse(only(parts.get(part), lines)).of(operator, List.of(input), output, weightBits);
        }
        String name = timing.path("layer").asText() + " " + input.bits() + "/" + weightBits + "/" + output.bits() + " "
                + timing.path("scheme").asText();
        return new Row(name, timing.path("cycles").asDouble(), counts);
    }

    private static Tensor tensor(TensorShape shape, int bits) {
        return new Tensor("t", shape, bits, 0, 1);
    }

    private static Operator operator(KernelLayer layer, Window window) {
        int outputs = layer.outputChannels();
        FloatTensor bias = FloatTensor.vector(new float[outputs]);
        List<Integer> shape = layer.depthwise()
                ? List.of(layer.kernel(), layer.kernel(), outputs)
                : List.of(outputs, layer.kernel(), layer.kernel(), layer.input().channels());
        float[] values = new float[shape.stream().reduce(1, Math::multiplyExact)];
        FloatTensor weights = new FloatTensor(shape, values);
        return layer.depthwise()
                ? new Operator.Depthwise(window, weights, bias, Optional.empty(), Activation.RELU)
                : new Operator.Convolution(window, weights, bias, Optional.empty(), Activation.RELU);
    }

    /** The table with one part at a cycle and all others free. */
    private static String only(String part, List<String> lines) {
        StringBuilder table = new StringBuilder("kernel,part,bits,cycles\n");
        for (String line : lines) {
            if (!line.startsWith("#") && !line.startsWith("kernel,")) {
                String key = line.substring(0, line.lastIndexOf(','));
                table.append(key).append(key.equals(part) ? ",1\n" : ",0\n");
            }
        }
        return table.toString();
    }

    private static double[] solve(List<Row> rows, double[] now) {
        double[] prices = new double[now.length];
        double[] left = new double[rows.size()];
        Arrays.fill(left, 1);
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            for (int part = 0; part < now.length; part++) {
                double weight = now[part] == 0 ? 0 : INERTIA / now[part];
                double along = weight * (INERTIA - weight * prices[part]);
                double square = weight * weight;
                for (int i = 0; i < left.length; i++) {
                    double count = rows.get(i).counts[part] / rows.get(i).cycles;
                    along += count * left[i];
                    square += count * count;
                }
                double price = square == 0 ? 0 : Math.max(0, prices[part] + along / square);
                for (int i = 0; i < left.length; i++) {
                    left[i] -= (price - prices[part]) * rows.get(i).counts[part] / rows.get(i).cycles;
                }
                prices[part] = price;
            }
        }
        return prices;
    }

    private static void report(List<Row> rows, double[] prices) {
        double sum = 0;
        for (Row row : rows) {
            double error = row.estimate(prices) / row.cycles - 1;
            sum += Math.abs(error);
            if (Math.abs(error) > 0.08) {
                System.out.printf(Locale.ROOT, "%+5.1f %% %,9.0f %s%n", 100 * error, row.cycles, row.name);
            }
        }
        System.out.printf(Locale.ROOT, "%d layers, mean error %.1f %%%n", rows.size(), 100 * sum / rows.size());
    }
}
