// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.folder;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** A file of certificates in PEM. */
public record PemCertificates(Path path) {
    /**
     * The certificates, at least one.
     *
     * @throws IllegalArgumentException when it holds none, with a message that says why
     * @throws IOException when it cannot be read
     */
    public List<Certificate> read() throws IOException {
        try (InputStream text = Files.newInputStream(path)) {
            List<Certificate> found =
                    new ArrayList<>(CertificateFactory.getInstance("X.509").generateCertificates(text));
            if (found.isEmpty()) {
                throw new IllegalArgumentException("expected certificates in PEM, got none in " + path);
            }
            return found;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "expected certificates in PEM, got " + e.getMessage() + " in " + path, e);
        }
    }

    /**
     * Trust in whom one of them has signed, and in nobody else.
     *
     * @throws IllegalArgumentException as of {@link #read()}
     */
    public TrustManager[] trust() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, new char[0]);
        for (Certificate each : read()) {
            store.setCertificateEntry("authority " + store.size(), each);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }
}
