// SPDX-License-Identifier: Apache-2.0
/**
 * One run from board to published result, as a library: request, listener, tasks. Several run at once in a JVM, each
 * cancelled by its own token. Knows no command line, environment, standard output or shutdown hook; imports what the
 * bench needs: board, discovery, openocd, serial, session, publish and their data.
 */
@NullMarked
package dev.hilda.agent.run;

import org.jspecify.annotations.NullMarked;
