// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hilda.agent.cli.TextTable;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import dev.hilda.host.frontend.ImportedModel;
import dev.hilda.host.frontend.ModelSource;
import dev.hilda.host.ir.ActivationQuantization;
import dev.hilda.host.ir.Graph;
import dev.hilda.host.ir.Node;
import dev.hilda.host.ir.Operator;
import dev.hilda.host.ir.QuantizedGraph;
import dev.hilda.host.ir.rewrite.Canonical;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What is in a model, for people and as JSON.
 *
 * @param graph canonical
 * @param quantized the same graph with the file's own quantization; empty for a float file
 */
record InspectOutput(ModelSource source, Graph graph, Optional<QuantizedGraph> quantized) {
    static InspectOutput of(ImportedModel model) {
        Optional<QuantizedGraph> quantized = model.quantized().map(Canonical::of);
        Graph graph = quantized.map(QuantizedGraph::graph).orElseGet(() -> Canonical.of(model.graph()));
        return new InspectOutput(model.source(), graph, quantized);
    }

    String text() {
        TextTable table = new TextTable("layer", "operator", "window", "output", "MACs", "parameters");
        for (Node node : graph.nodes()) {
            long macs = graph.macs(node);
            long parameters = parameters(node);
            table.add(
                    node.name(),
                    node.operator().getClass().getSimpleName(),
                    window(node.operator()).map(InspectOutput::text).orElse(""),
                    graph.shape(node.output()).toString(),
                    macs == 0 ? "" : TextTable.number(macs),
                    parameters == 0 ? "" : TextTable.number(parameters));
        }
        return table
                + String.format(
                        Locale.ROOT,
                        "%s: %s, %,d bytes, %d layers, %,d MACs, %,d parameters%n",
                        source.fileName(),
                        source.numbers().label(),
                        source.sizeBytes(),
                        graph.nodes().size(),
                        graph.macs(),
                        parameters())
                + graph.inputs().stream()
                        .map(input -> "  input     " + value(input) + "\n")
                        .collect(Collectors.joining())
                + graph.outputs().stream()
                        .map(output -> "  output    " + value(output))
                        .collect(Collectors.joining("\n"))
                + source.remarks().stream()
                        .map(remark -> "\n  remark    " + remark)
                        .collect(Collectors.joining());
    }

    String json() {
        ObjectNode document = new ObjectMapper().createObjectNode();
        document.put("model", graph.name());
        document.put("file", source.fileName());
        document.put("file_bytes", source.sizeBytes());
        document.put("sha256", source.sha256());
        document.put("description", source.description());
        document.put("numbers", source.numbers().label());
        source.remarks().forEach(document.putArray("remarks")::add);
        ArrayNode layers = document.putArray("layers");
        for (Node node : graph.nodes()) {
            ObjectNode row = layers.addObject();
            row.put("name", node.name());
            row.put("operator", node.operator().getClass().getSimpleName());
            putShape(row.putArray("output_shape"), graph.shape(node.output()));
            row.put("macs", graph.macs(node));
            row.put("parameters", parameters(node));
        }
        document.put("macs", graph.macs());
        document.put("parameters", parameters());
        putValue(document.putObject("input"), graph.inputs().get(0));
        ArrayNode inputs = document.putArray("inputs");
        graph.inputs().forEach(input -> putValue(inputs.addObject(), input));
        putValue(document.putObject("output"), graph.output());
        ArrayNode outputs = document.putArray("outputs");
        graph.outputs().forEach(output -> putValue(outputs.addObject(), output));
        return document.toString();
    }

    private void putValue(ObjectNode json, String value) {
        json.put("name", value);
        putShape(json.putArray("shape"), graph.shape(value));
        quantization(value).ifPresent(given -> {
            json.put("bits", given.bits());
            json.put("scale", given.scale());
            json.put("zero_point", given.zeroPoint());
        });
    }

    /** Height, width, channels. */
    private static void putShape(ArrayNode json, TensorShape shape) {
        json.add(shape.height()).add(shape.width()).add(shape.channels());
    }

    private String value(String name) {
        String meaning = quantization(name)
                .map(given -> String.format(
                        Locale.ROOT,
                        "codes of %d bits, real = %s × (code − %d)",
                        given.bits(),
                        given.scale(),
                        given.zeroPoint()))
                .orElse("float32");
        return name + "  " + graph.shape(name) + "  " + meaning;
    }

    /** Codes are unsigned here: those of an int8 file plus 128. */
    private Optional<ActivationQuantization> quantization(String value) {
        return quantized.map(known -> known.activation(value));
    }

    private long parameters() {
        return graph.nodes().stream().mapToLong(InspectOutput::parameters).sum();
    }

    private static long parameters(Node node) {
        return node.operator().weighted().map(Operator.Weighted::parameters).orElse(0L);
    }

    private static Optional<Window> window(Operator operator) {
        return operator instanceof Operator.Sliding sliding ? Optional.of(sliding.window()) : Optional.empty();
    }

    private static String text(Window window) {
        String kernel = window.kernelHeight() + "x" + window.kernelWidth();
        boolean isStrided = window.strideHeight() > 1 || window.strideWidth() > 1;
        boolean isDilated = window.dilationHeight() > 1 || window.dilationWidth() > 1;
        return kernel
                + (isStrided ? " stride " + window.strideHeight() + "x" + window.strideWidth() : "")
                + (isDilated ? " dilation " + window.dilationHeight() + "x" + window.dilationWidth() : "");
    }
}
