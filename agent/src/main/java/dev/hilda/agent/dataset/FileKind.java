// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import java.util.regex.Pattern;

/** What a sample's file is named like. */
enum FileKind {
    RAW(".*\\.bin", "*.bin"),
    IMAGE("(?i).*\\.(jpe?g|png)", "*.jpg, *.jpeg or *.png");

    private final Pattern pattern;
    private final String shown;

    FileKind(String pattern, String shown) {
        this.pattern = Pattern.compile(pattern);
        this.shown = shown;
    }

    boolean includes(String name) {
        return pattern.matcher(name).matches();
    }

    /** As messages say it. */
    String shown() {
        return shown;
    }
}
