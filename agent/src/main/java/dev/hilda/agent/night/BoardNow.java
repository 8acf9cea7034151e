// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.night;

import java.util.Optional;

/**
 * A board of this bench when its night is judged.
 *
 * @param state as the agent lists it
 */
public record BoardNow(String serial, String board, String state, Optional<String> holder) {}
