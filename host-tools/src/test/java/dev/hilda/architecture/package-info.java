// SPDX-License-Identifier: Apache-2.0
/** The dependency rules between modules and packages, and the house rules for sources, as tests. */
@NullMarked
package dev.hilda.architecture;

import org.jspecify.annotations.NullMarked;
