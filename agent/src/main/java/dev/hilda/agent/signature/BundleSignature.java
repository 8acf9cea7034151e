// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.signature;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * That the owner of a key vouches for a bundle, as a text of four lines that travels beside it.
 *
 * @param bundleSha256 of the bundle's file
 * @param fingerprint of the key
 * @param base64 its 64 bytes, as of RFC 8032
 */
public record BundleSignature(String bundleSha256, String fingerprint, String base64) {
    /** No signature's text is longer. */
    public static final int MAX_CHARACTERS = 400;

    private static final String HEAD = "hilda-bundle-signature 1";
    private static final Pattern FORM =
            Pattern.compile(HEAD + "\nbundle ([0-9a-f]{64})\nkey ([0-9a-f]{64})\nsignature ([A-Za-z0-9+/]{86}==)\n?");

    /** Where the signature of a bundle lies: {@code BUNDLE.sig}. */
    public static Path beside(Path bundle) {
        return bundle.resolveSibling(bundle.getFileName() + ".sig");
    }

    /**
     * Reads a text of {@link #text()}, and nothing else.
     *
     * @throws IllegalArgumentException when it is none, with a message that says so
     */
    public static BundleSignature parse(String text) {
        // Before the pattern, which is for texts of that size.
        Matcher form = FORM.matcher(text.length() <= MAX_CHARACTERS ? text : "");
        if (!form.matches()) {
            List<String> lines = text.lines().limit(1).toList();
            boolean isOfAnother = lines.stream().anyMatch(line -> line.startsWith("hilda-bundle-signature "));
            throw new IllegalArgumentException("expected the four lines of a signature (" + HEAD + ", bundle, key,"
                    + " signature), got "
                    + (text.isEmpty() ? "nothing" : isOfAnother ? "a damaged or newer one" : "something else"));
        }
        return new BundleSignature(form.group(1), form.group(2), form.group(3));
    }

    static BundleSignature of(String bundleSha256, String fingerprint, byte[] bytes) {
        return new BundleSignature(
                bundleSha256, fingerprint, Base64.getEncoder().encodeToString(bytes));
    }

    byte[] bytes() {
        return Base64.getDecoder().decode(base64);
    }

    public String text() {
        return HEAD + "\nbundle " + bundleSha256 + "\nkey " + fingerprint + "\nsignature " + base64 + "\n";
    }

    /** What is signed. It begins with what it is for, so that no signature made for something else is one of a bundle. */
    static byte[] message(String bundleSha256) {
        return (HEAD + "\nbundle " + bundleSha256 + "\n").getBytes(StandardCharsets.US_ASCII);
    }
}
