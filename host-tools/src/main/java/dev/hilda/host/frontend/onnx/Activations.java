// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import java.util.List;

/**
 * A tensor that is made at run time.
 *
 * @param value name of the graph's value that holds its elements
 * @param type FLOAT, or what codes are stored as: their scale is told by what reads or makes them
 */
record Activations(String value, Layout layout, ElementType type) implements Value {
    @Override
    public List<Integer> dims() {
        return layout.dims();
    }

    /** The same elements in another arrangement of the file. */
    Activations with(Layout other) {
        return new Activations(value, other, type);
    }

    Activations of(ElementType other) {
        return new Activations(value, layout, other);
    }
}
