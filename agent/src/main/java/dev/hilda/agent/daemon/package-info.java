// SPDX-License-Identifier: Apache-2.0
/**
 * The bench as a service: boards that come and go, each with a worker of its own, what they are allowed to do and when.
 * Jobs come from {@code agent.jobs}, by whatever surface they were submitted.
 */
@NullMarked
package dev.hilda.agent.daemon;

import org.jspecify.annotations.NullMarked;
