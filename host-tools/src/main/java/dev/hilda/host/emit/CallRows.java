// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;

/** How much of a layer a call of its kernel computes, in the words of C. */
enum CallRows {
    ALL {
        @Override
        String storage() {
            return "static const";
        }

        @Override
        String height(int height) {
            return Integer.toString(height);
        }

        @Override
        String window(Window window, TensorShape input, TensorShape output) {
            return initializer(
                    window,
                    input,
                    output,
                    Integer.toString(input.height()),
                    Integer.toString(output.height()),
                    Integer.toString(window.padTop()));
        }
    },
    /** Those of a turn: {@code TurnRows rows} of {@code kernels/rows.h}. */
    OF_TURN {
        @Override
        String storage() {
            return "const";
        }

        @Override
        String height(int height) {
            return "(uint32_t)rows.count";
        }

        @Override
        String window(Window window, TensorShape input, TensorShape output) {
            // Without padding a turn's first window begins with its first row: a constant saves the kernel's work.
            String padTop = window.padTop() == 0 ? "0" : "rows.pad_top";
            return initializer(window, input, output, "rows.input_height", "rows.count", padTop);
        }
    };

    /** Of the structure that describes the call. */
    abstract String storage();

    /** Of a kernel without a window, whose output has this height. */
    abstract String height(int height);

    /** Initializer of a WindowShape. */
    abstract String window(Window window, TensorShape input, TensorShape output);

    private static String initializer(
            Window window,
            TensorShape input,
            TensorShape output,
            String inputHeight,
            String outputHeight,
            String padTop) {
        return """
                {
                            .input_height = %s, .input_width = %d,
                            .output_height = %s, .output_width = %d,
                            .kernel_height = %d, .kernel_width = %d,
                            .stride_height = %d, .stride_width = %d,
                            .dilation_height = %d, .dilation_width = %d,
                            .pad_top = %s, .pad_left = %d,
                        }""".formatted(
                        inputHeight,
                        input.width(),
                        outputHeight,
                        output.width(),
                        window.kernelHeight(),
                        window.kernelWidth(),
                        window.strideHeight(),
                        window.strideWidth(),
                        window.dilationHeight(),
                        window.dilationWidth(),
                        padTop,
                        window.padLeft());
    }
}
