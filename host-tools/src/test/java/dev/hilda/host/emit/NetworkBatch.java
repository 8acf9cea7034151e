// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.testing.RandomNetworks;
import dev.hilda.host.firmware.FirmwareLimits;
import dev.hilda.host.kernel.KernelScheme;
import dev.hilda.host.memory.NetworkPlan;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * The generated C of many networks in one program: their names get a prefix, and switches lead from the number of a case
 * to its functions, as pointers would leave the firmware's stack without a bound. What is compiled is the text that the
 * emitter wrote, with names exchanged.
 */
public final class NetworkBatch {
    private static final int CASES_PER_FILE = 8;
    private static final Pattern GLOBAL_NAME = Pattern.compile("\\bnetwork_(?=[a-z])");
    private static final Pattern ARRAY_NAME = Pattern.compile("\\blayer_(?=\\d)");
    private static final Pattern OWN_HEADER = Pattern.compile("#include \"network/layers.h\"\n");
    private static final Pattern MEMORY = Pattern.compile(
            "IN_ACTIVATION_MEMORY (uint8_t \\w+)\\[\\d+];\n__attribute__\\(\\(aligned\\(16\\)\\)\\) (uint16_t \\w+)\\[(\\d+)];\n");

    /** The file that chooses among the cases. */
    public static final String CHOICE = "network/cases.c";

    private final List<IntegerNetwork> networks;
    private final Function<IntegerNetwork, NetworkPlan> placement;
    private final boolean sharedMemory;
    private long scratchLanes = 1;
    private long arenaBytes = 1;

    /**
     * @param sharedMemory whether all networks use one arena and one scratch buffer, as on a board, where the
     *     application knows the arena as {@code network_arena}; else each has its own, so that a sanitizer sees where
     *     they end
     */
    public NetworkBatch(List<IntegerNetwork> networks, boolean sharedMemory) {
        this(networks, NetworkPlan::unfused, sharedMemory);
    }

    /** @param placement where each network's tensors lie, and what of it is fused */
    NetworkBatch(List<IntegerNetwork> networks, Function<IntegerNetwork, NetworkPlan> placement, boolean sharedMemory) {
        this.networks = List.copyOf(networks);
        this.placement = placement;
        this.sharedMemory = sharedMemory;
    }

    /** Random networks from this seed on, but for the one in 100,000 whose kernels need more than the firmware leaves. */
    public static List<IntegerNetwork> samples(long seed, int count) {
        long scratchBytes = FirmwareLimits.read().scratchBytes();
        return LongStream.iterate(seed, next -> next + 1)
                .mapToObj(RandomNetworks::sample)
                .filter(network -> KernelScheme.scratchBytes(network) <= scratchBytes)
                .limit(count)
                .toList();
    }

    /** Sources that define what {@code network/cases.h} declares. */
    public GeneratedSources sources() {
        Map<String, String> files = new TreeMap<>();
        for (int first = 0; first < networks.size(); first += CASES_PER_FILE) {
            StringBuilder text = new StringBuilder();
            for (int i = first; i < Math.min(networks.size(), first + CASES_PER_FILE); i++) {
                text.append(caseText(i));
            }
            files.put(String.format("network/cases_%04d.c", first), text.toString());
        }
        files.put("network/cases.h", header());
        files.put(CHOICE, choice());
        return new GeneratedSources(files, List.of());
    }

    /** Bytes of the shared arena; known after {@link #sources}. */
    public long arenaBytes() {
        return arenaBytes;
    }

    /** Bytes of the longest input. */
    public int inputBytes() {
        return networks.stream().mapToInt(IntegerNetwork::inputBytes).max().orElse(0);
    }

    /** Most outputs of any case. */
    public int outputCount() {
        return networks.stream().mapToInt(IntegerNetwork::answerElements).max().orElse(0);
    }

