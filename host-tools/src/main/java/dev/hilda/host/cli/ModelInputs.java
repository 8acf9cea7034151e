// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import dev.hilda.agent.cli.NetworkInputs;
import dev.hilda.agent.dataset.NetworkInput;
import dev.hilda.agent.network.Tensor;
import dev.hilda.host.frontend.ImportedModel;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.QuantizedGraph;
import dev.hilda.host.pipeline.ModelFiles;
import dev.hilda.host.pipeline.ModelOutputs;
import java.nio.file.Path;

/** What the networks of model files read, and those of bundles. */
final class ModelInputs implements NetworkInputs {
    @Override
    public NetworkInput of(Path file) {
        if (!ModelFiles.isOne(file)) {
            return NetworkInputs.ofBundle(file);
        }
        ImportedModel model = ModelFiles.read(file);
        Graph graph = model.graph();
        return new NetworkInput(
                graph.inputShape(), model.quantized().map(ModelInputs::input), ModelOutputs.of(graph), 0);
    }

    private static Tensor input(QuantizedGraph quantized) {
        Graph graph = quantized.graph();
        ActivationQuantization codes = quantized.activation(graph.input());
        return new Tensor(graph.input(), graph.inputShape(), codes.bits(), codes.zeroPoint(), codes.scale());
    }
}
