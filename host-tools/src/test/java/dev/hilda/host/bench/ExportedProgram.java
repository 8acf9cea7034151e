// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import dev.hilda.agent.bundle.Provenance;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.oracle.Oracle;
import dev.hilda.agent.testing.RandomNetworks;
import dev.hilda.host.emit.LibraryName;
import dev.hilda.host.export.CExport;
import dev.hilda.host.memory.NetworkPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Exported networks in one program of the test's own, which runs each on several inputs and counts wrong outputs. */
final class ExportedProgram {
    private static final int INPUTS = 4;

    /** Where the C of both programs that the test brings lies. */
    private static final Path RESOURCES = Path.of("src", "test", "resources", "exported-firmware");

    static final Provenance PROVENANCE = new Provenance(
            "model.tflite", "ab".repeat(32), "0.1.0", 5, "gcc", List.of(), List.of(), "board", "STM32H743ZIT6");

    private final Path folder;
    private final List<String> names = new ArrayList<>();
    private final StringBuilder includes = new StringBuilder("#include <stdint.h>\n#include <string.h>\n\n");
    private final StringBuilder cases = new StringBuilder("uint32_t wrong_outputs(void);\n"
            + "uint32_t wrong_outputs(void) {\n    uint32_t wrong = 0;\n    static int32_t output[65536];\n");

    ExportedProgram(Path folder) {
        this.folder = folder;
    }

    /** Exports one network more, with the oracle's outputs for some inputs. */
    void add(IntegerNetwork network) {
        add(network, NetworkPlan.unfused(network));
    }

    /** The same of a network of which some layers may be fused. */
    void add(IntegerNetwork network, NetworkPlan plan) {
        LibraryName name = LibraryName.of(network.name());
        CExport.of(network, plan, PROVENANCE, name).write(folder.resolve(name.prefix()), false);
        names.add(name.prefix());
        includes.append("#include \"").append(name.header()).append("\"\n");
        for (int i = 0; i < INPUTS; i++) {
            byte[] input = RandomNetworks.packedInput(network, i);
            cases.append(
                    """
                        {
                            static const uint8_t input[] = {%1$s};
                            static const int32_t expected[] = {%2$s};
                            memcpy(%3$s_input(), input, sizeof input);
                            %3$s_run();
                            %3$s_output(output);
                            for (uint32_t i = 0; i < sizeof expected / sizeof *expected; ++i) {
                                wrong += output[i] != expected[i];
                            }
                        }
                    """.formatted(join(unsigned(input)), join(Oracle.of(network).run(input)), name.prefix()));
        }
    }

    /** The folder, ready for its own CMake file. */
    Path firmware() throws IOException {
        for (String file : List.of("CMakeLists.txt", "toolchain.cmake", "bare.ld", "startup.c")) {
            Files.copy(RESOURCES.resolve(file), folder.resolve(file));
        }
        writeCases();
        return folder;
    }

    /** The folder, ready for a CMake file that makes {@code program} of it, whose exit code tells of wrong outputs. */
    Path host(String flags) throws IOException {
        Files.writeString(folder.resolve("CMakeLists.txt"), """
                cmake_minimum_required(VERSION 3.18)
                project(program C)
                add_compile_options(%1$s)
                add_link_options(%1$s)
                add_executable(program main.c cases.c)
                foreach(network %2$s)
                  add_subdirectory(${network})
                  target_link_libraries(program PRIVATE ${network}_network)
                endforeach()
                """.formatted(flags, String.join(" ", names)));
        Files.writeString(folder.resolve("main.c"), """
                #include <stdint.h>
                #include <stdio.h>
                uint32_t wrong_outputs(void);
                int main(void) {
                    uint32_t wrong = wrong_outputs();
                    printf("%u wrong\\n", wrong);
                    return wrong != 0;
                }
                """);
        writeCases();
        return folder;
    }

    String cmakeList() {
        return String.join(";", names);
    }

    private void writeCases() throws IOException {
        Files.writeString(folder.resolve("cases.c"), includes + "\n" + cases + "    return wrong;\n}\n");
    }

    private static int[] unsigned(byte[] bytes) {
        int[] values = new int[bytes.length];
        Arrays.setAll(values, i -> Byte.toUnsignedInt(bytes[i]));
        return values;
    }

    private static String join(int[] values) {
        return Arrays.stream(values)
                .mapToObj(value -> value == Integer.MIN_VALUE ? "INT32_MIN" : String.format(Locale.ROOT, "%d", value))
                .collect(Collectors.joining(", "));
    }
}