    private String caseText(int index) {
        IntegerNetwork network = networks.get(index);
        NetworkPlan plan = placement.apply(network);
        arenaBytes = Math.max(arenaBytes, plan.arena().arenaBytes());
        GeneratedSources sources = NetworkEmitter.emit(network, plan);
        StringBuilder text = new StringBuilder();
        text.append(sources.text("network/layers.h").replace("HILDA_LAYERS_H", "HILDA_LAYERS_H_" + index));
        text.append("extern uint8_t network_arena[];\n");
        for (String path : sources.compiled()) {
            text.append(OWN_HEADER.matcher(sources.text(path)).replaceAll(""));
        }
        String named = GLOBAL_NAME.matcher(text).replaceAll("case_" + index + "_");
        named = ARRAY_NAME.matcher(named).replaceAll("case_" + index + "_layer_");
        return sharedMemory ? withSharedMemory(named) : named;
    }

    private String withSharedMemory(String text) {
        var memory = MEMORY.matcher(text);
        if (!memory.find()) {
            throw new IllegalStateException("no arena and scratch in the generated sources");
        }
        scratchLanes = Math.max(scratchLanes, Long.parseLong(memory.group(3)));
        String arena = memory.group(1).replace("uint8_t ", "");
        String scratch = memory.group(2).replace("uint16_t ", "");
        return "#include \"network/cases.h\"\n#define " + arena + " network_arena\n#define " + scratch
                + " shared_scratch\n" + memory.replaceAll("");
    }

    private static String header() {
        return """
                #ifndef CASES_H
                #define CASES_H

                #include "app/network.h"

                /* The functions of network.h, of the case with a number below network_case_count. */
                const NetworkDescription *case_description(uint32_t number);
                void case_write_input(uint32_t number, const uint8_t *input);
                void case_run_step(uint32_t number, uint32_t step);
                void case_read_output(uint32_t number, int32_t *output);

                extern const uint32_t network_case_count;
                extern uint16_t shared_scratch[];

                #endif
                """;
    }

    private String choice() {
        StringBuilder text = new StringBuilder("#include \"network/cases.h\"\n\n#include \"port/placement.h\"\n\n");
        for (int i = 0; i < networks.size(); i++) {
            text.append("""
                    extern const NetworkDescription case_%1$d_description;
                    void case_%1$d_write_input(const uint8_t *input);
                    void case_%1$d_run_step(uint32_t step);
                    void case_%1$d_read_output(int32_t *output);
                    """.formatted(i));
        }
        text.append("const uint32_t network_case_count = %d;\n".formatted(networks.size()));
        text.append(choosing(
                "const NetworkDescription *case_description(uint32_t number)", "return &case_%d_description;", "0"));
        text.append(choosing(
                "void case_write_input(uint32_t number, const uint8_t *input)",
                "case_%d_write_input(input); return;",
                ""));
        text.append(
                choosing("void case_run_step(uint32_t number, uint32_t step)", "case_%d_run_step(step); return;", ""));
        text.append(choosing(
                "void case_read_output(uint32_t number, int32_t *output)", "case_%d_read_output(output); return;", ""));
        if (sharedMemory) {
            text.append("IN_ACTIVATION_MEMORY uint8_t network_arena[")
                    .append(arenaBytes)
                    .append("];\n");
            text.append("__attribute__((aligned(16))) uint16_t shared_scratch[")
                    .append(scratchLanes)
                    .append("];\n");
        }
        return text.toString();
    }

    /**
     * A function that does one thing for each number.
     *
     * @param statement with a place for the number
     * @param otherwise what any other number returns
     */
    private String choosing(String signature, String statement, String otherwise) {
        StringBuilder text = new StringBuilder(signature + " {\n    switch (number) {\n");
        for (int i = 0; i < networks.size(); i++) {
            text.append("    case %d: ".formatted(i))
                    .append(statement.formatted(i))
                    .append("\n");
        }
        return text.append("    default: return ")
                .append(otherwise)
                .append(";\n    }\n}\n")
                .toString();
    }
}
