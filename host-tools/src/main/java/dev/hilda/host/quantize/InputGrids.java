// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Graph;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Codes of 8 bits for inputs of a network, from data alone. */
public final class InputGrids {
    private static final int BITS = 8;

    private InputGrids() {}

    /**
     * Those of bytes where the data are, else over all values that occur.
     *
     * @param inputs names among the graph's
     */
    public static Map<String, ActivationQuantization> of(Graph graph, List<String> inputs, CalibrationData data) {
        if (data.size() == 0) {
            throw new QuantizationException("there are no calibration images");
        }
        Map<String, ActivationQuantization> grids = new HashMap<>();
        int first = 0;
        for (int index = 0; index < graph.inputs().size(); index++) {
            String input = graph.inputs().get(index);
            int from = first;
            first += graph.shape(input).elements();
            if (inputs.contains(input)) {
                int end = first;
                grids.put(input, data.stored(index).orElseGet(() -> range(data, from, end)));
            }
        }
        return grids;
    }

    private static ActivationQuantization range(CalibrationData data, int from, int end) {
        double least = 0;
        double largest = 0;
        for (int image = 0; image < data.size(); image++) {
            float[] values = data.image(image);
            if (values.length < end) {
                throw new QuantizationException("calibration image " + image + " has " + values.length + " values");
            }
            for (int index = from; index < end; index++) {
                least = Math.min(least, values[index]);
                largest = Math.max(largest, values[index]);
            }
        }
        return CodeGrid.ofRange(BITS, least, largest).quantization();
    }
}
