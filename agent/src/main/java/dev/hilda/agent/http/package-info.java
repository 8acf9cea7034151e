// SPDX-License-Identifier: Apache-2.0
/**
 * What others may ask a bench over HTTP: JSON in and out, each caller known by a token, everything that comes in bounded.
 * Knows nothing of boards.
 */
@NullMarked
package dev.hilda.agent.http;

import org.jspecify.annotations.NullMarked;
