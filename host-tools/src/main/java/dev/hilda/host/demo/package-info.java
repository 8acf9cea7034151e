// SPDX-License-Identifier: Apache-2.0
/**
 * What a demonstration needs of its own: files, a broker and a virtual board, each gone when closed. May import {@code
 * agent.board}, {@code agent.process} and Jackson; the commands it shows are the {@code cli}'s.
 */
@NullMarked
package dev.hilda.host.demo;

import org.jspecify.annotations.NullMarked;
