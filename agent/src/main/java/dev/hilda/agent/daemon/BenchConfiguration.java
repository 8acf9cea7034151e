// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import dev.hilda.agent.publish.mqtt.BrokerAddress;
import dev.hilda.agent.store.StoreAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a bench is told by its configuration file. {@code agent/docs/agent.md} lists the keys.
 *
 * @param bench name of this bench, one topic level
 * @param store where runs and jobs are kept, where it is not this user's own store
 * @param broker who hears of states and results; empty where nobody does
 * @param boards which attached boards are used, at least one entry
 * @param nights which suites run by themselves, and who hears of their mornings
 */
public record BenchConfiguration(
        String bench,
        Listening listening,
        Optional<StoreAddress> store,
        Optional<BrokerAddress> broker,
        List<BoardEntry> boards,
        Nights nights,
        Patience patience,
        Quarantine quarantine,
        Limits limits) {
    public BenchConfiguration {
        boards = List.copyOf(boards);
    }

    /**
     * Where the API is reached.
     *
     * @param host a name or an address of this machine
     * @param port 0 for a free one
     * @param certificate PKCS#12 file with the key of TLS; never empty off loopback, unless a proxy speaks TLS
     * @param isBehindProxy whether what is connected is a proxy that speaks TLS with the world
     */
    public record Listening(String host, int port, Optional<Certificate> certificate, boolean isBehindProxy) {}

    /**
     * A key and its certificates.
     *
     * @param passwordFile its first line opens the file
     */
    public record Certificate(Path keyStore, Path passwordFile) {}

    /**
     * Boards that are used.
     *
     * @param serial of the ST-Link; without it every board of that profile
     * @param pool that they take jobs from, one topic level
     * @param allowsUntested whether a profile that has run on nothing yet may be flashed
     * @param power what takes the board's power away and gives it back
     * @param probation a bundle that a board must run with parity before it leaves quarantine; without it a self-test of its
     *     line is all
     */
    public record BoardEntry(
            String profile,
            Optional<String> serial,
            String pool,
            boolean allowsUntested,
            Optional<PowerSwitch> power,
            Optional<Path> probation) {}

    /**
     * Nights of this bench.
     *
     * @param suites files
     * @param reports folder that each morning's pages go into; empty where nobody wants files
     * @param webhookFile its first line is an address that each morning is posted to
     */
    public record Nights(List<Path> suites, Optional<Path> reports, Optional<Path> webhookFile) {
        public Nights {
            suites = List.copyOf(suites);
        }
    }

    /**
     * How long things may take.
     *
     * @param silence of a board's firmware
     * @param discovery between two looks at what is attached
     * @param stop how long a job in work may take to end when the agent is told to stop
     * @param dead an agent that is not heard of for that long counts as dead: its jobs go elsewhere
     */
    public record Patience(Duration silence, Duration discovery, Duration stop, Duration dead) {}

    /**
     * When a board is taken out of service, and how it comes back.
     *
     * @param failures of a board in a row, by its own fault, that it is taken out of service for
     * @param tries to bring it back within a day
     * @param backOff before the first of them; each further one waits twice as long
     */
    public record Quarantine(int failures, int tries, Duration backOff) {}

    /**
     * How much is taken.
     *
     * @param cacheBytes of bundles and data sets that are kept on this machine
     * @param uploadBytes of one bundle or data set
     */
    public record Limits(long cacheBytes, long uploadBytes) {}
}
