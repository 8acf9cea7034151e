// SPDX-License-Identifier: Apache-2.0
/**
 * Where in its source a firmware failed: by its file and the tools of its compiler. Imports {@code board} and
 * {@code process}.
 */
@NullMarked
package dev.hilda.agent.crash;

import org.jspecify.annotations.NullMarked;
