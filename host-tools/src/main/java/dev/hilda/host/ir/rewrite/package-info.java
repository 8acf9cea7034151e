/** Rewrites a graph into the few operators that the later stages know. Imports {@code dev.hilda.host.ir} and the JDK. */
@NullMarked
package dev.hilda.host.ir.rewrite;

import org.jspecify.annotations.NullMarked;
