// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.host.kernel.KernelScheme;
import dev.hilda.host.memory.FusedBlock;
import dev.hilda.host.memory.NetworkPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Turns an integer network into a C library of three functions that needs the kernels and nothing else of the firmware
 * template. It is one translation unit, all but these functions in it static: several networks can share a program.
 */
public final class LibraryEmitter {
    private static final String OUTPUTS_HEADER = "outputs.h";

    private final IntegerNetwork network;
    private final NetworkPlan plan;
    private final PlacedLayers placed;
    private final LibraryName name;
    private final String origin;
    private final List<LayerSource> layers = new ArrayList<>();

    private LibraryEmitter(IntegerNetwork network, NetworkPlan plan, LibraryName name, String origin) {
        this.network = network;
        this.plan = plan;
        this.name = name;
        this.origin = CNames.comment(origin);
        this.placed = new PlacedLayers(network, plan);
        for (int index = 0; index < network.layers().size(); index++) {
            layers.add(placed.source(index));
        }
    }

    /**
     * The library of a network.
     *
     * @param plan where its tensors lie, and which layers are fused
     * @param origin what it was made of, for a comment
     */
    public static LibrarySources emit(IntegerNetwork network, NetworkPlan plan, LibraryName name, String origin) {
        return new LibraryEmitter(network, plan, name, origin).emit();
    }

    private LibrarySources emit() {
        Set<String> headers = new TreeSet<>(List.of(OUTPUTS_HEADER));
        layers.forEach(layer -> headers.addAll(layer.kernelHeaders()));
        Map<String, String> files = Map.of(
                name.header(), new LibraryHeader(network, name, origin, ramBytes()).text(),
                name.weightsHeader(), weights(headers),
                name.source(), source());
        return new LibrarySources(files, List.copyOf(headers), ramBytes());
    }

    private long ramBytes() {
        return plan.arena().arenaBytes() + scratchLanes() * Short.BYTES;
    }

    private long scratchLanes() {
        return Math.max(KernelScheme.scratchBytes(network) / Short.BYTES, 1);
    }

    /** Includes the kernels, of whose types some constants are. */
    private String weights(Set<String> kernelHeaders) {
        StringBuilder text = new StringBuilder("""
                // SPDX-License-Identifier: Apache-2.0
                // Constants of the network in %s, each layer's in the order its kernel reads them.
                #ifndef %s_WEIGHTS_H
                #define %s_WEIGHTS_H

                """.formatted(name.source(), name.upperCase(), name.upperCase()));
        kernelHeaders.forEach(header -> text.append("#include \"kernels/%s\"\n".formatted(header)));
        text.append("\n#include <stdint.h>\n\n");
        layers.forEach(
                layer -> layer.constants().forEach(array -> text.append(array).append('\n')));
        return text.append("#endif\n").toString();
    }

    private String source() {
        StringBuilder text = new StringBuilder("""
                // SPDX-License-Identifier: Apache-2.0
                // Made from %s.
                #include "%s"

                #include "%s"
                """.formatted(origin, name.header(), name.weightsHeader()));
        text.append(memory());
        for (int index = 0; index < layers.size(); index++) {
            text.append(layer(index));
        }
        return text.append(functions()).toString();
    }

    private String memory() {
        return """

                #ifndef %1$s_ARENA_PLACEMENT
                #define %1$s_ARENA_PLACEMENT
                #endif

                // Activations. Where one is no longer read, another is written.
                static %1$s_ARENA_PLACEMENT __attribute__((aligned(32))) uint8_t network_arena[%2$d];
                // What a kernel works in.
                static __attribute__((aligned(16), unused)) uint16_t network_scratch[%3$d];
                """.formatted(name.upperCase(), plan.arena().arenaBytes(), scratchLanes());
    }

    /** Not inlined: the stack is then the deepest layer's, not the sum of all. */
    private String layer(int index) {
        return """

                // Layer %d, %s: %s.
                static __attribute__((noinline)) void %s(%s) {
                %s}
                """.formatted(
                        index,
                        CNames.comment(network.layers().get(index).name()),
                        layers.get(index).title(),
                        function(index),
                        layers.get(index).parameter(),
                        layers.get(index).body());
    }

    /** Begins with what no array of {@link LayerSource#arrayName} begins with. */
    private String function(int index) {
        String layer = CNames.identifier(network.layers().get(index).name());
        return String.format(Locale.ROOT, "run_layer_%02d%s", index, layer.isEmpty() ? "" : "_" + layer);
    }

    private String calls() {
        StringBuilder calls = new StringBuilder();
        int index = 0;
        while (index < layers.size()) {
            Optional<FusedBlock> fused = plan.fusion().blockOf(index);
            if (fused.isEmpty()) {
                calls.append("    ").append(function(index)).append("();\n");
                index++;
            } else {
                FusedBlock block = fused.get();
                calls.append("    for (int32_t turn = 0; turn < %d; ++turn) {\n".formatted(block.turns()));
                for (; block.contains(index); index++) {
                    calls.append("        ").append(function(index)).append("(turn);\n");
                }
                calls.append("    }\n");
            }
        }
        return calls.toString();
    }

    private String functions() {
        return """

                uint8_t *%1$s_input(void) { return %2$s; }

                void %1$s_run(void) {
                %3$s}

                void %1$s_output(int32_t output[%4$s_OUTPUT_COUNT]) {
                %5$s}
                """.formatted(
                        name.prefix(),
                        placed.inputs().get(0),
                        calls(),
                        name.upperCase(),
                        NetworkFiles.readOutputs(network, placed.outputs()));
    }
}
