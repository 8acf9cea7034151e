// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What the user should know of an import that succeeded; each once. */
final class Remarks {
    private final Set<String> texts = new LinkedHashSet<>();

    void add(String text) {
        texts.add(text);
    }

    List<String> texts() {
        return List.copyOf(texts);
    }
}
