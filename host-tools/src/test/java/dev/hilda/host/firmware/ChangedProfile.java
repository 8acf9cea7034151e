// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.firmware;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ProfileLoader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The virtual board's profile, edited. */
final class ChangedProfile {
    private static final String NAME = "virtual-nucleo-h743zi.yaml";

    private ChangedProfile() {}

    /** @param edits what is there, then what is to be there instead, again and again */
    static BoardProfile of(String... edits) {
        String text = shipped();
        for (int i = 0; i < edits.length; i += 2) {
            assertTrue(text.contains(edits[i]), "nothing to replace: " + edits[i]);
            text = text.replace(edits[i], edits[i + 1]);
        }
        return ProfileLoader.load(NAME, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String shipped() {
        try (InputStream profile = BoardProfile.class.getResourceAsStream("/boards/" + NAME)) {
            return new String(Objects.requireNonNull(profile).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(NAME, e);
        }
    }
}
