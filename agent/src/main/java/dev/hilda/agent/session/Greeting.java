// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.protocol.Hello;
import dev.hilda.agent.protocol.Hello.ClockSource;
import dev.hilda.agent.protocol.RateAnswer;
import dev.hilda.profile.ChipRevision;
import java.util.List;
import java.util.stream.Stream;

/**
 * A hello that has passed every check.
 *
 * @param hello what the firmware said
 * @param revision the chip's revision, as the profile knows it
 */
public record Greeting(Hello hello, ChipRevision revision) {
    private static final String HSI_REMARK =
            "the board runs from its internal oscillator (1 % off), so that its times are not comparable in us: the clock"
                    + " from the ST-Link is missing";

    Greeting at(RateAnswer rate) {
        return new Greeting(hello.atDivider(rate.uartDivider()), revision);
    }

    /** What did not make a run fail, but should be looked at. */
    public List<String> remarks(Flasher.Report flash) {
        Stream<String> clock = hello.clockSource() == ClockSource.HSI ? Stream.of(HSI_REMARK) : Stream.of();
        return Stream.concat(flash.remarks().stream(), clock).toList();
    }
}
