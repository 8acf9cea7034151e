// SPDX-License-Identifier: Apache-2.0
/**
 * The page that shows what benches publish: messages become entries, entries become events for browsers. Imports {@code
 * publish} and its transport, {@code store} for history, and {@code http}; knows nothing of how a bench works.
 */
@NullMarked
package dev.hilda.agent.dashboard;

import org.jspecify.annotations.NullMarked;
