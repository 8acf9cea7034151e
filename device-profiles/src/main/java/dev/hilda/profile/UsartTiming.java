// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

/**
 * Baud rate arithmetic of the STM32 USART with oversampling by 16 (RM0433 section 48.5.4): baud = f_ker / BRR, BRR a
 * whole number of kernel clock cycles per bit.
 */
public final class UsartTiming {
    /** Smallest divider the USART accepts with oversampling by 16. */
    public static final int MIN_BRR = 16;

    /** BRR is a 16-bit register. */
    public static final int MAX_BRR = 0xFFFF;

    private UsartTiming() {}

    /** The divider nearest to the wanted rate; may lie outside {@link #MIN_BRR}…{@link #MAX_BRR}. */
    public static long brr(long kernelHz, int baud) {
        return Math.floorDiv(2 * kernelHz + baud, 2L * baud);
    }

    /** Relative deviation of the rate the divider really gives from the wanted one, for example 0.0016. */
    public static double relativeError(long kernelHz, int baud) {
        double real = (double) kernelHz / Math.max(1, brr(kernelHz, baud));
        return Math.abs(real - baud) / baud;
    }
}
