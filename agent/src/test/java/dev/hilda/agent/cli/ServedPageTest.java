// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.http.Role;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page that an agent serves of its bench. */
class ServedPageTest {
    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(ServedBench bench, String path) {
        return HttpRequest.newBuilder(bench.url().resolve(path));
    }

    @Test
    void shouldShowThePageToAllAndTheBenchToWhoeverHasAToken() throws Exception {
        try (ServedBench bench = new ServedBench(folder, "limits: {}")) {
            HttpResponse<String> page = send(request(bench, "/"));
            assertEquals(200, page.statusCode());
            assertTrue(page.body().startsWith("<!doctype html>"), page.body());
            assertEquals(401, send(request(bench, "/state")).statusCode());
            URI url = bench.url();
            String origin = "http://" + url.getAuthority();
            HttpResponse<String> signedIn = send(request(bench, "/session")
                    .header("Origin", origin)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"token\":\"" + bench.token(Role.OPERATE) + "\"}")));
            assertEquals(200, signedIn.statusCode(), signedIn.body());
            String cookie =
                    signedIn.headers().firstValue("Set-Cookie").orElseThrow().split(";", -1)[0];
            assertEquals(
                    200, send(request(bench, "/state").header("Cookie", cookie)).statusCode());
            assertEquals(
                    200,
                    send(request(bench, "/v1/boards").header("Cookie", cookie)).statusCode());
            // The page reserves by the API itself; no other site's page does with that cookie.
            HttpRequest.Builder reservation = request(bench, "/v1/boards/none/reservation")
                    .header("Cookie", cookie)
                    .POST(BodyPublishers.ofString("{\"for_s\":\"60\",\"why\":\"x\"}"));
            String unknown = send(reservation.copy().header("Origin", origin)).body();
            assertTrue(unknown.toLowerCase(Locale.ROOT).contains("board"), unknown);
            assertEquals(403, send(reservation.copy()).statusCode());
            assertEquals(
                    403,
                    send(reservation.copy().header("Origin", "http://evil.example"))
                            .statusCode());
        }
    }
}
