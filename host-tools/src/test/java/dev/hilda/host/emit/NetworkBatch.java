package dev.hilda.host.emit;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.host.memory.ArenaPlan;
import dev.hilda.host.memory.ArenaPlanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The generated C of many networks in one program: their names get a prefix, and tables lead from the number of a case
 * to its functions. What is compiled is the text that the emitter wrote, with names exchanged.
 */
public final class NetworkBatch {
    private static final int CASES_PER_FILE = 8;
    private static final Pattern GLOBAL_NAME = Pattern.compile("\\bnetwork_(?=[a-z])");
    private static final Pattern ARRAY_NAME = Pattern.compile("\\blayer_(?=\\d)");
    private static final Pattern OWN_HEADER = Pattern.compile("#include \"network/layers.h\"\n");
    private static final Pattern MEMORY = Pattern.compile(
            "IN_ACTIVATION_MEMORY (uint8_t \\w+)\\[\\d+];\n__attribute__\\(\\(aligned\\(8\\)\\)\\) (uint16_t \\w+)\\[(\\d+)];\n");

    /** The file that the tables are in. */
    public static final String TABLES = "network/cases.c";

    private final List<IntegerNetwork> networks;
    private final boolean sharedMemory;
    private long scratchLanes = 1;
    private long arenaBytes = 1;

    /**
     * @param sharedMemory whether all networks use one arena and one scratch buffer, as on a board, where the
     *     application knows the arena as {@code network_arena}; else each has its own, so that a sanitizer sees where
     *     they end
     */
    public NetworkBatch(List<IntegerNetwork> networks, boolean sharedMemory) {
        this.networks = List.copyOf(networks);
        this.sharedMemory = sharedMemory;
    }

    /** Sources that define {@code network_case_count} and {@code network_cases}, declared in {@code network/cases.h}. */
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
        files.put(TABLES, tables());
        return new GeneratedSources(files);
    }

    /** Bytes of the shared arena; known after {@link #sources}. */
    public long arenaBytes() {
        return arenaBytes;
    }

    /** Bytes of the longest input. */
    public int inputBytes() {
        return networks.stream()
                .mapToInt(network -> network.inputTensor().packedBytes())
                .max()
                .orElse(0);
    }

    /** Most outputs of any case. */
    public int outputCount() {
        return networks.stream()
                .mapToInt(network -> network.outputTensor().shape().elements())
                .max()
                .orElse(0);
    }

    private String caseText(int index) {
        IntegerNetwork network = networks.get(index);
        ArenaPlan arena = ArenaPlanner.plan(network);
        arenaBytes = Math.max(arenaBytes, arena.arenaBytes());
        GeneratedSources sources = NetworkEmitter.emit(network, arena);
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

                typedef struct Case {
                    const NetworkDescription *description;
                    uint8_t *(*input)(void);
                    void (*run_layer)(uint32_t layer);
                    void (*read_output)(int32_t *output);
                } Case;

                extern const Case network_cases[];
                extern const uint32_t network_case_count;
                extern uint16_t shared_scratch[];

                #endif
                """;
    }

    private String tables() {
        StringBuilder text = new StringBuilder("#include \"network/cases.h\"\n\n#include \"kernels/placement.h\"\n\n");
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < networks.size(); i++) {
            String name = "case_" + i;
            text.append("extern const NetworkDescription ").append(name).append("_description;\n");
            text.append("uint8_t *").append(name).append("_input(void);\n");
            text.append("void ").append(name).append("_run_layer(uint32_t layer);\n");
            text.append("void ").append(name).append("_read_output(int32_t *output);\n");
            rows.add("    {&%1$s_description, %1$s_input, %1$s_run_layer, %1$s_read_output},\n".formatted(name));
        }
        text.append("\nconst uint32_t network_case_count = ")
                .append(networks.size())
                .append(";\n");
        text.append("const Case network_cases[] = {\n")
                .append(String.join("", rows))
                .append("};\n");
        if (sharedMemory) {
            text.append("IN_ACTIVATION_MEMORY uint8_t network_arena[")
                    .append(arenaBytes)
                    .append("];\n");
            text.append("__attribute__((aligned(8))) uint16_t shared_scratch[")
                    .append(scratchLanes)
                    .append("];\n");
        }
        return text.toString();
    }
}
