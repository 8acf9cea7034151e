// SPDX-License-Identifier: Apache-2.0
/**
 * Nights of suites: an order becomes a plan in the store, and when its jobs have ended, a {@link
 * dev.hilda.agent.report.Morning}. Imports the {@code store} with its {@code jobs}, the {@code verdict}s and the {@code report};
 * boards and files are others' business.
 */
@NullMarked
package dev.hilda.agent.night;

import org.jspecify.annotations.NullMarked;
