// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

/** Hears how far quantization has come. */
@FunctionalInterface
public interface StepProgress {
    /**
     * A step has come further.
     *
     * @param step what is being done, for example {@code calibrate}
     * @param done how much of it is done, 0 … total
     * @param total the whole of it, in the same unit
     */
    void advance(String step, long done, long total);
}
