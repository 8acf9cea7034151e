// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.http;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Lets a browser keep a token: in a cookie that scripts cannot read and that goes to this server alone.
 *
 * @param isTls whether browsers come by TLS, to this program or a proxy before it
 */
public record SignIn(Access access, boolean isTls) {
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/=-]{1,200}");

    /** Cookies know no ports: two servers of one host would overwrite each other's. */
    static String cookieName(int port) {
        return "hilda-token-" + port;
    }

    /** {@code POST /session} with the field {@code token}, and {@code DELETE /session}. */
    public List<Route> routes() {
        return List.of(Route.open("POST", "/session", this::begin), Route.open("DELETE", "/session", this::end));
    }

    private ApiAnswer begin(ApiRequest request) throws IOException {
        request.requireOwnPage();
        String token = request.fields().getOrDefault("token", "").strip();
        if (!TOKEN.matcher(token).matches() || access.callerOf(token).isEmpty()) {
            throw ApiRefusal.of(
                    ApiRefusal.UNAUTHORIZED,
                    "sign in",
                    "a token of this bench",
                    "another text, or a token that was revoked",
                    "hilda token create makes one where the agent runs");
        }
        return new ApiAnswer(200, Map.of("signed_in", true), Map.of("Set-Cookie", cookie(request, token, "")));
    }

    private ApiAnswer end(ApiRequest request) {
        request.requireOwnPage();
        return new ApiAnswer(200, Map.of("signed_in", false), Map.of("Set-Cookie", cookie(request, "", "; Max-Age=0")));
    }

    private String cookie(ApiRequest request, String token, String end) {
        return cookieName(request.port()) + "=" + token + "; Path=/; HttpOnly; SameSite=Strict"
                + (isTls ? "; Secure" : "") + end;
    }
}
