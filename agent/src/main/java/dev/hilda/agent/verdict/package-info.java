// SPDX-License-Identifier: Apache-2.0
/**
 * What two runs say of one another: which figures may be compared at all, what got better or worse, and what so many images
 * can show. Imports {@code result}, {@code measure} and {@code dataset} (for the metrics) and {@code dev.hilda.profile}, and
 * knows no store: who calls brings the runs.
 */
@NullMarked
package dev.hilda.agent.verdict;

import org.jspecify.annotations.NullMarked;
