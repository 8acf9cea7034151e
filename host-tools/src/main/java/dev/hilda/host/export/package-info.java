// SPDX-License-Identifier: Apache-2.0
/**
 * A bundle's network as C for a program of the user's own: a folder of sources, a CMake file and an example, without
 * HILDA's application, protocol and port. May import {@code dev.hilda.agent.board}, {@code .bundle}, {@code .cache} and
 * {@code .network}, {@code dev.hilda.host.emit} and {@code .memory}; imported by {@code dev.hilda.host.cli} only.
 */
@NullMarked
package dev.hilda.host.export;

import org.jspecify.annotations.NullMarked;
