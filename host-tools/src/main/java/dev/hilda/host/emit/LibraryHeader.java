// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import java.util.List;

/** The header of a network's C library: its three functions and what the numbers mean. */
record LibraryHeader(IntegerNetwork network, LibraryName name, String origin, long ramBytes) {
    String text() {
        Tensor input = network.inputTensor();
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

                %13$s
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
                        outputs());
    }

    /** Of several outputs each has its own names, and all stand one after the other in what a run gives. */
    private String outputs() {
        List<Tensor> outputs = network.outputTensors();
        if (outputs.size() == 1) {
            return output("OUTPUT", outputs.get(0), "");
        }
        StringBuilder text =
                new StringBuilder("""
                // %d outputs, one after the other.
                #define %s_OUTPUT_COUNT %dU
                """.formatted(outputs.size(), name.upperCase(), network.answerElements()));
        int first = 0;
        for (int index = 0; index < outputs.size(); index++) {
            Tensor output = outputs.get(index);
            String macro = name.output(index, outputs.size());
            String place = "#define %s_%s_FIRST %dU\n".formatted(name.upperCase(), macro, first);
            text.append('\n').append(output(macro, output, place));
            first += output.shape().elements();
        }
        return text.toString();
    }

    private String output(String macro, Tensor output, String place) {
        return """
                // Output "%3$s": %4$s, channels next to one another.
                //     real = SCALE * (value - ZERO_POINT)
                %5$s#define %1$s_%2$s_COUNT %6$dU
                %7$s#define %1$s_%2$s_SCALE %8$s
                #define %1$s_%2$s_ZERO_POINT %9$d
                """.formatted(
                        name.upperCase(),
                        macro,
                        CNames.comment(output.name()),
                        extents(output.shape()),
                        place,
                        output.shape().elements(),
                        shape(macro, output.shape()),
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
