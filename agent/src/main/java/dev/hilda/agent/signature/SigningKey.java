// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.signature;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;

/** A private key with its public half. Nothing shows it but {@link #text()}. */
public final class SigningKey {
    /** Any hash: only to see that both halves fit. */
    private static final String PROBE = "0".repeat(64);

    private final PrivateKey secret;
    private final VerificationKey verification;

    private SigningKey(PrivateKey secret, VerificationKey verification) {
        this.secret = secret;
        this.verification = verification;
    }

    /** A new one. */
    public static SigningKey generate() {
        try {
            KeyPair pair =
                    KeyPairGenerator.getInstance(VerificationKey.ALGORITHM).generateKeyPair();
            return new SigningKey(pair.getPrivate(), new VerificationKey(pair.getPublic()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // Every Java runtime has the algorithm since 15.
        }
    }

    /**
     * Reads a key in PEM (PKCS#8 without a password), as {@code openssl genpkey -algorithm ed25519} writes it too.
     *
     * @throws IllegalArgumentException when it is none, with a message that says why and shows nothing of it
     */
    public static SigningKey parse(String text) {
        byte[] der = Pem.content(text, Pem.PRIVATE);
        try {
            KeyFactory keys = KeyFactory.getInstance(VerificationKey.ALGORITHM);
            PrivateKey secret = keys.generatePrivate(new PKCS8EncodedKeySpec(der));
            SigningKey key = new SigningKey(secret, publicHalf(secret));
            if (!key.verification().hasMade(key.sign(PROBE))) {
                throw new IllegalStateException("this Java runtime derives another public key: " + keys.getProvider());
            }
            return key;
        } catch (GeneralSecurityException e) {
            // Without its cause, which could show content.
            throw new IllegalArgumentException(
                    "expected a private key of " + VerificationKey.ALGORITHM + ", got another or a part");
        }
    }

    /** The JDK derives a public key only where a pair is generated: from the seed, which is all that is random. */
    private static VerificationKey publicHalf(PrivateKey secret) throws GeneralSecurityException {
        byte[] seed = ((EdECPrivateKey) secret).getBytes().orElseThrow();
        KeyPairGenerator pairs = KeyPairGenerator.getInstance(VerificationKey.ALGORITHM);
        pairs.initialize(((EdECPrivateKey) secret).getParams(), new FixedSeed(seed));
        return new VerificationKey(pairs.generateKeyPair().getPublic());
    }

    /** In PEM. */
    public String text() {
        return Pem.text(Pem.PRIVATE, secret.getEncoded());
    }

    public VerificationKey verification() {
        return verification;
    }

    /** Vouches for the bundle of that hash. */
    public BundleSignature sign(String bundleSha256) {
        try {
            Signature signature = Signature.getInstance(VerificationKey.ALGORITHM);
            signature.initSign(secret);
            signature.update(BundleSignature.message(bundleSha256));
            return BundleSignature.of(bundleSha256, verification.fingerprint(), signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Nothing of the secret. */
    @Override
    public String toString() {
        return "private key of " + verification;
    }
}
