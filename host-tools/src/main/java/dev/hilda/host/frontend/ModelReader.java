// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend;

import java.nio.file.Path;

/** Reads one format of model files. */
public interface ModelReader {
    FileFormat format();

    /**
     * The model in a file, whatever its name.
     *
     * @throws ModelException when it cannot be read, is damaged, or contains what is not supported
     */
    ImportedModel read(Path file);
}
