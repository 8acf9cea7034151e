// SPDX-License-Identifier: Apache-2.0
/**
 * TensorFlow Lite files (schema version 3) to and from the graph: float32, int8 and uint8. Reading trusts nothing in the
 * file; whatever is wrong with one is a {@link dev.hilda.host.frontend.ModelException}. Imports {@code dev.hilda.host.ir}
 * and, for writing, FlatBuffers.
 */
@NullMarked
package dev.hilda.host.frontend.tflite;

import org.jspecify.annotations.NullMarked;
