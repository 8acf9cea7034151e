// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.http;

/**
 * What is answered.
 *
 * @param status by RFC 9110
 * @param body what Jackson makes a JSON document of, its names in snake case
 */
public record ApiAnswer(int status, Object body) {
    public static ApiAnswer ok(Object body) {
        return new ApiAnswer(200, body);
    }

    public static ApiAnswer created(Object body) {
        return new ApiAnswer(201, body);
    }
}
