// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Tensor;
import dev.hilda.host.kernel.KernelScheme;
import dev.hilda.host.memory.ArenaMemory;
import dev.hilda.host.memory.NetworkPlan;
import java.util.List;

/** The two files of a network that are not a layer's. */
record NetworkFiles(IntegerNetwork network, NetworkPlan plan, ArenaMemory arena, List<String> functions) {
    NetworkFiles {
        functions = List.copyOf(functions);
    }

    /** What layers share. */
    String header() {
        StringBuilder text = new StringBuilder("""
                // Generated from the network %s.
                #ifndef HILDA_LAYERS_H
                #define HILDA_LAYERS_H

                #include "app/network.h"

                // What a kernel works in: lanes of 16 bits, aligned to 8 bytes.
                extern uint16_t network_scratch[];

                """.formatted(CNames.comment(network.name())));
        for (int index = 0; index < functions.size(); index++) {
            String parameter = plan.fusion().blockOf(index).isPresent() ? FusedRows.PARAMETER : "void";
            text.append("void %s(%s);\n".formatted(functions.get(index), parameter));
        }
        return text.append("\n#endif\n").toString();
    }

    /**
     * What {@code app/network.h} declares.
     *
     * @param inputs where each input lies
     * @param outputs where each output lies
     */
    String definitions(List<String> inputs, List<String> outputs) {
        long scratchBytes = KernelScheme.scratchBytes(network);
        int arenaBytes = plan.arena().arenaBytes();
        StepSource steps = new StepSource(plan.fusion(), functions.size());
        return """
                // Generated from the network %s.
                #include "network/layers.h"

                #include "app/limits.h"
                #include "kernels/outputs.h"
                #include "port/placement.h"

                #include <string.h>

                const NetworkDescription network_description = {
                    .input_bytes = %d,
                    .output_count = %d,
                    .layer_count = %d,
                    .step_count = %d,
                    .arena_bytes = %d,
                };

                %s uint8_t network_arena[%d];
                __attribute__((aligned(16))) uint16_t network_scratch[%d];
                _Static_assert(%d <= NETWORK_SCRATCH_BYTES, "kernels need more to work in than there is");

                void network_write_input(const uint8_t *input) {
                %s}

                uint32_t network_layer_of(uint32_t step) {
                %s}

                void network_run_step(uint32_t step) {
                    switch (network_layer_of(step)) {
                %s    default:
                        break;
                    }
                }

                void network_read_output(int32_t *output) {
                %s}
                """.formatted(
                        CNames.comment(network.name()),
                        network.inputBytes(),
                        network.answerElements(),
                        functions.size(),
                        steps.count(),
                        arenaBytes,
                        arena == ArenaMemory.DATA ? "IN_DATA_MEMORY" : "IN_ACTIVATION_MEMORY",
                        arenaBytes,
                        Math.max(scratchBytes / Short.BYTES, 1),
                        scratchBytes,
                        writing(inputs),
                        steps.layerOf(),
                        cases(steps),
                        readOutputs(network, outputs));
    }

    /** Each input follows the one before it. */
    private String writing(List<String> inputs) {
        StringBuilder text = new StringBuilder();
        int written = 0;
        for (int index = 0; index < inputs.size(); index++) {
            int bytes = network.inputTensors().get(index).packedBytes();
            text.append("    memcpy(%s, input%s, %d);\n"
                    .formatted(inputs.get(index), written == 0 ? "" : " + " + written, bytes));
            written += bytes;
        }
        return text.toString();
    }

    /**
     * Reads all outputs, each behind the one before it.
     *
     * @param outputs where each lies
     */
    static String readOutputs(IntegerNetwork network, List<String> outputs) {
        StringBuilder text = new StringBuilder();
        int read = 0;
        for (int index = 0; index < outputs.size(); index++) {
            Tensor output = network.outputTensors().get(index);
            text.append("    read_outputs(%s, %d, %d, %d, output%s);\n"
                    .formatted(
                            outputs.get(index),
                            output.shape().pixels(),
                            output.shape().channels(),
                            output.bits(),
                            read == 0 ? "" : " + " + read));
            read += output.shape().elements();
        }
        return text.toString();
    }

    private String cases(StepSource steps) {
        StringBuilder text = new StringBuilder();
        for (int index = 0; index < functions.size(); index++) {
            text.append("    case ").append(index).append(":\n        ");
            String turn = plan.fusion().blockOf(index).map(steps::turn).orElse("");
            text.append("%s(%s);\n        break;\n".formatted(functions.get(index), turn));
        }
        return text.toString();
    }
}
