// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.ir;

/** A graph that contradicts itself; the message names the node or value. */
public final class GraphException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    public GraphException(String problem) {
        super(problem);
    }
}
