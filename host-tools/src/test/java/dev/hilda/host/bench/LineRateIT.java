// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.openocd.FlashPatience;
import dev.hilda.agent.session.BoardSession;
import dev.hilda.agent.session.ExpectedFirmware;
import dev.hilda.agent.session.Greeting;
import dev.hilda.agent.session.LineRates;
import dev.hilda.agent.session.RateMemory;
import dev.hilda.agent.session.SessionPatience;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The firmware's line climbs to what each kind of ST-Link carries, whose bridge really loses bytes beyond. */
class LineRateIT {
    private static final long LONG_RUN_BYTES = 5_000_000;
    private static final int ECHO_BYTES = 20_000;

    @RegisterExtension
    private final TestBench bench = new TestBench();

    private final List<RateMemory.Known> kept = new ArrayList<>();
    private final RateMemory memory = new RateMemory() {
        @Override
        public Known known() {
            return Known.NOTHING;
        }

        @Override
        public void keep(Known known) {
            kept.add(known);
        }
    };

    @ParameterizedTest
    @CsvSource({"v2-1, 1000000, 1500000, 120", "v3, 3000000, 0, 40"})
    void shouldClimbToWhatTheStLinkCarries(String probe, int carried, int failed, long divider) throws Exception {
        VirtualBoard board = bench.board("--fast-flash", "--probe", probe);
        try (BoardLink link = board.link()) {
            BoardSession session = TestBench.session(link, ExpectedFirmware.BASE, SessionPatience.STANDARD);
            session.flash(TestBench.flasher(board, FlashPatience.FOR_SILICON), Firmware.base(), Progress.SILENT);
            Greeting greeting = session.rateClimb(new LineRates(OptionalInt.empty(), memory))
                    .climb(session.hello(), LONG_RUN_BYTES);
            assertEquals(divider, greeting.hello().uartDivider());
            assertEquals(
                    List.of(new RateMemory.Known(
                            OptionalInt.of(carried), failed == 0 ? OptionalInt.empty() : OptionalInt.of(failed))),
                    kept);
            byte[] sent = new byte[ECHO_BYTES];
            new Random(carried).nextBytes(sent);
            assertEquals(ECHO_BYTES, session.echo(sent, Progress.SILENT).bytes());
            assertEquals("[]", board.control("lints").path("lints").toString());
            assertEquals(
                    0, session.statistics().dmaErrors() + session.statistics().uartOverruns());
        }
    }
}
