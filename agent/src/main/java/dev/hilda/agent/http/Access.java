// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.http;

import java.util.Optional;

/** Knows callers by their tokens. */
@FunctionalInterface
public interface Access {
    /** Whose token that is; empty where it is nobody's, or was revoked. */
    Optional<Caller> callerOf(String token);
}
