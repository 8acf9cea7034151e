/**
 * What the bench tells the world: topics and JSON documents. May import {@code board}, {@code dataset}, {@code measure}, {@code
 * network}, {@code protocol}, {@code session}, {@code dev.hilda.profile} and Jackson; transports live in sub-packages.
 */
@NullMarked
package dev.hilda.agent.publish;

import org.jspecify.annotations.NullMarked;
