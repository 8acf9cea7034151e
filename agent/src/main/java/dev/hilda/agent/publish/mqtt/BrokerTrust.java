// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.publish.mqtt;

import dev.hilda.agent.folder.PemCertificates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * Whom a TLS connection to a broker trusts, and how it shows itself. The broker's certificate must bear the name in its
 * address, whoever signed it.
 *
 * @param authorities PEM file of the certificates that may have signed the broker's; without it, those of the Java runtime
 * @param identity what the client shows; empty where the broker does not ask
 */
public record BrokerTrust(Optional<Path> authorities, Optional<Identity> identity) {
    /** The runtime's authorities, and no certificate to show. */
    public static final BrokerTrust NONE = new BrokerTrust(Optional.empty(), Optional.empty());

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final List<String> KEY_KINDS = List.of("RSA", "EC", "Ed25519");
    private static final char[] NO_PASSWORD = {};

    /**
     * What a client shows.
     *
     * @param certificate PEM file, the client's own first, then those between it and an authority
     * @param key PEM file of its private key, PKCS#8 without a password
     */
    public record Identity(Path certificate, Path key) {}

    /**
     * Makes the sockets.
     *
     * @throws IllegalArgumentException with a message that names the file that is wrong
     */
    SSLSocketFactory sockets() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(), trusted(), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("no TLS with these files: " + e.getMessage(), e);
        }
    }

    private TrustManager[] trusted() throws GeneralSecurityException, IOException {
        if (authorities.isPresent()) {
            return new PemCertificates(authorities.get()).trust();
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        return factory.getTrustManagers();
    }

    private KeyManager[] keys() throws GeneralSecurityException, IOException {
        if (identity.isEmpty()) {
            return new KeyManager[0];
        }
        Identity shown = identity.get();
        KeyStore store = emptyStore();
        store.setKeyEntry(
                "client",
                key(shown.key()),
                NO_PASSWORD,
                new PemCertificates(shown.certificate()).read().toArray(Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
        Matcher pem = KEY.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        if (pem.find()) {
            PKCS8EncodedKeySpec spec =
                    new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1)));
            for (String kind : KEY_KINDS) {
                try {
                    return KeyFactory.getInstance(kind).generatePrivate(spec);
                } catch (InvalidKeySpecException another) {
                    // Of the next kind, perhaps.
                }
            }
        }
        throw new IllegalArgumentException("expected a private key without a password, BEGIN PRIVATE KEY, got none in "
                + file + "; openssl pkcs8 -topk8 -nocrypt converts others");
    }
}
