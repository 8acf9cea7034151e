// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.http;

import dev.hilda.agent.folder.PemCertificates;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** TLS of both sides. */
public final class Trust {
    private Trust() {}

    /**
     * For a client.
     *
     * @param authorities PEM file of the certificates that may have signed the agent's
     * @throws IllegalArgumentException when it is none
     */
    public static SSLContext of(Path authorities) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new PemCertificates(authorities).trust(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException(
                    "expected certificates in PEM that this user may read, got " + e + ": " + authorities, e);
        }
    }

    /**
     * For an agent.
     *
     * @param keyStore PKCS#12 file with a key and its certificates
     * @throws IllegalArgumentException when it is none, or the password is another
     */
    public static SSLContext ofAgent(Path keyStore, String password) {
        try {
            KeyStore store = KeyStore.getInstance(keyStore.toFile(), password.toCharArray());
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, password.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException(
                    "expected a PKCS#12 file that the password opens, got " + e.getMessage() + ": " + keyStore, e);
        }
    }
}
