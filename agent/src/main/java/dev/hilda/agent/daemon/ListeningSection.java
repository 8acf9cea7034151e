// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import dev.hilda.agent.daemon.BenchConfiguration.Certificate;
import dev.hilda.agent.daemon.BenchConfiguration.Listening;
import dev.hilda.yaml.YamlSection;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;

/** The section {@code listen}. What other machines can reach is encrypted, by this program or a proxy before it. */
record ListeningSection(Optional<YamlSection> section, ConfiguredPaths paths) {
    static final String HOST = "127.0.0.1";
    static final int PORT = 8460;

    private enum Answer {
        YES,
        NO
    }

    Listening read() {
        return section.map(this::read).orElseGet(() -> new Listening(HOST, PORT, Optional.empty(), false));
    }

    private Listening read(YamlSection given) {
        String host = given.optionalText("host", "[A-Za-z0-9.:-]+", "a host name or an address")
                .orElse(HOST);
        int port = (int) given.optionalInteger("port", "", 0, 65_535).orElse(PORT);
        Optional<Path> keyStore = paths.optional(given, "keystore");
        Optional<Path> password = paths.optional(given, "keystore_password_file");
        boolean proxied = isYes(given, "behind_proxy");
        if (keyStore.isPresent() != password.isPresent()) {
            given.wrong(
                    keyStore.isPresent() ? "keystore" : "keystore_password_file",
                    "keystore and keystore_password_file",
                    "one without the other",
                    "name both");
        }
        if (!isLoopback(host) && keyStore.isEmpty() && !proxied) {
            given.wrong(
                    "host",
                    "TLS for what other machines can reach",
                    host + " without a keystore",
                    "name keystore and keystore_password_file, or behind_proxy: yes, or listen on " + HOST);
        }
        given.finish();
        Optional<Certificate> certificate =
                keyStore.flatMap(store -> password.map(opens -> new Certificate(store, opens)));
        return new Listening(host, port, certificate, proxied);
    }

    static boolean isYes(YamlSection section, String key) {
        return section.optionalChoice(key, Answer.class, answer -> answer == Answer.YES ? "yes" : "no")
                .filter(answer -> answer == Answer.YES)
                .isPresent();
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false; // That it cannot be listened on is said when it is tried.
        }
    }
}
