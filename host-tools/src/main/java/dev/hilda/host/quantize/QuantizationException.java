// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

/** A network or calibration data that cannot be quantized; the message says what, and where. */
public final class QuantizationException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    public QuantizationException(String problem) {
        super(problem);
    }
}
