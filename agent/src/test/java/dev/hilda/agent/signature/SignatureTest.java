// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.signature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys and signatures against RFC 8032 and OpenSSL 3.0.19. */
class SignatureTest {
    private static final String BUNDLE = "ab".repeat(32);

    /** The secret of test 1 of RFC 8032, section 7.1, which OpenSSL reads in this form. */
    private static final String SECRET = """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
            -----END PRIVATE KEY-----
            """;

    /** Its public half, by {@code openssl pkey -pubout}; its last 32 bytes are those of the RFC. */
    private static final String PUBLIC = """
            -----BEGIN PUBLIC KEY-----
            MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
            -----END PUBLIC KEY-----
            """;

    /** By {@code openssl pkey -pubout -outform DER | sha256sum}. */
    private static final String FINGERPRINT = "06e3fd8fda29bb60ab59557de61edb0aecdb231134be30e75b455f8e1b792fa9";

    /** By {@code openssl pkeyutl -sign -rawin} of the message's two lines. */
    private static final String SIGNATURE =
            "eLf/SyQCrjDlgPnkAUIZaebs0EokHmXf51xNOtCWjSn6ZbN8gqy+tOtplCRWvaFX5IAao6Af58O9mh+nv7d+BA==";

    private final SigningKey key = SigningKey.parse(SECRET);

    @Test
    void shouldReadAndSignAsOthersDo() {
        assertEquals(SECRET, key.text());
        assertEquals(PUBLIC, key.verification().text());
        assertEquals(FINGERPRINT, key.verification().fingerprint());
        assertEquals(new BundleSignature(BUNDLE, FINGERPRINT, SIGNATURE), key.sign(BUNDLE));
        assertTrue(VerificationKey.parse(PUBLIC).hasMade(key.sign(BUNDLE)));
    }

    @Test
    void shouldReadWhatItWrites() {
        SigningKey made = SigningKey.generate();
        BundleSignature signature = made.sign(BUNDLE);

        assertNotEquals(made.verification(), SigningKey.generate().verification());
        assertEquals(made.verification(), SigningKey.parse(made.text()).verification());
        assertEquals(
                made.verification(),
                VerificationKey.parse("a note\n" + made.verification().text() + "another"));
        assertEquals(signature, BundleSignature.parse(signature.text()));
        assertTrue(signature.text().length() <= BundleSignature.MAX_CHARACTERS);
        assertFalse(made.toString().contains(made.text().lines().toList().get(1)), "the secret");
    }

    /** Every bit of it counts, and so does each digit of the hash. */
    @Test
    void shouldKnowWhatItHasNotMade() {
        BundleSignature signature = key.sign(BUNDLE);
        VerificationKey verification = key.verification();
        for (int bit = 0; bit < 512; bit++) {
            byte[] bytes = signature.bytes();
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            assertFalse(verification.hasMade(BundleSignature.of(BUNDLE, FINGERPRINT, bytes)), "bit " + bit);
        }
        for (int digit = 0; digit < 64; digit++) {
            String other = BUNDLE.substring(0, digit) + "c" + BUNDLE.substring(digit + 1);
            assertFalse(verification.hasMade(new BundleSignature(other, FINGERPRINT, SIGNATURE)), other);
        }
        assertFalse(SigningKey.generate().verification().hasMade(signature));
    }

    @Test
    void shouldRefuseEveryPartOfASignature() {
        String text = key.sign(BUNDLE).text();
        for (int length = 0; length < text.length() - 1; length++) {
            String part = text.substring(0, length);
            assertThrows(IllegalArgumentException.class, () -> BundleSignature.parse(part), part);
        }
        for (String other : new String[] {text + "\n", text + text, text.replace("\n", "\r\n"), " " + text}) {
            assertThrows(IllegalArgumentException.class, () -> BundleSignature.parse(other), other);
        }
        String damaged = message(() -> BundleSignature.parse(text.replace("signature 1", "signature 2")));
        assertTrue(damaged.contains("a damaged or newer one"), damaged);
    }

    @Test
    void shouldRefuseEveryPartOfAKeyAndShowNothingOfIt() {
        for (int length = 0; length < SECRET.length() - 2; length++) {
            String part = SECRET.substring(0, length);
            assertFalse(message(() -> SigningKey.parse(part)).contains("MC4CAQ"), part);
        }
        for (int length = 0; length < PUBLIC.length() - 2; length++) {
            String part = PUBLIC.substring(0, length);
            message(() -> VerificationKey.parse(part));
        }
    }

    /** A key of another kind, one half for the other, two at once, and noise in the right place. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "MC4CAQAwBQYDK2VuBCIEIOB1JJh0Zm3cWeCqm1wamdm28kicx9RZimVyYtbQeHNW",
                "MEcCAQAwBQYDK2VxBDsEOXbEzfqKFC1J0BDBm6wnqm5xNEu9bLagd8Pgtlk61VM8NalInxUz81Dl3UUIT/rSKeyGE/O4LvZsXg==",
                "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
                "!!!!",
                ""
            })
    void shouldRefuseAnotherKey(String content) {
        String text = "-----BEGIN PRIVATE KEY-----\n" + content + "\n-----END PRIVATE KEY-----\n";

        String refusal = message(() -> SigningKey.parse(text));

        assertTrue(content.isEmpty() || !refusal.contains(content), refusal);
        message(() -> VerificationKey.parse(text));
        message(() -> SigningKey.parse(PUBLIC));
        message(() -> SigningKey.parse(SECRET + SECRET));
        message(() -> VerificationKey.parse(PUBLIC + SECRET));
    }

    @Test
    void shouldSurviveNoise() {
        long seed = System.nanoTime();
        System.out.println("SignatureTest seed " + seed);
        Random random = new Random(seed);
        byte[] der = Base64.getDecoder().decode(PUBLIC.lines().toList().get(1));
        for (int i = 0; i < 2000; i++) {
            byte[] changed = der.clone();
            changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            String text = Pem.text(Pem.PUBLIC, changed);
            try {
                assertEquals(text, VerificationKey.parse(text).text());
            } catch (IllegalArgumentException expected) {
                assertTrue(String.valueOf(expected.getMessage()).startsWith("expected "), expected.toString());
            }
        }
    }

    private static String message(org.junit.jupiter.api.function.Executable parse) {
        return String.valueOf(
                assertThrows(IllegalArgumentException.class, parse).getMessage());
    }
}
