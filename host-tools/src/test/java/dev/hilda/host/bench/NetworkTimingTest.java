// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class NetworkTimingTest {
    @Test
    void shouldTellHowFarSiliconMayBe() {
        NetworkTiming sparse = timing(1300, 1000, 2000);
        assertEquals(1900, sparse.leastCycles(), 1e-9);
        assertEquals(2100, sparse.mostCycles(), 1e-9);
        NetworkTiming dense = timing(1301, 1000, 2000);
        assertEquals(2000, dense.leastCycles());
        assertEquals(2400, dense.mostCycles(), 1e-9);
    }

    @Test
    void shouldTakeWhatSiliconSaysAsItIs() {
        NetworkTiming silicon = new NetworkTiming(
                "n",
                "8",
                "8",
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                2000,
                1,
                1,
                true);
        assertEquals(2000, silicon.leastCycles());
        assertEquals(2000, silicon.mostCycles());
    }

    @Test
    void shouldFindPublishedFiguresByName() {
        NetworkPeers peers = NetworkPeers.read();
        List<NetworkPeers.Peer> found = peers.of("ic01_resnet8_int8");
        assertEquals(3, found.size());
        assertTrue(found.stream().allMatch(peer -> peer.network().equals("ic01") && peer.clockMhz() == 280));
        assertEquals(List.of(), peers.of("ic0"));
        assertEquals(65.8, peers.of("mobilenet_v1_160_0.25").get(0).megacycles(), 0.05);
    }

    private static NetworkTiming timing(long instructions, long before, long cycles) {
        return new NetworkTiming(
                "n",
                "8",
                "8",
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.of(instructions),
                OptionalLong.of(before),
                OptionalLong.of(1),
                cycles,
                1,
                1,
                true);
    }
}
