// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;

/** The header of a network's C library: its three functions and what the numbers mean. */
record LibraryHeader(IntegerNetwork network, LibraryName name, String origin, long ramBytes) {
    String text() {
        Tensor input = network.inputTensor();
        Tensor output = network.outputTensor();
        return """
                // SPDX-License-Identifier: Apache-2.0
                // A network of integers, made from %1$s.
                // No heap, no operating system, no input or output; %2$d bytes of static RAM.
                //
                //     copy %3$s_INPUT_BYTES to %4$s_input(), call %4$s_run(), then %4$s_output(values)
                //
                // It keeps its state in static memory: one caller at a time.
                #ifndef %3$s_NETWORK_H
                #define %3$s_NETWORK_H

                #include <stdint.h>

                #ifdef __cplusplus
                extern "C" {
                #endif

                // Input "%5$s": %6$s, channels next to one another.
                %7$s
                //     code = round(real / SCALE) + ZERO_POINT, within 0 and CODE_MAX
                #define %3$s_INPUT_BYTES %8$dU
                %9$s#define %3$s_INPUT_CODE_MAX %10$d
                #define %3$s_INPUT_SCALE %11$s
                #define %3$s_INPUT_ZERO_POINT %12$d

                // Output "%13$s": %14$s, channels next to one another.
                //     real = SCALE * (value - ZERO_POINT)
                #define %3$s_OUTPUT_COUNT %15$dU
                %16$s#define %3$s_OUTPUT_SCALE %17$s
                #define %3$s_OUTPUT_ZERO_POINT %18$d

                // Where the input goes. A run writes over it: fill it before each.
                uint8_t *%4$s_input(void);
                void %4$s_run(void);
                // Of the last run, before the next input is written.
                void %4$s_output(int32_t output[%3$s_OUTPUT_COUNT]);

                // The build may say where activations lie, as in
                //     -D%3$s_ARENA_PLACEMENT='__attribute__((section(".axi_sram")))'
                // That memory need not be cleared at the start.

                #ifdef __cplusplus
                }
                #endif

                #endif
                """.formatted(
                        origin,
                        ramBytes,
                        name.upperCase(),
                        name.prefix(),
                        CNames.comment(input.name()),
                        extents(input.shape()),
                        packing(input),
                        input.packedBytes(),
                        shape("INPUT", input.shape()),
                        (1 << input.bits()) - 1,
                        scale(input),
                        input.zeroPoint(),
                        CNames.comment(output.name()),
                        extents(output.shape()),
                        output.shape().elements(),
                        shape("OUTPUT", output.shape()),
                        scale(output),
                        output.zeroPoint());
    }

    private static String extents(TensorShape shape) {
        return "%d x %d pixels of %d channels".formatted(shape.height(), shape.width(), shape.channels());
    }

    private static String packing(Tensor input) {
        return input.bits() == Byte.SIZE
                ? "// A byte is a code of 8 bits without a sign."
                : "// A byte holds %d codes of %d bits, the first in the lowest; each pixel begins a byte."
                        .formatted(Byte.SIZE / input.bits(), input.bits());
    }

    private String shape(String tensor, TensorShape shape) {
        return """
                #define %1$s_HEIGHT %2$dU
                #define %1$s_WIDTH %3$dU
                #define %1$s_CHANNELS %4$dU
                """.formatted(name.upperCase() + "_" + tensor, shape.height(), shape.width(), shape.channels());
    }

    /** Single precision is what a microcontroller computes with. */
    private static String scale(Tensor tensor) {
        return (float) tensor.scale() + "f";
    }
}
