// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.dataset;

import dev.hilda.agent.network.TensorShape;

/**
 * One file of equal records without gaps. A sample is one record, or with a window the concatenation of consecutive ones:
 * sample i reads records i … i + window − 1.
 */
final class RecordFile implements SampleSource {
    private final StoredFile file;
    private final String name;
    private final AxisOrder order;
    private final TensorShape shape;
    private final ElementType type;
    private final long headerBytes;
    private final int sampleBytes;
    private final int recordBytes;
    private final int size;

    /**
     * @param name of the data set; sample ids begin with it
     * @param headerBytes before the first record
     * @param window records in a sample, at least 1; divides the number of elements of the shape
     * @throws DataSetException when the rest of the file is not a whole number of records, or holds no sample
     */
    RecordFile(
            StoredFile file,
            String name,
            long headerBytes,
            TensorShape shape,
            ElementType type,
            AxisOrder order,
            int window) {
        this.file = file;
        this.name = name;
        this.order = order;
        this.shape = shape;
        this.type = type;
        this.headerBytes = headerBytes;
        this.sampleBytes = Math.multiplyExact(shape.elements(), type.bytes());
        this.recordBytes = sampleBytes / window;
        long bytes = file.sizeBytes() - headerBytes;
        long samples = bytes / recordBytes - window + 1;
        if (bytes % recordBytes != 0 || samples < 1 || samples > Integer.MAX_VALUE) {
            throw new DataSetException(
                    file.path().toString(),
                    "size of the data file",
                    "a multiple of " + recordBytes + " bytes"
                            + (window > 1 ? ", at least " + sampleBytes : "")
                            + (headerBytes > 0 ? ", after " + headerBytes + " bytes of header" : ""),
                    file.sizeBytes() + " bytes",
                    "check the keys shape and dtype, and that the file is complete");
        }
        this.size = (int) samples;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public String id(int index) {
        return name + "/" + index;
    }

    @Override
    public byte[] read(int index) {
        byte[] stored = file.readSample(headerBytes + (long) index * recordBytes, sampleBytes, type, index);
        return order.toHwc(stored, shape, type.bytes());
    }
}
