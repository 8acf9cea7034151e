// SPDX-License-Identifier: Apache-2.0
/**
 * Board profiles: what a board is and what may be done to it, as immutable records, and the strict loader that turns
 * a YAML file into one. Imports {@code dev.hilda.yaml} and the JDK.
 */
@NullMarked
package dev.hilda.profile;

import org.jspecify.annotations.NullMarked;
