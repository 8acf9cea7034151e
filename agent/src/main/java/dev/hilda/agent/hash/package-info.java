// SPDX-License-Identifier: Apache-2.0
/** SHA-256, by which firmware, networks, bundles, data sets and caches are told apart. Imports nothing but the JDK. */
@NullMarked
package dev.hilda.agent.hash;

import org.jspecify.annotations.NullMarked;
