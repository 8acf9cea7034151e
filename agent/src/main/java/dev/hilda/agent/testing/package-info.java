// SPDX-License-Identifier: Apache-2.0
/**
 * Boards, links and flashers in memory, with named ways to fail: for tests here and elsewhere, and for trying a bench
 * without one; random integer networks; and where test data is. May import {@code board}, {@code network} and
 * {@code protocol}.
 */
@NullMarked
package dev.hilda.agent.testing;

import org.jspecify.annotations.NullMarked;
