// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

import java.util.List;

/**
 * The serial port that the ST-Link bridges.
 *
 * @param instance peripheral, for example {@code USART3}
 * @param txPin for example {@code PD8}
 * @param rxPin for example {@code PD9}
 * @param alternateFunction 0…15
 * @param defaultBaud rate after reset, 8N1 without flow control
 * @param baudLadder rates to try, ascending
 */
public record Usart(
        String instance, String txPin, String rxPin, int alternateFunction, int defaultBaud, List<Integer> baudLadder) {
    public Usart {
        baudLadder = List.copyOf(baudLadder);
        Require.that(alternateFunction >= 0 && alternateFunction <= 15, "alternate_function must be 0…15");
        Require.that(defaultBaud > 0, "default_baud must be positive");
    }
}
