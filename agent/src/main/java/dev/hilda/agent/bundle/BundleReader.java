// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.bundle;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.hash.Sha256;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.NetworkFile;
import dev.hilda.agent.network.NetworkFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** Reads bundles and believes nothing: every part has a largest size and the manifest's hash. */
final class BundleReader {
    private final Path file;

    BundleReader(Path file) {
        this.file = file;
    }

    Bundle read() {
        try {
            long sizeBytes = Files.size(file);
            if (!Files.isRegularFile(file)) {
                throw failure("a bundle", "a folder, a pipe or a device", "name a file", null);
            }
            if (sizeBytes > BundleParts.MAX_FILE_BYTES) {
                throw damaged("at most " + BundleParts.MAX_FILE_BYTES + " bytes", sizeBytes + " bytes", null);
            }
            try (ZipFile zip = new ZipFile(file.toFile())) {
                return bundle(zip);
            }
        } catch (NoSuchFileException e) {
            throw failure("a bundle", "no such file", "check the path", e);
        } catch (ZipException e) {
            throw damaged("a zip file", String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw failure("a readable file", String.valueOf(e.getMessage()), "check the path and its permissions", e);
        } catch (NetworkFormatException | IllegalArgumentException | ArithmeticException e) {
            throw damaged("a bundle", String.valueOf(e.getMessage()), e);
        }
    }

    private Bundle bundle(ZipFile zip) throws IOException {
        List<String> names = new ArrayList<>();
        Collections.list(zip.entries()).forEach(entry -> names.add(entry.getName()));
        if (!names.contains(BundleParts.MANIFEST)) {
            throw damaged("a " + BundleParts.MANIFEST, "a zip file of " + names.size() + " other files", null);
        }
        BundleDocuments.Manifest manifest =
                BundleDocuments.manifest(part(zip, BundleParts.MANIFEST, BundleParts.MAX_MANIFEST_BYTES));
        List<String> expected = new ArrayList<>(List.of(BundleParts.MANIFEST));
        expected.addAll(BundleParts.MAX_BYTES.keySet());
        if (!names.equals(expected)) {
            throw damaged(
                    "the files " + expected,
                    names.subList(0, Math.min(names.size(), 10)).toString(),
                    null);
        }
        Map<String, byte[]> parts = new HashMap<>();
        for (Map.Entry<String, Integer> part : BundleParts.MAX_BYTES.entrySet()) {
            byte[] content = part(zip, part.getKey(), part.getValue());
            requireDescribed(part.getKey(), content, manifest);
            parts.put(part.getKey(), content);
        }
        return bundle(manifest, parts);
    }

    private Bundle bundle(BundleDocuments.Manifest manifest, Map<String, byte[]> parts) throws IOException {
        IntegerNetwork network = NetworkFile.read(of(parts, BundleParts.NETWORK));
        String modelHash = Sha256.hex(of(parts, BundleParts.NETWORK));
        if (!modelHash.equals(manifest.modelHash())) {
            throw damaged("network of model hash " + manifest.modelHash(), modelHash, null);
        }
        FirmwareImage image = FirmwareImage.of(file.getFileName() + ":" + BundleParts.ELF, of(parts, BundleParts.ELF));
        if (!Arrays.equals(image.binary(), of(parts, BundleParts.BINARY))) {
            throw damaged(BundleParts.BINARY + " with the content of " + BundleParts.ELF, "other bytes", null);
        }
        return new Bundle(
                manifest.provenance(),
                network,
                image,
                new String(of(parts, BundleParts.LINK_MAP), StandardCharsets.UTF_8),
                Reference.of(of(parts, BundleParts.REFERENCE), network),
                BundleDocuments.report(of(parts, BundleParts.REPORT)),
                manifest.calibratedClipping());
    }

    private static byte[] of(Map<String, byte[]> parts, String name) throws IOException {
        byte[] content = parts.get(name);
        if (content == null) {
            throw new IOException(name + " is missing");
        }
        return content;
    }

    private byte[] part(ZipFile zip, String name, int maxBytes) throws IOException {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw damaged(name, "no such file in it", null);
        }
        byte[] content;
        try (InputStream in = zip.getInputStream(entry)) {
            content = in.readNBytes(maxBytes + 1);
        }
        if (content.length > maxBytes) {
            throw damaged(name + " of at most " + maxBytes + " bytes", "more", null);
        }
        CRC32 crc = new CRC32();
        crc.update(content);
        if (crc.getValue() != entry.getCrc()) {
            throw damaged(name + " as it was written", "other bytes (CRC-32 differs)", null);
        }
        return content;
    }

    private void requireDescribed(String name, byte[] content, BundleDocuments.Manifest manifest) {
        BundleDocuments.Part part = manifest.parts().get(name);
        if (part == null) {
            throw damaged("a manifest that describes " + name, "none", null);
        }
        String actual = Sha256.hex(content);
        if (part.sizeBytes() != content.length || !part.sha256().equals(actual)) {
            throw damaged(
                    name + " of " + part.sizeBytes() + " bytes with SHA-256 " + part.sha256(),
                    content.length + " bytes with SHA-256 " + actual,
                    null);
        }
    }

    private BenchFailure damaged(String expected, String actual, @Nullable Exception cause) {
        return failure(expected, actual, "build the bundle again: hilda quantize, or copy it again", cause);
    }

    private BenchFailure failure(String expected, String actual, String remedy, @Nullable Exception cause) {
        BenchFailure.Builder failure = BenchFailure.of(FailureKind.BUNDLE, "read bundle " + file)
                .expected(expected)
                .actual(actual)
                .remedy(remedy);
        return (cause == null ? failure : failure.cause(cause)).failure();
    }
}
