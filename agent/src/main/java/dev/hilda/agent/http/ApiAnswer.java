// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.http;

import java.util.Map;

/**
 * What is answered.
 *
 * @param status by RFC 9110
 * @param body a {@link Content}, an {@link EventStream}, or what Jackson makes a JSON document of, its names in snake case
 * @param headers besides those that every answer has
 */
public record ApiAnswer(int status, Object body, Map<String, String> headers) {
    public ApiAnswer {
        headers = Map.copyOf(headers);
    }

    public ApiAnswer(int status, Object body) {
        this(status, body, Map.of());
    }

    public static ApiAnswer ok(Object body) {
        return new ApiAnswer(200, body);
    }

    public static ApiAnswer created(Object body) {
        return new ApiAnswer(201, body);
    }
}
