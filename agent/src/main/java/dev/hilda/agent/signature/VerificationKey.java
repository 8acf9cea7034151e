// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.signature;

import dev.hilda.agent.hash.Sha256;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;

/** The public half of a key: tells whether a signature is by its private half. */
public final class VerificationKey {
    static final String ALGORITHM = "Ed25519";

    private final PublicKey key;

    VerificationKey(PublicKey key) {
        this.key = key;
    }

    /**
     * Reads a key in PEM, as {@code openssl pkey -pubout} writes it too.
     *
     * @throws IllegalArgumentException when it is none, with a message that says why
     */
    public static VerificationKey parse(String text) {
        byte[] der = Pem.content(text, Pem.PUBLIC);
        try {
            return new VerificationKey(KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(der)));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("expected a public key of " + ALGORITHM + ", got another or a part", e);
        }
    }

    /** In PEM. */
    public String text() {
        return Pem.text(Pem.PUBLIC, key.getEncoded());
    }

    /** The SHA-256 of its DER form (SubjectPublicKeyInfo), in hexadecimal: what people compare. */
    public String fingerprint() {
        return Sha256.hex(key.getEncoded());
    }

    /** Whether the signature is this key's, of what it says it is of. */
    public boolean hasMade(BundleSignature signature) {
        try {
            Signature check = Signature.getInstance(ALGORITHM);
            check.initVerify(key);
            check.update(BundleSignature.message(signature.bundleSha256()));
            return check.verify(signature.bytes());
        } catch (GeneralSecurityException e) {
            // Also thrown for bytes that no signature can be.
            return false;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VerificationKey same && same.key.equals(key);
    }

    @Override
    public int hashCode() {
        return key.hashCode();
    }

    @Override
    public String toString() {
        return fingerprint();
    }
}
