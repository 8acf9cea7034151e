// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import dev.hilda.host.ir.Graph;
import dev.hilda.host.tensor.Batch;
import dev.hilda.host.tensor.FloatExecutor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The float network, which says what every image is, whatever was done to it. */
final class FloatTeacher implements Teacher {
    private static final float TEMPERATURE = 2;

    private final FloatExecutor executor;
    private final List<String> features;

    FloatTeacher(Graph graph, List<String> features) {
        this.executor = new FloatExecutor(graph);
        this.features = features;
    }

    @Override
    public Map<String, Batch> of(DrawnImages images) {
        Map<String, Batch> values = new HashMap<>();
        executor.run(images.inputs(), values::put);
        return values;
    }

    @Override
    public float temperature() {
        return TEMPERATURE;
    }

    @Override
    public List<String> features() {
        return features;
    }
}
