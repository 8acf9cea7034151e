// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.publish.mqtt;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where an MQTT broker listens.
 *
 * @param uri as the user wrote it, {@code mqtt://[USER[:PASSWORD]@]HOST[:PORT]} or the same with {@code mqtts}
 * @param trust of a connection by TLS
 * @param version that is spoken there
 */
public record BrokerAddress(URI uri, BrokerTrust trust, MqttVersion version) {
    private static final int PLAIN_PORT = 1883;
    private static final int TLS_PORT = 8883;
    private static final Pattern PASSWORD = Pattern.compile("(//[^/@:]*):[^/]*@");

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException with a message that says what is wrong
     */
    public static BrokerAddress parse(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            // Without its cause, whose message would show the password.
            throw new IllegalArgumentException(rejected(text));
        }
        boolean known = "mqtt".equals(uri.getScheme()) || "mqtts".equals(uri.getScheme());
        boolean bare = uri.getPath() == null
                || uri.getPath().isEmpty()
                || uri.getPath().equals("/");
        if (!known || uri.getHost() == null || !bare || hasExtras(uri) || uri.getPort() == 0 || uri.getPort() > 65535) {
            throw new IllegalArgumentException(rejected(text));
        }
        return new BrokerAddress(uri, BrokerTrust.NONE, MqttVersion.V5);
    }

    /**
     * The same broker, logged in at with this password.
     *
     * @throws IllegalArgumentException when the address names no user, or has a password of its own
     */
    public BrokerAddress withPassword(String password) {
        String user = userName()
                .filter(name -> !name.isEmpty())
                .orElseThrow(() -> new IllegalArgumentException(
                        "a password needs a user; expected mqtt://USER@HOST[:PORT], got " + this));
        if (password().isPresent()) {
            throw new IllegalArgumentException("expected an address without a password, got " + this);
        }
        try {
            // This constructor escapes what a password may contain and an address may not.
            URI full = new URI(
                    uri.getScheme(), user + ":" + password, uri.getHost(), uri.getPort(), uri.getPath(), null, null);
            return new BrokerAddress(full, trust, version);
        } catch (URISyntaxException e) {
            // Without its cause, whose message would show the password.
            throw new IllegalArgumentException("expected a password of printable characters");
        }
    }

    /** The user name before the host, percent-decoded. */
    Optional<String> userName() {
        return Optional.ofNullable(uri.getUserInfo()).map(info -> info.split(":", 2)[0]);
    }

    /** The password before the host, percent-decoded. */
    public Optional<String> password() {
        return Optional.ofNullable(uri.getUserInfo())
                .filter(info -> info.contains(":"))
                .map(info -> info.split(":", 2)[1]);
    }

    /**
     * The same broker with other trust.
     *
     * @throws IllegalArgumentException when the address is of no TLS, or the files are not what they should be
     */
    public BrokerAddress trusting(BrokerTrust other) {
        if (!isTls()) {
            throw new IllegalArgumentException("certificates need TLS; expected mqtts://HOST[:PORT], got " + this);
        }
        other.sockets();
        return new BrokerAddress(uri, other, version);
    }

    /** The same broker, spoken to in another version. */
    public BrokerAddress speaking(MqttVersion other) {
        return new BrokerAddress(uri, trust, other);
    }

    /** Whether the connection is encrypted. */
    public boolean isTls() {
        return "mqtts".equals(uri.getScheme());
    }

    /** The port, of the address or the usual one. */
    public int port() {
        return uri.getPort() > 0 ? uri.getPort() : isTls() ? TLS_PORT : PLAIN_PORT;
    }

    /** The address in Paho's form. */
    String serverUri() {
        return (isTls() ? "ssl://" : "tcp://") + uri.getHost() + ":" + port();
    }

    /** The address with the password masked. */
    @Override
    public String toString() {
        return masked(uri.toString());
    }

    private static boolean hasExtras(URI uri) {
        return uri.getQuery() != null || uri.getFragment() != null;
    }

    /** A text that may hold an address, with its password masked. */
    public static String masked(String text) {
        return PASSWORD.matcher(text).replaceFirst("$1:***@");
    }

    private static String rejected(String text) {
        return "not an MQTT broker address: \"" + masked(text)
                + "\"; expected mqtt://[USER[:PASSWORD]@]HOST[:PORT] or the same with mqtts";
    }
}
