// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend;

import java.util.List;
import java.util.Optional;

/**
 * Where a graph comes from.
 *
 * @param sha256 of the whole file, 64 lower-case hexadecimal digits
 * @param besideSha256 likewise of what was read of files beside it, where anything was
 * @param description what the program that wrote the file says about it; may be empty
 * @param remarks what whoever uses the model should know: where it differs from the file
 */
public record ModelSource(
        String fileName,
        long sizeBytes,
        String sha256,
        Optional<String> besideSha256,
        String description,
        NumberFormat numbers,
        List<String> remarks) {
    public ModelSource {
        remarks = List.copyOf(remarks);
    }

    /** In one file, without remarks. */
    public ModelSource(String fileName, long sizeBytes, String sha256, String description, NumberFormat numbers) {
        this(fileName, sizeBytes, sha256, Optional.empty(), description, numbers, List.of());
    }
}
