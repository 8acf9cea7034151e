// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.http;

import java.util.Locale;

/** What a caller may do; each role may do what those before it may. */
public enum Role {
    /** Look at jobs, boards and results. */
    READ,
    /** Submit jobs, and cancel its own. */
    SUBMIT,
    /** Cancel anybody's jobs, reserve boards and bring them back. */
    OPERATE,
    /** As the one before; for whoever answers for the bench. */
    APPROVE;

    /** Whether this role may do what another is needed for. */
    public boolean covers(Role needed) {
        return compareTo(needed) >= 0;
    }

    /** As people write it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
