// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.signature;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TrustedKeysTest {
    private static final String BUNDLE = "ab".repeat(32);
    private static final String ANOTHER = "cd".repeat(32);

    private final SigningKey alice = SigningKey.generate();
    private final SigningKey bob = SigningKey.generate();
    private final SigningKey mallory = SigningKey.generate();
    private final TrustedKeys keys = new TrustedKeys(List.of(
            new TrustedKeys.Entry("alice", alice.verification(), 1, OptionalLong.empty()),
            new TrustedKeys.Entry("bob", bob.verification(), 1, OptionalLong.of(2))));

    private String refusal(String signature) {
        return refusal(keys, Optional.of(signature));
    }

    private static String refusal(TrustedKeys keys, Optional<String> signature) {
        BenchFailure failure = assertThrows(BenchFailure.class, () -> keys.require("run it", BUNDLE, signature));
        assertEquals(FailureKind.SIGNATURE, failure.kind());
        assertTrue(failure.expected().orElseThrow().contains(BUNDLE), failure.toString());
        assertTrue(failure.remedy().isPresent(), failure.toString());
        return failure.actual().orElseThrow();
    }

    @Test
    void shouldAskForNothingUntilAKeyIsTrusted() {
        TrustedKeys none = new TrustedKeys(List.of());

        assertDoesNotThrow(() -> none.require("run it", BUNDLE, Optional.empty()));
        assertDoesNotThrow(() -> none.require("run it", BUNDLE, Optional.of("anything")));
    }

    @Test
    void shouldTakeWhatATrustedKeyHasSigned() {
        assertDoesNotThrow(() ->
                keys.require("run it", BUNDLE, Optional.of(alice.sign(BUNDLE).text())));
    }

    @Test
    void shouldSayWhatIsWrong() {
        BundleSignature right = alice.sign(BUNDLE);
        BundleSignature pretended = new BundleSignature(
                BUNDLE, right.fingerprint(), mallory.sign(BUNDLE).base64());
        BundleSignature renamed = new BundleSignature(
                BUNDLE, right.fingerprint(), alice.sign(ANOTHER).base64());

        assertEquals("no signature", refusal(keys, Optional.empty()));
        assertTrue(refusal("").contains("a text that is none"), refusal(""));
        assertEquals(
                "a signature of another bundle, " + ANOTHER,
                refusal(alice.sign(ANOTHER).text()));
        assertEquals(
                "a signature by the key " + mallory.verification() + ", which is not trusted here",
                refusal(mallory.sign(BUNDLE).text()));
        assertEquals(
                "a signature by the key bob, which was revoked",
                refusal(bob.sign(BUNDLE).text()));
        assertEquals("a signature that the key alice has not made, or a damaged one", refusal(pretended.text()));
        assertEquals("a signature that the key alice has not made, or a damaged one", refusal(renamed.text()));
    }

    /** Whoever has stolen the only key cannot be kept out by taking everybody in. */
    @Test
    void shouldLetNobodyInWhenTheLastKeyIsRevoked() {
        TrustedKeys revoked = new TrustedKeys(keys.keys().subList(1, 2));

        assertEquals("no signature", refusal(revoked, Optional.empty()));
        refusal(revoked, Optional.of(bob.sign(BUNDLE).text()));
    }
}
