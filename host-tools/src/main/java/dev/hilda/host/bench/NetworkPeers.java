// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** What other engines took on silicon, as they published it. */
public final class NetworkPeers {
    private static final String FILE = "network-peers.csv";
    private static final int COLUMNS = 6;

    private final List<Peer> peers;

    private NetworkPeers(List<Peer> peers) {
        this.peers = peers;
    }

    /**
     * A published figure.
     *
     * @param network as its benchmark names it
     * @param source where it was published and how it was computed
     */
    public record Peer(String network, String engine, String chip, double clockMhz, double megacycles, String source) {}

    /** Those that come with this program. */
    public static NetworkPeers read() {
        try (InputStream file = Objects.requireNonNull(NetworkPeers.class.getResourceAsStream(FILE), FILE)) {
            String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            return new NetworkPeers(text.lines().skip(1).map(NetworkPeers::peer).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Peer peer(String line) {
        List<String> cells = Arrays.asList(line.split(",", COLUMNS));
        return new Peer(
                cells.get(0),
                cells.get(1),
                cells.get(2),
                Double.parseDouble(cells.get(3)),
                Double.parseDouble(cells.get(4)),
                cells.get(5).replace("\"", ""));
    }

    /** Of a network whose name is a benchmark's, or begins with it. */
    public List<Peer> of(String network) {
        return peers.stream()
                .filter(peer -> network.equals(peer.network()) || network.startsWith(peer.network() + "_"))
                .toList();
    }
}
