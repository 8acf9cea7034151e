package dev.hilda.agent.publish.mqtt;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * Where an MQTT broker listens.
 *
 * @param uri as the user wrote it, {@code mqtt://HOST[:PORT]} or {@code mqtts://HOST[:PORT]}
 */
public record BrokerAddress(URI uri) {
    private static final int PLAIN_PORT = 1883;
    private static final int TLS_PORT = 8883;

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
            throw new IllegalArgumentException(rejected(text), e);
        }
        boolean known = "mqtt".equals(uri.getScheme()) || "mqtts".equals(uri.getScheme());
        boolean bare = uri.getPath() == null
                || uri.getPath().isEmpty()
                || uri.getPath().equals("/");
        if (!known || uri.getHost() == null || !bare || uri.getPort() == 0 || uri.getPort() > 65535) {
            throw new IllegalArgumentException(rejected(text));
        }
        return new BrokerAddress(uri);
    }

    /** The address in Paho's form. */
    String serverUri() {
        boolean tls = "mqtts".equals(uri.getScheme());
        int port = uri.getPort() > 0 ? uri.getPort() : tls ? TLS_PORT : PLAIN_PORT;
        return (tls ? "ssl://" : "tcp://") + uri.getHost() + ":" + port;
    }

    @Override
    public String toString() {
        return uri.toString();
    }

    private static String rejected(String text) {
        return "not an MQTT broker address: \"" + text + "\"; expected mqtt://HOST[:PORT] or mqtts://HOST[:PORT]";
    }
}
