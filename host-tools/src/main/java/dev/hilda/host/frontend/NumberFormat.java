// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend;

/** The numbers a model file is made of. */
public enum NumberFormat {
    FLOAT32("float32"),
    /** Signed codes, one weight scale per output channel. */
    INT8_PER_CHANNEL("int8 per channel"),
    /** Signed codes, one weight scale per tensor. */
    INT8_PER_LAYER("int8 per layer"),
    /** Unsigned codes, one weight scale per tensor. */
    UINT8_PER_LAYER("uint8 per layer"),
    /** Of widths and scales that each tensor has for itself. */
    CODES("codes of up to 8 bits");

    private final String label;

    NumberFormat(String label) {
        this.label = label;
    }

    /** As it is shown to people, for example {@code int8 per channel}. */
    public String label() {
        return label;
    }
}
