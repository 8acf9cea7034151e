// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What kernels of other engines take on the known layers, at -O3: instructions executed on an emulated Cortex-M7, and
 * cycles before missed lines by a static estimate of its issue. Those whose results are wrong are left out.
 */
public final class KernelPeers {
    private static final String FILE = "kernel-peers.csv";

    private final List<Peer> peers;

    private KernelPeers(List<Peer> peers) {
        this.peers = peers;
    }

    /** One engine's kernel on one layer. */
    public record Peer(
            String layer,
            int activationBits,
            int weightBits,
            String engine,
            double megainstructions,
            double megacycles) {
        private static final double CYCLES_PER_MEGACYCLE = 1e6;
        private static final double RATIO_STEPS = 1000;

        /** So many cycles as a multiple of its own, to three digits. */
        double ratio(long cycles) {
            return Math.round(cycles / (megacycles * CYCLES_PER_MEGACYCLE) * RATIO_STEPS) / RATIO_STEPS;
        }
    }

    /** Those that come with this program. */
    public static KernelPeers read() {
        try (InputStream file = Objects.requireNonNull(KernelPeers.class.getResourceAsStream(FILE), FILE)) {
            String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            return new KernelPeers(text.lines().skip(1).map(KernelPeers::peer).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Peer peer(String line) {
        List<String> cells = Arrays.asList(line.split(",", -1));
        return new Peer(
                cells.get(0),
                Integer.parseInt(cells.get(1)),
                Integer.parseInt(cells.get(2)),
                cells.get(3),
                Double.parseDouble(cells.get(4)),
                Double.parseDouble(cells.get(5)));
    }

    /** The one of fewest cycles on a layer at these bits of activations and weights. */
    public Optional<Peer> best(String layer, KernelBits bits) {
        return peers.stream()
                .filter(peer -> peer.layer().equals(layer)
                        && peer.activationBits() == bits.activation()
                        && peer.weightBits() == bits.weight())
                .min(Comparator.comparingDouble(Peer::megacycles));
    }
}
