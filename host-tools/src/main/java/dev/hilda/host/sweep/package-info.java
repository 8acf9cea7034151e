// SPDX-License-Identifier: Apache-2.0
/**
 * The table of the method on a user's network: each variant at each bit mix, its accuracy in integers and what it takes. May
 * import the stages of quantization up to {@code lower}, the oracle, {@code measure}, {@code verdict} (for the tests of several
 * comparisons), {@code hash} and {@code folder}, and Jackson.
 */
@NullMarked
package dev.hilda.host.sweep;

import org.jspecify.annotations.NullMarked;
