// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.kernel;

import dev.hilda.agent.network.Tensor;
import dev.hilda.host.ir.Operator;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Cycles that kernels are estimated to take on a Cortex-M7 at 480 MHz, missed lines included, from shapes and bits: how often
 * each part of a kernel runs, times its price. Prices were fitted to layers timed on the virtual board; {@code
 * kernel-cycles.csv} says how.
 */
public final class KernelCycles {
    private static final String FILE = "kernel-cycles.csv";

    private final Map<String, Double> prices;

    private KernelCycles(Map<String, Double> prices) {
        this.prices = prices;
    }

    /** The prices that come with this program. */
    public static KernelCycles read() {
        return parse(text());
    }

    static String text() {
        try (InputStream file = Objects.requireNonNull(KernelCycles.class.getResourceAsStream(FILE), FILE)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lines of kernel, part, bits (empty where they do not matter) and cycles, after comments and a line of names. */
    static KernelCycles parse(String text) {
        Map<String, Double> prices = new HashMap<>();
        text.lines().filter(line -> !line.startsWith("#")).skip(1).forEach(line -> {
            List<String> cells = Arrays.asList(line.split(",", -1));
            String part = cells.get(0) + " " + cells.get(1);
            prices.put(cells.get(2).isEmpty() ? part : part + " " + cells.get(2), Double.parseDouble(cells.get(3)));
        });
        return new KernelCycles(prices);
    }

    /**
     * Of a node of a canonical graph.
     *
     * @param inputs in the node's order; of their quantization the bits count alone, as of the output's
     * @param weightBits of a weighted node; else any
     */
    public long of(Operator operator, List<Tensor> inputs, Tensor output, int weightBits) {
        return Math.round(operator.accept(new CycleCount(this, inputs, output, weightBits)));
    }

    /** Of one run of a part of a kernel. */
    double price(String part) {
        return Objects.requireNonNull(prices.get(part), () -> "no price of " + part);
    }

    /** At a width. */
    double price(String part, int bits) {
        return price(part + " " + bits);
    }
}
