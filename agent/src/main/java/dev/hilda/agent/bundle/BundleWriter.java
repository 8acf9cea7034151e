// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.bundle;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.folder.WholeFile;
import dev.hilda.agent.hash.Sha256;
import dev.hilda.agent.network.NetworkFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes bundles: fixed order and times, nothing compressed, since compressors differ between machines. */
final class BundleWriter {
    /** The earliest time that a zip entry can have. */
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private BundleWriter() {}

    static void write(Bundle bundle, Path file) {
        byte[] content = bytes(bundle);
        try {
            WholeFile.write(file, content);
        } catch (IOException e) {
            throw BenchFailure.of(FailureKind.BUNDLE, "write bundle " + file)
                    .actual(String.valueOf(e.getMessage()))
                    .remedy("name a file in a folder that exists and has room: -o FILE.hilda")
                    .cause(e)
                    .failure();
        }
    }

    static byte[] bytes(Bundle bundle) {
        Map<String, byte[]> parts = parts(bundle);
        Map<String, BundleDocuments.Part> described = new LinkedHashMap<>();
        parts.forEach((name, content) -> {
            requireSize(name, content.length);
            described.put(name, new BundleDocuments.Part(Sha256.hex(content), content.length));
        });
        byte[] manifest = BundleDocuments.write(new BundleDocuments.Manifest(
                bundle.network().name(),
                bundle.modelHash(),
                bundle.provenance(),
                bundle.calibratedClipping(),
                described));
        try {
            return zip(manifest, parts);
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory does not fail", e);
        }
    }

    /** All but the manifest, in their order. */
    static Map<String, byte[]> parts(Bundle bundle) {
        Map<String, byte[]> parts = new LinkedHashMap<>();
        parts.put(BundleParts.ELF, bundle.image().elf().toArray());
        parts.put(BundleParts.BINARY, bundle.image().binary());
        parts.put(BundleParts.LINK_MAP, bundle.linkMap().getBytes(StandardCharsets.UTF_8));
        parts.put(BundleParts.NETWORK, NetworkFile.write(bundle.network()));
        parts.put(BundleParts.REFERENCE, bundle.reference().toBytes(bundle.network()));
        parts.put(BundleParts.REPORT, BundleDocuments.write(bundle.report()));
        return parts;
    }

    private static void requireSize(String name, int sizeBytes) {
        Integer most = BundleParts.MAX_BYTES.get(name);
        if (most == null || sizeBytes > most) {
            throw BenchFailure.of(FailureKind.BUNDLE, "write a bundle")
                    .expected(name + " of at most " + most + " bytes")
                    .actual(sizeBytes + " bytes")
                    .failure();
        }
    }

    private static byte[] zip(byte[] manifest, Map<String, byte[]> parts) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            put(zip, BundleParts.MANIFEST, manifest);
            for (Map.Entry<String, byte[]> part : parts.entrySet()) {
                put(zip, part.getKey(), part.getValue());
            }
        }
        return bytes.toByteArray();
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        CRC32 crc = new CRC32();
        crc.update(content);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        entry.setTimeLocal(TIME);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
