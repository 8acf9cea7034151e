// SPDX-License-Identifier: Apache-2.0
/**
 * The agent's commands and the mapping from failures to messages and exit codes. The only package of the agent that
 * imports Picocli; it may import every other package of the agent and {@code dev.hilda.profile}.
 */
@NullMarked
package dev.hilda.agent.cli;

import org.jspecify.annotations.NullMarked;
