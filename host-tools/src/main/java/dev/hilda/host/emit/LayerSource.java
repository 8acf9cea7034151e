// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.emit;

import dev.hilda.agent.network.Requantization;
import dev.hilda.agent.network.Tensor;
import dev.hilda.agent.network.TensorShape;
import dev.hilda.agent.network.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * What one layer becomes in C.
 *
 * @param title what it computes, as a comment
 * @param kernelHeaders of what it calls, relative to {@code kernels/}
 * @param constants definitions of its arrays
 * @param parameter of its function
 * @param body statements of its function
 */
record LayerSource(String title, List<String> kernelHeaders, List<String> constants, String parameter, String body) {
    LayerSource {
        kernelHeaders = List.copyOf(kernelHeaders);
        constants = List.copyOf(constants);
    }

    /** Of one kernel. */
    LayerSource(String title, String kernelHeader, List<String> constants, String body) {
        this(title, List.of(kernelHeader), constants, "void", body);
    }

    /** The same, and then something else. */
    LayerSource andThen(String kernelHeader, String statement) {
        List<String> headers = new ArrayList<>(kernelHeaders);
        headers.add(kernelHeader);
        return new LayerSource(title, headers, constants, parameter, body + statement);
    }

    /** The same in turns, each of which begins with other statements. */
    LayerSource inTurns(String kernelHeader, String statements) {
        List<String> headers = new ArrayList<>(kernelHeaders);
        headers.add(kernelHeader);
        return new LayerSource(title + "; fused", headers, constants, FusedRows.PARAMETER, statements + body);
    }

    /** Where the arrays of layer {@code index} live. */
    static String arrayName(int index, String array) {
        return String.format("layer_%02d_%s", index, array);
    }

    /** Initializer of a Requantization. */
    static String requantization(Requantization requantization) {
        return "{.left_shift = %d, .right_shift = %d, .addend = %s, .low = %s, .high = %s}"
                .formatted(
                        requantization.leftShift(),
                        requantization.rightShift(),
                        CArray.integer(requantization.addend()),
                        CArray.integer(requantization.low()),
                        CArray.integer(requantization.high()));
    }

    /** A window and its tensors in words. */
    static String describe(String operator, Window window, Tensor input, Tensor output) {
        return "%s %d×%d, stride %d×%d, %s"
                .formatted(
                        operator,
                        window.kernelHeight(),
                        window.kernelWidth(),
                        window.strideHeight(),
                        window.strideWidth(),
                        describe(input, output));
    }

    static String describe(Tensor input, Tensor output) {
        return describe(input) + " → " + describe(output);
    }

    static String describe(Tensor tensor) {
        return "%s of %d bits".formatted(shape(tensor.shape()), tensor.bits());
    }

    private static String shape(TensorShape shape) {
        return "%d×%d×%d".formatted(shape.height(), shape.width(), shape.channels());
    }
}
