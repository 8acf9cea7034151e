// SPDX-License-Identifier: Apache-2.0
/**
 * The one command root: options, text and JSON of what {@code dev.hilda.host.pipeline} and the agent's commands do; with
 * {@code dev.hilda.agent.cli} the only package that imports Picocli. May import every package of ours; nothing imports it.
 */
@NullMarked
package dev.hilda.host.cli;

import org.jspecify.annotations.NullMarked;
