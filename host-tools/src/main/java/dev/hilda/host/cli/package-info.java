/**
 * The one command root. Composes the pipeline's stages and the agent's commands; with {@code dev.hilda.agent.cli} the
 * only package that imports Picocli. May import every package of ours; nothing imports it.
 */
@NullMarked
package dev.hilda.host.cli;

import org.jspecify.annotations.NullMarked;
