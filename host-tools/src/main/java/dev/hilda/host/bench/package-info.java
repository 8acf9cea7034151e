// SPDX-License-Identifier: Apache-2.0
/** Kernels and networks timed by themselves, on a board. */
@NullMarked
package dev.hilda.host.bench;

import org.jspecify.annotations.NullMarked;
