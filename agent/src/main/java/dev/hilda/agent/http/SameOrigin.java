// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.http;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether a page of this very server asks: pages of other sites can make a browser ask too, with the cookies it has. */
final class SameOrigin {
    private static final Set<String> SAFE = Set.of("GET", "HEAD");

    private SameOrigin() {}

    /**
     * Refuses what a page of another site asks for; programs that are no browsers name no origin.
     *
     * @param isMust whether an origin must be named
     */
    static void require(String method, Map<String, List<String>> headers, boolean isMust) {
        if (SAFE.contains(method)) {
            return;
        }
        Optional<String> origin = first(headers, "Origin");
        Optional<String> host = first(headers, "Host");
        boolean isSame = origin.isEmpty() ? !isMust : host.isPresent() && isOf(origin.get(), host.get());
        if (!isSame) {
            throw ApiRefusal.of(
                    ApiRefusal.FORBIDDEN,
                    "do what was asked",
                    "a page of this server: Origin as Host, " + host.orElse("which is missing"),
                    "Origin " + origin.orElse("missing"),
                    "a proxy before it must hand on Host as the browser sent it");
        }
    }

    private static boolean isOf(String origin, String host) {
        try {
            String authority = URI.create(origin).getRawAuthority();
            return authority != null && authority.toLowerCase(Locale.ROOT).equals(host.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    static Optional<String> first(Map<String, List<String>> headers, String name) {
        List<String> values = headers.get(name);
        return values == null || values.isEmpty() ? Optional.empty() : Optional.ofNullable(values.get(0));
    }
}
