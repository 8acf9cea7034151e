// SPDX-License-Identifier: Apache-2.0
/**
 * Suites: which networks run on which data sets and boards, when, and what is tolerated, as somebody has written it down. Names
 * files and opens none; {@code cli} makes orders of nights of them.
 */
@NullMarked
package dev.hilda.agent.suite;

import org.jspecify.annotations.NullMarked;
