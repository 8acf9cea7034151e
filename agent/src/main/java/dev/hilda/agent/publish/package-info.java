// SPDX-License-Identifier: Apache-2.0
/**
 * What the bench tells the world: topics, messages and the port that publishes results. May import {@code board} and {@code
 * result}; transports live in sub-packages.
 */
@NullMarked
package dev.hilda.agent.publish;

import org.jspecify.annotations.NullMarked;
