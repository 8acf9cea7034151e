// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.store.Night;
import dev.hilda.agent.store.Store;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Finds the night that somebody means. */
final class JudgedNights {
    private static final int NIGHTS = 1000;

    private JudgedNights() {}

    /**
     * The newest judged night of that suite, or whose id begins so.
     *
     * @throws ParameterException where there is none
     */
    static Night require(Store store, String which, CommandLine command) {
        return store.nights().list(Optional.empty(), NIGHTS).stream()
                .filter(night -> night.judgedAt().isPresent())
                .filter(night -> night.suite().equals(which) || night.id().startsWith(which))
                .findFirst()
                .orElseThrow(() -> new ParameterException(
                        command,
                        "NIGHT: expected a suite or a night that was judged, got \"" + which
                                + "\"; hilda suite nights lists them"));
    }
}
