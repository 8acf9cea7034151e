// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.lower;

/** A quantized graph that has no integer network; the message names the layer and the figures in the way. */
public final class LoweringException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public LoweringException(String problem) {
        super(problem);
    }

    static void require(boolean condition, String layer, String problem) {
        if (!condition) {
            throw new LoweringException("layer " + layer + ": " + problem);
        }
    }
}
