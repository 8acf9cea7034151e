// SPDX-License-Identifier: Apache-2.0
/**
 * What the bench can do to a board, as interfaces, and how it says that something failed. Imports no adapter, no
 * vendor library and of the agent only {@code hash}.
 */
@NullMarked
package dev.hilda.agent.board;

import org.jspecify.annotations.NullMarked;
