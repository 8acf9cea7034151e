// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dashboard;

import dev.hilda.agent.http.ApiRefusal;
import dev.hilda.agent.http.ApiRequest;
import dev.hilda.agent.http.SignIn;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Who is let in.
 *
 * @param signIn how browsers show tokens; empty where whoever reaches the page may see it: only on this very machine
 */
public record Door(Optional<SignIn> signIn) {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    /** For everybody on this machine. */
    public static Door open() {
        return new Door(Optional.empty());
    }

    /** For whoever has a token. */
    public static Door byToken(SignIn signIn) {
        return new Door(Optional.of(signIn));
    }

    /** Where no token is asked for, the name must be this machine's: any site can give a name of its own our address. */
    void requireName(ApiRequest request) {
        if (signIn.isPresent()) {
            return;
        }
        String host = request.header("Host").orElse("");
        if (!isLoopback(host)) {
            throw ApiRefusal.of(
                    ApiRefusal.FORBIDDEN,
                    "show the page",
                    "Host: localhost or 127.0.0.1",
                    host,
                    "open it by that name, or start it with --ask-token");
        }
    }

    private static boolean isLoopback(String host) {
        try {
            String name = URI.create("http://" + host).getHost();
            return name != null && LOOPBACK.contains(name.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
