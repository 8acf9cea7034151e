// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.http;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A token as it came.
 *
 * @param isCookie whether a browser sends it by itself, whoever makes it ask
 */
record Credential(String token, boolean isCookie) {
    private static final String BEARER = "Bearer ";

    static Optional<Credential> of(Map<String, List<String>> headers, int port) {
        Optional<Credential> bearer = SameOrigin.first(headers, "Authorization")
                .filter(header -> header.startsWith(BEARER))
                .map(header -> new Credential(header.substring(BEARER.length()).strip(), false));
        return bearer.or(() -> SameOrigin.first(headers, "Cookie").flatMap(header -> cookie(header, port)));
    }

    private static Optional<Credential> cookie(String header, int port) {
        String begin = SignIn.cookieName(port) + "=";
        return Arrays.stream(header.split(";", -1))
                .map(String::strip)
                .filter(pair -> pair.startsWith(begin))
                .map(pair -> new Credential(pair.substring(begin.length()), true))
                .findFirst();
    }
}
