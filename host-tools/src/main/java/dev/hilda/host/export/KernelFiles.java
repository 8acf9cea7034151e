// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.export;

import dev.hilda.agent.cache.ResourceTree;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The firmware template's kernels, as far as a network needs them. */
final class KernelFiles {
    private static final String FOLDER = "kernels/";
    private static final String YIELD = "yield.h";
    private static final Pattern INCLUDE = Pattern.compile("(?m)^#include \"(\\w+\\.h)\"$");

    /** In the place of a call to HILDA's application. */
    private static final String YIELDS_TO_NOBODY = """
            // SPDX-License-Identifier: Apache-2.0
            // Where a kernel lets others have the CPU, at least once per output row: to nobody, unless you say to whom.
            #ifndef HILDA_YIELD_H
            #define HILDA_YIELD_H

            static inline void inference_yield(void) {}

            #endif
            """;

    private final ResourceTree template;
    private final Map<String, String> files = new TreeMap<>();

    private KernelFiles(ResourceTree template) {
        this.template = template;
    }

    /**
     * Path to text of headers, what they include, and the document that says what they compute.
     *
     * @param headers names in the template's {@code kernels}
     */
    static Map<String, String> of(List<String> headers) {
        KernelFiles kernels = new KernelFiles(ResourceTree.read("firmware-template"));
        headers.forEach(kernels::add);
        kernels.files.put(FOLDER + "INTEGER.md", kernels.template.text(FOLDER + "INTEGER.md"));
        return kernels.files;
    }

    private void add(String header) {
        String path = FOLDER + header;
        if (files.containsKey(path)) {
            return;
        }
        String text = header.equals(YIELD) ? YIELDS_TO_NOBODY : template.text(path);
        files.put(path, text);
        Matcher include = INCLUDE.matcher(text);
        while (include.find()) {
            add(include.group(1));
        }
    }
}
