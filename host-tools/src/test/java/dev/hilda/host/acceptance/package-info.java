// SPDX-License-Identifier: Apache-2.0
/** Real models against what other programs made of them: recorded outputs, labels, and TensorFlow Lite itself. */
@NullMarked
package dev.hilda.host.acceptance;

import org.jspecify.annotations.NullMarked;
