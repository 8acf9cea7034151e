// SPDX-License-Identifier: Apache-2.0
/**
 * What a night of a suite came to, for whoever looks in the morning: {@link dev.hilda.agent.report.Morning} has the figures and
 * the words in the order of the page; what else is here renders it, and a run.
 */
@NullMarked
package dev.hilda.agent.report;

import org.jspecify.annotations.NullMarked;
