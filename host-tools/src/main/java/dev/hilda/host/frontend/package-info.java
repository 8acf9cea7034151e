// SPDX-License-Identifier: Apache-2.0
/**
 * What every model file becomes: a float graph and, of a quantized file, its integers; and how a file that cannot be read is
 * reported. Imports {@code dev.hilda.host.ir} only.
 */
@NullMarked
package dev.hilda.host.frontend;

import org.jspecify.annotations.NullMarked;
