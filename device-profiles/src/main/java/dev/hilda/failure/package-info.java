// SPDX-License-Identifier: Apache-2.0
/** How a failure explains itself, whichever part of HILDA it happens in. JDK only. */
@NullMarked
package dev.hilda.failure;

import org.jspecify.annotations.NullMarked;
