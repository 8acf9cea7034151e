// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend.onnx;

import dev.hilda.agent.hash.Sha256;
import dev.hilda.host.frontend.ImportProblem;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorProto;

/** Constants out of the file's tensors: raw, in fields of their type, or in a file beside it. */
final class TensorReader {
    private final Path folder;
    private final StringBuilder externalHashes = new StringBuilder();
    private long externalBytes;

    /** @param folder of the model's file */
    TensorReader(Path folder) {
        this.folder = folder;
    }

    /** What was read of other files than the model's. */
    long externalBytes() {
        return externalBytes;
    }

    /** SHA-256 of it, as 64 hexadecimal digits; empty where nothing was read of other files. */
    Optional<String> externalSha256() {
        return externalBytes == 0
                ? Optional.empty()
                : Optional.of(Sha256.hex(externalHashes.toString().getBytes(StandardCharsets.US_ASCII)));
    }

    /** One that an attribute holds. */
    static Constant ofAttribute(TensorProto tensor) {
        return new TensorReader(Path.of("")).read(tensor);
    }

    Constant read(TensorProto tensor) {
        ElementType type = ElementType.of(tensor.getDataType(), "tensor \"" + tensor.getName() + "\"");
        List<Integer> dims = new ArrayList<>();
        for (long extent : tensor.getDimsList()) {
            ImportProblem.requireIntact(
                    extent >= 0 && extent <= Integer.MAX_VALUE,
                    "extents from 0 of tensor \"" + tensor.getName() + "\"",
                    extent);
            dims.add((int) extent);
        }
        int count = Dims.elements(dims);
        if (tensor.hasSegment()) {
            throw new ImportProblem(
                    "tensors in one part", "\"" + tensor.getName() + "\" in segments", "export the model again");
        }
        double[] values = new double[count];
        if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
            fill(values, type, external(tensor, type.bytes(count)), tensor.getName());
        } else if (!tensor.getRawData().isEmpty()) {
            fill(values, type, tensor.getRawData().asReadOnlyByteBuffer(), tensor.getName());
        } else {
            fill(values, type, tensor);
        }
        return new Constant(type, dims, values);
    }

    private static void fill(double[] values, ElementType type, ByteBuffer raw, String name) {
        raw.order(ByteOrder.LITTLE_ENDIAN);
        long expected = type.bytes(values.length);
        ImportProblem.requireIntact(
                raw.remaining() == expected, expected + " bytes of tensor \"" + name + "\"", raw.remaining());
        ByteBuffer elements = raw.slice().order(ByteOrder.LITTLE_ENDIAN);
        for (int index = 0; index < values.length; index++) {
            values[index] = type.element(elements, index);
        }
    }

    /** Types smaller than int32 are in its field, one element each, but that two of 4 bits share one. */
    private static void fill(double[] values, ElementType type, TensorProto tensor) {
        int count = switch (type) {
            case FLOAT -> tensor.getFloatDataCount();
            case DOUBLE -> tensor.getDoubleDataCount();
            case INT64 -> tensor.getInt64DataCount();
            case UINT32 -> tensor.getUint64DataCount();
            case UINT4, INT4 -> tensor.getInt32DataCount() * 2;
            default -> tensor.getInt32DataCount();
        };
        boolean isPacked = type.bits() == 4;
        ImportProblem.requireIntact(
                count == values.length || (isPacked && count == values.length + 1),
                values.length + " elements of tensor \"" + tensor.getName() + "\"",
                count);
        for (int index = 0; index < values.length; index++) {
            values[index] = switch (type) {
                case FLOAT -> tensor.getFloatData(index);
                case DOUBLE -> tensor.getDoubleData(index);
                case INT64 -> tensor.getInt64Data(index);
                case UINT32 -> tensor.getUint64Data(index);
                case FLOAT16 -> ElementType.half((short) tensor.getInt32Data(index));
                case BFLOAT16 -> Float.intBitsToFloat(tensor.getInt32Data(index) << Short.SIZE);
                case UINT4 -> tensor.getInt32Data(index / 2) >> (index % 2 * 4) & 0xF;
                case INT4 -> ((tensor.getInt32Data(index / 2) >> (index % 2 * 4) & 0xF) ^ 8) - 8;
                default -> tensor.getInt32Data(index);
            };
        }
    }

    /** Of a file in the model's folder or below it. */
    private ByteBuffer external(TensorProto tensor, long bytes) {
        Map<String, String> given = new HashMap<>();
        for (StringStringEntryProto entry : tensor.getExternalDataList()) {
            given.put(entry.getKey(), entry.getValue());
        }
        String location = given.getOrDefault("location", "");
        Path file = folder.resolve(location).normalize();
        if (location.isEmpty() || Path.of(location).isAbsolute() || !file.startsWith(folder.normalize())) {
            throw new ImportProblem(
                    "the data of tensor \"" + tensor.getName() + "\" in a file beside the model",
                    "location \"" + location + "\"",
                    "save the model with its data in one file");
        }
        try (RandomAccessFile data = new RandomAccessFile(file.toFile(), "r")) {
            long offset = Long.parseLong(given.getOrDefault("offset", "0"));
            long length = Long.parseLong(given.getOrDefault("length", String.valueOf(bytes)));
            ImportProblem.requireIntact(
                    length == bytes && offset >= 0 && offset + length <= data.length(),
                    bytes + " bytes of tensor \"" + tensor.getName() + "\" in " + file.getFileName(),
                    length + " at " + offset + " of " + data.length());
            byte[] read = new byte[(int) bytes];
            data.seek(offset);
            data.readFully(read);
            externalBytes += bytes;
            externalHashes.append(Sha256.hex(read)); // In the file's order of tensors.
            return ByteBuffer.wrap(read);
        } catch (IOException | NumberFormatException unreadable) {
            throw new ImportProblem(
                    "the data of tensor \"" + tensor.getName() + "\" in file \"" + location + "\" beside the model",
                    String.valueOf(unreadable.getMessage()),
                    "copy that file next to the model, or save the model with its data in one file");
        }
    }
}
