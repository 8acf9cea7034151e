// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

/** Core voltage scale. A smaller number is a higher voltage and allows a faster clock. */
public enum VoltageScale implements Labelled {
    VOS0,
    VOS1,
    VOS2,
    VOS3;

    /** Whether a board whose highest scale is {@code limit} may use this one. */
    public boolean isAllowedBy(VoltageScale limit) {
        return compareTo(limit) >= 0;
    }
}
