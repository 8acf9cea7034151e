// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.bundle;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Names of a bundle's files, in their order in the zip, with the most bytes each may have. */
final class BundleParts {
    static final String MANIFEST = "manifest.json";
    static final String ELF = "firmware.elf";
    static final String BINARY = "firmware.bin";
    static final String LINK_MAP = "firmware.map";
    static final String NETWORK = "network.hnet";
    static final String REFERENCE = "reference.bin";
    static final String REPORT = "report.json";

    static final int MAX_MANIFEST_BYTES = 1 << 16;

    /** All but the manifest. */
    static final Map<String, Integer> MAX_BYTES = maxBytes();

    /** Of the zip file as a whole. */
    static final long MAX_FILE_BYTES = 1L << 27;

    private BundleParts() {}

    /** What a file of a bundle is to people. */
    static String notion(String name) {
        return switch (name) {
            case ELF, BINARY -> "firmware image";
            case LINK_MAP -> "link map";
            case NETWORK -> "network";
            case REFERENCE -> "reference outputs";
            case REPORT -> "report";
            default -> "provenance";
        };
    }

    private static Map<String, Integer> maxBytes() {
        Map<String, Integer> sizes = new LinkedHashMap<>();
        sizes.put(ELF, 1 << 25);
        sizes.put(BINARY, 1 << 23);
        sizes.put(LINK_MAP, 1 << 24);
        sizes.put(NETWORK, 1 << 24);
        sizes.put(REFERENCE, 1 << 24);
        sizes.put(REPORT, 1 << 20);
        return Collections.unmodifiableMap(sizes);
    }
}
