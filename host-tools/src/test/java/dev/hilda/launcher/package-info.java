// SPDX-License-Identifier: Apache-2.0
/** Tests of the scripts at the root of the repository, each in a folder of its own. */
@NullMarked
package dev.hilda.launcher;

import org.jspecify.annotations.NullMarked;
