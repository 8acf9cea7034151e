// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.host.emit.GeneratedSources;
import dev.hilda.host.emit.NetworkBatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Many networks as one that a board's firmware runs. Their inputs and outputs differ in length, those of the one network
 * do not: each goes over the line in parts of one size. A request names the case and the part of its input, the answer
 * holds a part of its outputs; the network runs when its last input part has come, and what follows asks for the rest of
 * its outputs.
 */
final class CaseFirmware {
    private static final int HEAD_BYTES = 4;
    private static final int PART_BYTES = 1024;
    private static final int PART_OUTPUTS = 256;

    private static final String DISPATCH = """
            #include "network/cases.h"

            #include "port/placement.h"
            #include <string.h>

            #define PART_BYTES %1$dU
            #define PART_OUTPUTS %2$dU

            const NetworkDescription network_description = {
                .input_bytes = 4U + PART_BYTES,
                .output_count = PART_OUTPUTS,
                .layer_count = 1U,
                .step_count = 1U,
                .arena_bytes = %5$dU,
            };

            static IN_ACTIVATION_MEMORY uint8_t request[4U + PART_BYTES];
            static IN_ACTIVATION_MEMORY uint8_t input[%3$dU * PART_BYTES];
            static IN_ACTIVATION_MEMORY int32_t outputs[%4$dU * PART_OUTPUTS];
            static uint32_t output_part;

            static void run(uint32_t number) {
                const NetworkDescription *description = case_description(number);
                case_write_input(number, input);
                for (uint32_t step = 0; step < description->step_count; ++step) {
                    case_run_step(number, step);
                }
                case_read_output(number, outputs);
            }

            void network_write_input(const uint8_t *from) { memcpy(request, from, sizeof request); }

            uint32_t network_layer_of(uint32_t step) { return step; }

            void network_run_step(uint32_t step) {
                (void)step;
                uint32_t number = request[0] | (uint32_t)request[1] << 8;
                uint32_t part = request[2];
                uint32_t last = (case_description(number)->input_bytes - 1U) / PART_BYTES;
                if (part <= last) {
                    memcpy(input + part * PART_BYTES, request + 4, PART_BYTES);
                }
                if (part == last) {
                    run(number);
                }
                output_part = part < last ? 0U : part - last;
            }

            void network_read_output(int32_t *output) {
                memcpy(output, outputs + output_part * PART_OUTPUTS, PART_OUTPUTS * sizeof *output);
            }
            """;

    private final List<IntegerNetwork> networks;

    CaseFirmware(List<IntegerNetwork> networks) {
        this.networks = List.copyOf(networks);
    }

    /** C files by their path in the firmware template. */
    Map<String, String> sources() {
        NetworkBatch batch = new NetworkBatch(networks, true);
        GeneratedSources cases = batch.sources();
        Map<String, String> files = new TreeMap<>(cases.files());
        files.put(
                "network/dispatch.c",
                DISPATCH.formatted(
                        PART_BYTES,
                        PART_OUTPUTS,
                        parts(batch.inputBytes(), PART_BYTES),
                        parts(batch.outputCount(), PART_OUTPUTS),
                        batch.arenaBytes()));
        return files;
    }

    /**
     * What to send.
     *
     * @param inputs packed input codes, one per network
     */
    Iterator<byte[]> requests(List<byte[]> inputs) {
        List<byte[]> requests = new ArrayList<>();
        for (int number = 0; number < networks.size(); number++) {
            byte[] input = inputs.get(number);
            for (int part = 0; part < partsOf(number); part++) {
                ByteBuffer request =
                        ByteBuffer.allocate(HEAD_BYTES + PART_BYTES).order(ByteOrder.LITTLE_ENDIAN);
                request.putShort((short) number).putShort((short) part);
                int from = Math.min(input.length, part * PART_BYTES);
                request.put(input, from, Math.min(input.length - from, PART_BYTES));
                requests.add(request.array());
            }
        }
        return requests.iterator();
    }

    /**
     * Each network's outputs.
     *
     * @param answers outputs of each request, in order
     */
    List<int[]> outputs(Iterator<int[]> answers) {
        List<int[]> outputs = new ArrayList<>();
        for (int number = 0; number < networks.size(); number++) {
            int inputParts = inputParts(number);
            int[] values = new int[networks.get(number).answerElements()];
            for (int part = 0; part < partsOf(number); part++) {
                int[] answer = answers.next();
                int from = (part - inputParts + 1) * PART_OUTPUTS;
                if (from >= 0) {
                    System.arraycopy(answer, 0, values, from, Math.min(PART_OUTPUTS, values.length - from));
                }
            }
            outputs.add(values);
        }
        return outputs;
    }

    private int partsOf(int number) {
        int outputs = networks.get(number).answerElements();
        return inputParts(number) - 1 + parts(outputs, PART_OUTPUTS);
    }

    private int inputParts(int number) {
        return parts(networks.get(number).inputBytes(), PART_BYTES);
    }

    private static int parts(int whole, int part) {
        return (whole + part - 1) / part;
    }
}
