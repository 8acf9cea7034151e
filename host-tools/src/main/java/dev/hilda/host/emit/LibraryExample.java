// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import java.util.Map;

/** What goes with a network's C library: how it is built, and a program that checks it with one input. */
public final class LibraryExample {
    private LibraryExample() {}

    /**
     * The files by their names.
     *
     * @param outputs how many the network has
     * @param input packed codes
     * @param output what the oracle computes from them
     */
    public static Map<String, String> files(LibraryName name, int outputs, byte[] input, int[] output) {
        return Map.of(
                "CMakeLists.txt",
                build(name),
                "main.c",
                program(name, outputs),
                name.exampleHeader(),
                values(name, input, output));
    }

    private static String build(LibraryName name) {
        return """
                # SPDX-License-Identifier: Apache-2.0
                # In your project: add_subdirectory(THIS_FOLDER) and target_link_libraries(YOURS %1$s).
                # Alone it also builds an example, %2$s_example.
                cmake_minimum_required(VERSION 3.18)
                project(%1$s C)

                add_library(%1$s STATIC %3$s)
                target_include_directories(%1$s PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
                # Kernels are specialised where they are called, which takes an optimizer. Address 0 may be memory (ITCM).
                target_compile_options(%1$s PRIVATE -std=gnu11 -O2 -fno-delete-null-pointer-checks)

                if(CMAKE_CURRENT_SOURCE_DIR STREQUAL CMAKE_SOURCE_DIR)
                  add_executable(%2$s_example main.c)
                  target_link_libraries(%2$s_example PRIVATE %1$s)
                endif()
                """.formatted(name.target(), name.prefix(), name.source());
    }

    private static String program(LibraryName name, int outputs) {
        StringBuilder calls = new StringBuilder();
        for (int index = 0; index < outputs; index++) {
            String macros = name.upperCase() + "_" + name.output(index, outputs);
            calls.append("    wrong += compare(output, %1$s, %2$s_COUNT, %2$s_SCALE, %2$s_ZERO_POINT);\n"
                    .formatted(outputs == 1 ? "0" : macros + "_FIRST", macros));
        }
        return """
                // SPDX-License-Identifier: Apache-2.0
                // Runs the network on one input of random codes and compares with what it has to compute.
                #include "%1$s"
                #include "%2$s"

                #include <stdio.h>
                #include <string.h>

                // Outputs that are wrong among some of one scale.
                static unsigned compare(const int32_t *output, unsigned first, unsigned count, float scale,
                                        int32_t zero_point) {
                    unsigned wrong = 0;
                    for (unsigned i = first; i < first + count; ++i) {
                        wrong += output[i] != example_output[i];
                        float real = scale * (float)(output[i] - zero_point);
                        printf("output %%u: %%ld, stands for %%g\\n", i, (long)output[i], (double)real);
                    }
                    return wrong;
                }

                int main(void) {
                    memcpy(%3$s_input(), example_input, sizeof example_input);
                    %3$s_run();
                    int32_t output[%4$s_OUTPUT_COUNT];
                    %3$s_output(output);

                    unsigned wrong = 0;
                %5$s    printf("%%u of %%u outputs are wrong\\n", wrong, %4$s_OUTPUT_COUNT);
                    return wrong == 0 ? 0 : 1;
                }
                """.formatted(name.header(), name.exampleHeader(), name.prefix(), name.upperCase(), calls);
    }

    private static String values(LibraryName name, byte[] input, int[] output) {
        return """
                // SPDX-License-Identifier: Apache-2.0
                // One input and its outputs, as HILDA's reference interpreter computes them.
                #ifndef %1$s_EXAMPLE_H
                #define %1$s_EXAMPLE_H

                #include <stdint.h>

                %2$s
                %3$s
                #endif
                """.formatted(
                name.upperCase(), CArray.bytes("example_input", input), CArray.integers("example_output", output));
    }
}
