// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hilda.agent.bundle.Bundle;
import dev.hilda.agent.cli.RunOutput;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Tensor;
import dev.hilda.host.emit.LibraryName;
import dev.hilda.host.export.CExport;
import dev.hilda.host.memory.Fusion;
import dev.hilda.host.memory.LayerSequence;
import dev.hilda.host.memory.NetworkPlan;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hilda export BUNDLE --c DIR}: the network as C for a program of the user's own. */
@Command(
        name = "export",
        description = {
            "Writes a bundle's network as C for your own firmware: three functions (NAME_input, NAME_run, NAME_output),",
            "weights, the kernels it uses, a CMake file and an example. It needs nothing else of HILDA."
        },
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = {
            "  hilda export ic01.hilda --c ic01-c",
            "  cmake -S ic01-c -B build && cmake --build build && build/ic01_example"
        })
final class ExportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "BUNDLE", description = "A .hilda file.")
    private Path bundle;

    @Option(names = "--c", required = true, paramLabel = "DIR", description = "The folder to write: new or empty.")
    private Path folder;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "What names of functions and files begin with; the network's own where it is not given.")
    private Optional<String> name;

    @Option(names = "--force", description = "Write into a folder that has files, over those of the same names.")
    private boolean force;

    @Option(names = "--json", description = "Print the result as one JSON object on the last line.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        return RunOutput.result(spec.commandLine(), json, this::exported);
    }

    private String exported() {
        name.filter(given -> !LibraryName.isValid(given)).ifPresent(given -> {
            throw new ParameterException(
                    spec.commandLine(),
                    "--name: expected small letters, digits and _, the first a letter, got " + given);
        });
        Bundle source = Bundle.read(bundle);
        IntegerNetwork network = source.network();
        LibraryName library = name.map(LibraryName::new).orElseGet(() -> LibraryName.of(network.name()));
        CExport export = CExport.of(network, plan(source), source.provenance(), library);
        export.write(folder, force);
        return json ? json(export, network) : text(export, network);
    }

    /** As its firmware is built. */
    private static NetworkPlan plan(Bundle source) {
        LayerSequence layers = LayerSequence.of(source.network());
        return NetworkPlan.of(
                layers,
                new Fusion(source.report().fused().stream()
                        .map(block -> layers.block(block.firstLayer(), block.lastLayer(), block.rowsPerTurn()))
                        .toList()));
    }

    private String text(CExport export, IntegerNetwork network) {
        String prefix = export.name().prefix();
        return String.format(
                Locale.ROOT,
                "Exported %s to %s: %d files, %,d bytes of static RAM%n"
                        + "  input     %s_input(), %,d bytes, %s%n"
                        + "  run       %s_run()%n"
                        + "  output    %s_output(values), %,d values%s%n"
                        + "  read      %s says what they mean%n"
                        + "  try       cmake -S %s -B %s/build && cmake --build %s/build && %s/build/%s_example",
                bundle.getFileName(),
                folder,
                export.files().size(),
                export.staticRamBytes(),
                prefix,
                network.inputTensor().packedBytes(),
                meaning(network.inputTensor()),
                prefix,
                prefix,
                network.answerElements(),
                network.outputTensors().stream()
                        .map(ExportCommand::meaning)
                        .map(", "::concat)
                        .collect(Collectors.joining()),
                folder.resolve(export.name().header()),
                folder,
                folder,
                folder,
                folder,
                prefix);
    }

    private static String meaning(Tensor tensor) {
        return String.format(
                Locale.ROOT,
                "%s of %d bits, real = %s × (code − %d)",
                tensor.shape(),
                tensor.bits(),
                tensor.scale(),
                tensor.zeroPoint());
    }

    private String json(CExport export, IntegerNetwork network) {
        ObjectNode document = new ObjectMapper().createObjectNode();
        document.put("folder", folder.toString());
        document.put("name", export.name().prefix());
        document.put("header", export.name().header());
        document.put("target", export.name().target());
        document.put("static_ram_bytes", export.staticRamBytes());
        put(document.putObject("input"), network.inputTensor());
        ArrayNode outputs = document.putArray("outputs");
        network.outputTensors().forEach(output -> put(outputs.addObject(), output));
        export.files().keySet().forEach(document.putArray("files")::add);
        return document.toString();
    }

    private static void put(ObjectNode json, Tensor tensor) {
        json.put("name", tensor.name());
        json.putArray("shape")
                .add(tensor.shape().height())
                .add(tensor.shape().width())
                .add(tensor.shape().channels());
        json.put("bits", tensor.bits());
        json.put("scale", tensor.scale());
        json.put("zero_point", tensor.zeroPoint());
    }
}
