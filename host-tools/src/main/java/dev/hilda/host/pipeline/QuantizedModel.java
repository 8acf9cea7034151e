// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.pipeline;

import dev.hilda.agent.dataset.InputShares;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.host.frontend.ModelSource;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.memory.NetworkPlan;
import dev.hilda.host.quantize.LayerNoise;
import dev.hilda.host.quantize.SensitivitySearch;
import dev.hilda.host.quantize.bits.BitAssignment;
import java.util.List;
import java.util.Optional;

/**
 * A model in integers, before code.
 *
 * @param graph canonical, with the same nodes as the network has layers
 * @param bits how memory decided them; empty where the file kept its own quantization
 * @param search what the search for bits found, where there was one
 * @param calibration how the network's input holds the calibration data; likewise
 * @param noise of each node's result on the calibration data; empty where the file kept its own quantization, and after
 *     retraining
 * @param retraining what it came to, where there was one
 */
public record QuantizedModel(
        ModelSource source,
        Graph graph,
        Optional<BitAssignment> bits,
        Optional<SensitivitySearch.Found> search,
        Optional<InputShares> calibration,
        List<LayerNoise> noise,
        Optional<RetrainReport> retraining,
        IntegerNetwork network,
        NetworkPlan plan) {
    public QuantizedModel {
        noise = List.copyOf(noise);
    }
}
