// SPDX-License-Identifier: Apache-2.0
/**
 * Jobs that boards share out among themselves: what is asked for, who may use a board meanwhile, and how a job ends. What
 * is kept of them, and who runs which, is the store's.
 */
@NullMarked
package dev.hilda.agent.jobs;

import org.jspecify.annotations.NullMarked;
