// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.http;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One thing that can be asked.
 *
 * @param segments of the path; {@code *} stands for any one
 * @param role needed; empty where nobody is asked for a token
 */
public record Route(String method, List<String> segments, Optional<Role> role, Handler handler) {
    private static final String ANY = "*";

    /** What answers. */
    @FunctionalInterface
    public interface Handler {
        /**
         * Answers.
         *
         * @throws ApiRefusal when it does not do what is asked
         */
        ApiAnswer answer(ApiRequest request) throws IOException, InterruptedException;
    }

    /**
     * For callers of a role.
     *
     * @param path such as {@code /v1/jobs/*}
     */
    public static Route of(String method, String path, Role role, Handler handler) {
        return new Route(method, split(path), Optional.of(role), handler);
    }

    /** For anybody. */
    public static Route open(String method, String path, Handler handler) {
        return new Route(method, split(path), Optional.empty(), handler);
    }

    static List<String> split(String path) {
        return List.of(path.substring(Math.min(1, path.length())).split("/", -1));
    }

    /** What stands for the path's variable segments; empty when the path is another one. */
    Optional<List<String>> variables(List<String> asked) {
        if (asked.size() != segments.size()) {
            return Optional.empty();
        }
        List<String> variables = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            if (segments.get(i).equals(ANY)) {
                variables.add(asked.get(i));
            } else if (!segments.get(i).equals(asked.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(variables);
    }
}
