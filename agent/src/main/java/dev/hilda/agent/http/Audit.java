// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.http;

/** Remembers who changed what. */
@FunctionalInterface
public interface Audit {
    /**
     * After a request that was to change something.
     *
     * @param action method and path
     * @param status of the answer, by RFC 9110
     */
    void record(String caller, String action, int status);
}
