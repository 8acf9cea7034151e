// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import java.util.List;

/** What one of the file's names stands for. */
sealed interface Value permits Constant, Activations {
    ElementType type();

    /** Extents, outermost first, as the file has them; empty for a scalar. */
    List<Integer> dims();
}
