// SPDX-License-Identifier: Apache-2.0
/** Rewrites a graph into the few operators that the later stages know, and completes the quantization of one. */
@NullMarked
package dev.hilda.host.ir.rewrite;

import org.jspecify.annotations.NullMarked;
