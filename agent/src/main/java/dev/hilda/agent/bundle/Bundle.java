// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.bundle;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.hash.Sha256;
import dev.hilda.agent.network.IntegerNetwork;
import dev.hilda.agent.network.NetworkFile;
import dev.hilda.profile.BoardProfile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;

/**
 * A network with the firmware that runs it, and what is known of both: the content of a {@code .hilda} file.
 *
 * @param provenance where it comes from
 * @param network as the oracle executes it
 * @param image the linked firmware
 * @param linkMap the linker's map, as text
 * @param reference probes with the oracle's outputs
 * @param report sizes
 * @param calibratedClipping share of the calibration's values more than half a step outside of the range of the network's
 *     input, 0 to 1; empty where the file kept its own quantization, and in bundles of versions before it was kept
 */
public record Bundle(
        Provenance provenance,
        IntegerNetwork network,
        FirmwareImage image,
        String linkMap,
        Reference reference,
        BundleReport report,
        OptionalDouble calibratedClipping) {
    /**
     * Reads a bundle. Everything is checked against the manifest's hashes; memory stays bounded whatever the file claims.
     *
     * @throws BenchFailure of kind {@link FailureKind#BUNDLE}
     */
    public static Bundle read(Path file) {
        return new BundleReader(file).read();
    }

    /**
     * Writes the bundle. Equal bundles give equal files, wherever and whenever.
     *
     * @throws BenchFailure of kind {@link FailureKind#BUNDLE}
     */
    public void write(Path file) {
        BundleWriter.write(this, file);
    }

    /** SHA-256 of the bundle's file, as 64 hexadecimal digits; of the file that it would be where there is none yet. */
    public String sha256() {
        return Sha256.hex(BundleWriter.bytes(this));
    }

    /**
     * In what another bundle differs, by the names of what bundles have; where all of that is the same, what the manifest says
     * of where it comes from does. Empty for an equal bundle.
     */
    public Set<String> unlike(Bundle other) {
        Set<String> unlike = new TreeSet<>();
        Map<String, byte[]> others = BundleWriter.parts(other);
        BundleWriter.parts(this).forEach((name, content) -> {
            if (!Arrays.equals(content, others.get(name))) {
                unlike.add(BundleParts.notion(name));
            }
        });
        if (unlike.isEmpty() && !sha256().equals(other.sha256())) {
            unlike.add(BundleParts.notion(BundleParts.MANIFEST));
        }
        return unlike;
    }

    /** SHA-256 of the network's bytes, which the firmware says in its hello. */
    public String modelHash() {
        return NetworkFile.sha256(network);
    }

    /**
     * Checks that the firmware is for a board's chip.
     *
     * @throws BenchFailure of kind {@link FailureKind#BUNDLE}
     */
    public void requireBoard(BoardProfile profile) {
        if (!provenance.mcu().equals(profile.mcu())) {
            throw BenchFailure.of(FailureKind.BUNDLE, "run this bundle")
                    .board(profile.name())
                    .expected("firmware for " + profile.mcu())
                    .actual("firmware for " + provenance.mcu() + ", built for board " + provenance.board())
                    .remedy("quantize again with --board " + profile.name())
                    .failure();
        }
    }
}
