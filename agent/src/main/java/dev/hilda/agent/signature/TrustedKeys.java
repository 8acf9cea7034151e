// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.signature;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Whose bundles a bench runs. As long as it has never trusted a key it runs all; from then on only what a key has signed
 * that it trusts now, so that to revoke a key lets nothing in.
 *
 * @param keys with those that were revoked
 */
public record TrustedKeys(List<Entry> keys) {
    public TrustedKeys {
        keys = List.copyOf(keys);
    }

    /**
     * A key.
     *
     * @param name for people; of those that are trusted, no two have the same
     * @param revokedAtMs when it was taken back
     */
    public record Entry(String name, VerificationKey key, long trustedAtMs, OptionalLong revokedAtMs) {
        public boolean isTrusted() {
            return revokedAtMs.isEmpty();
        }
    }

    /** Whether unsigned bundles are refused. */
    public boolean areRequired() {
        return !keys.isEmpty();
    }

    /**
     * Refuses a bundle that nobody vouches for who is trusted.
     *
     * @param attempted what is done with it, as a verb phrase
     * @param bundleSha256 of its file, as it was computed here
     * @param signature the text that came with it
     * @throws BenchFailure of kind {@link FailureKind#SIGNATURE}
     */
    public void require(String attempted, String bundleSha256, Optional<String> signature) {
        if (!areRequired()) {
            return;
        }
        String sign = "have an owner of a trusted key sign it: hilda key sign BUNDLE --key FILE, and keep BUNDLE.sig"
                + " beside it, or submit it with --key FILE";
        if (signature.isEmpty()) {
            throw refused(attempted, bundleSha256, "no signature", sign);
        }
        BundleSignature read;
        try {
            read = BundleSignature.parse(signature.get());
        } catch (IllegalArgumentException e) {
            throw refused(attempted, bundleSha256, "a text that is none: " + e.getMessage(), sign);
        }
        if (!read.bundleSha256().equals(bundleSha256)) {
            throw refused(
                    attempted, bundleSha256, "a signature of another bundle, " + read.bundleSha256(), "sign it again");
        }
        Entry entry = keys.stream()
                .filter(known -> known.key().fingerprint().equals(read.fingerprint()))
                .findFirst()
                .orElseThrow(() -> refused(
                        attempted,
                        bundleSha256,
                        "a signature by the key " + read.fingerprint() + ", which is not trusted here",
                        "sign it with a key of hilda key list, or have that one trusted where the agent runs: hilda key"
                                + " trust FILE"));
        if (!entry.isTrusted()) {
            throw refused(
                    attempted, bundleSha256, "a signature by the key " + entry.name() + ", which was revoked", sign);
        }
        if (!entry.key().hasMade(read)) {
            throw refused(
                    attempted,
                    bundleSha256,
                    "a signature that the key " + entry.name() + " has not made, or a damaged one",
                    "sign it again");
        }
    }

    private static BenchFailure refused(String attempted, String bundleSha256, String actual, String remedy) {
        return BenchFailure.of(FailureKind.SIGNATURE, attempted)
                .expected("a signature of the bundle " + bundleSha256 + " by a key that this bench trusts")
                .actual(actual)
                .remedy(remedy)
                .failure();
    }
}
