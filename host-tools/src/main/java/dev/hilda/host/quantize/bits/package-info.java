// SPDX-License-Identifier: Apache-2.0
/**
 * How many bits each activation and each layer's weights get so that a network fits its memory (Rusci et al. 2020,
 * section 5).
 */
@NullMarked
package dev.hilda.host.quantize.bits;

import org.jspecify.annotations.NullMarked;
