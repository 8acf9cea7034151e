// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.tensor;

/** Sees the activations of each value of a graph, the input's first, in the order they are made. */
@FunctionalInterface
public interface ActivationVisitor {
    /** Called once per value and batch. */
    void visit(String value, Batch activations);
}
