// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.agent.network.TensorShape;
import java.nio.file.Path;
import java.util.List;

/** One raw file a sample, all of the size that the shape says. */
final class FileList implements SampleSource {
    private final Path folder;
    private final List<String> files;
    private final AxisOrder order;
    private final TensorShape shape;
    private final ElementType type;

    FileList(Path folder, List<String> files, TensorShape shape, ElementType type, AxisOrder order) {
        this.folder = folder;
        this.files = List.copyOf(files);
        this.order = order;
        this.shape = shape;
        this.type = type;
        StoredFile.of(StoredFile.resolve(folder, files.get(0)));
    }

    @Override
    public int size() {
        return files.size();
    }

    @Override
    public String id(int index) {
        return files.get(index);
    }

    @Override
    public byte[] read(int index) {
        StoredFile file = StoredFile.of(StoredFile.resolve(folder, files.get(index)));
        int expected = Math.multiplyExact(shape.elements(), type.bytes());
        if (file.sizeBytes() != expected) {
            throw new DataSetException(
                    file.path().toString(),
                    "size of the data file",
                    expected + " bytes for a sample of " + shape,
                    file.sizeBytes() + " bytes",
                    "check the keys shape and dtype, and that the file is complete");
        }
        return order.toHwc(file.readSample(0, expected, type, index), shape, type.bytes());
    }
}
