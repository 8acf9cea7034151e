// SPDX-License-Identifier: Apache-2.0
/**
 * A trained network as a graph that knows neither source format nor target: shapes, float weights and, when known,
 * quantization. Immutable. Shapes and windows are those of {@code dev.hilda.agent.network}; besides it imports only the JDK.
 */
@NullMarked
package dev.hilda.host.ir;

import org.jspecify.annotations.NullMarked;
