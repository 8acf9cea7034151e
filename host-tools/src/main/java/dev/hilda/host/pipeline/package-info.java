// SPDX-License-Identifier: Apache-2.0
/**
 * From a model file to a bundle, for commands and for services: the stages one after the other, each failure of a kind. Asks
 * no terminal, environment or signal; whoever calls says where to keep builds and who hears progress. Ends when its thread is
 * interrupted while it waits for a compiler. Imports every stage and the agent's bundle; imported by {@code
 * dev.hilda.host.cli} only.
 */
@NullMarked
package dev.hilda.host.pipeline;

import org.jspecify.annotations.NullMarked;
