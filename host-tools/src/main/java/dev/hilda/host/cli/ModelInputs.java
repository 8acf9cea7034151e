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
import dev.hilda.host.pipeline.ModelInterface;
import java.nio.file.Path;
import java.util.List;

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
                ModelInterface.inputs(graph),
                model.quantized().map(ModelInputs::inputs).orElse(List.of()),
                ModelInterface.outputs(graph),
                0);
    }

    private static List<Tensor> inputs(QuantizedGraph quantized) {
        return quantized.graph().inputs().stream()
                .map(input -> input(quantized, input))
                .toList();
    }

    private static Tensor input(QuantizedGraph quantized, String name) {
        ActivationQuantization codes = quantized.activation(name);
        return new Tensor(name, quantized.graph().shape(name), codes.bits(), codes.zeroPoint(), codes.scale());
    }
}
