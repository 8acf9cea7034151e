/**
 * What the bench tells the world: topics and JSON documents. May import {@code board}, {@code measure}, {@code
 * protocol}, {@code session} and {@code dev.hilda.profile}; transports live in sub-packages.
 */
@NullMarked
package dev.hilda.agent.publish;

import org.jspecify.annotations.NullMarked;
