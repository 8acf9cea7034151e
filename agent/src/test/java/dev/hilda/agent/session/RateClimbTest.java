// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.Bytes;
import dev.hilda.agent.board.Clock;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.Progress;
import dev.hilda.agent.protocol.LinkStatistics;
import dev.hilda.agent.protocol.Message;
import dev.hilda.agent.session.RateMemory.Known;
import dev.hilda.agent.testing.FakeBoard;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.ProfileCatalog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateClimbTest {
    private static final BoardProfile PROFILE =
            new ProfileCatalog(Path.of("/nonexistent")).load("virtual-nucleo-h743zi");
    private static final int DEFAULT = PROFILE.usart().defaultBaud();
    private static final long LONG_RUN_BYTES = 5_000_000;
    private static final FirmwareImage IMAGE =
            new FirmwareImage("fake.elf", Bytes.of(new byte[] {1}), List.of(), 0x08000001);

    private final FakeBoard board = new FakeBoard();
    private final List<Integer> hostRates = new ArrayList<>();
    private Known kept = Known.NOTHING;
    private final RateMemory memory = new RateMemory() {
        @Override
        public Known known() {
            return kept;
        }

        @Override
        public void keep(Known known) {
            kept = known;
        }
    };
    private BoardSession session = session(board);

    @Test
    void shouldTakeTheHighestRateOfALineThatCarriesAll() throws Exception {
        Greeting greeting = climb(LONG_RUN_BYTES);
        assertEquals(3_000_000, board.baud());
        assertEquals(40, greeting.hello().uartDivider());
        assertEquals(List.of(1_000_000, 1_500_000, 2_000_000, 3_000_000), hostRates);
        assertEquals(known(3_000_000, 0), kept);
        assertEcho();
    }

    @Test
    void shouldFallBackAStepAndRememberBoth() throws Exception {
        board.carryUpTo(1_200_000);
        Greeting greeting = climb(LONG_RUN_BYTES);
        assertEquals(1_000_000, board.baud());
        assertEquals(120, greeting.hello().uartDivider());
        assertEquals(List.of(1_000_000, 1_500_000, DEFAULT, 1_000_000), hostRates);
        assertEquals(known(1_000_000, 1_500_000), kept);
        assertEcho();
    }

    @Test
    void shouldGoStraightToWhatIsRemembered() throws Exception {
        kept = known(2_000_000, 3_000_000);
        climb(LONG_RUN_BYTES);
        assertEquals(List.of(2_000_000), hostRates);
        assertEquals(2_000_000, board.baud());
        assertEquals(known(2_000_000, 3_000_000), kept);
    }

    @Test
    void shouldStepDownFromARememberedRateThatNowFails() throws Exception {
        kept = known(2_000_000, 3_000_000);
        board.carryUpTo(1_200_000);
        climb(LONG_RUN_BYTES);
        assertEquals(List.of(2_000_000, DEFAULT, 1_500_000, DEFAULT, 1_000_000), hostRates);
        assertEquals(known(1_000_000, 2_000_000), kept);
    }

    @Test
    void shouldStayAtTheFirstRateWhenNoOtherIsCarried() throws Exception {
        board.carryUpTo(DEFAULT);
        Greeting greeting = climb(LONG_RUN_BYTES);
        assertEquals(DEFAULT, board.baud());
        assertEquals(130, greeting.hello().uartDivider());
        assertEquals(known(0, 1_000_000), kept);
        assertEcho();
        hostRates.clear();
        climbAgain(greeting);
        assertEquals(List.of(), hostRates);
    }

    @ParameterizedTest
    @CsvSource({"921599, 0", "921600, 4"})
    void shouldClimbOnlyForWhatTakesLong(long bytes, int changes) throws Exception {
        climb(bytes);
        assertEquals(changes, hostRates.size());
    }

    @Test
    void shouldTakeTheWantedRateAndNoOther() throws Exception {
        climb(1, new LineRates(OptionalInt.of(1_500_000), memory));
        assertEquals(1_500_000, board.baud());
        assertEquals(Known.NOTHING, kept);
    }

    @Test
    void shouldFailWhenTheLineDoesNotCarryTheWantedRate() throws Exception {
        board.carryUpTo(1_200_000);
        BenchFailure failure =
                assertThrows(BenchFailure.class, () -> climb(1, new LineRates(OptionalInt.of(1_500_000), memory)));
        assertEquals(FailureKind.LINK, failure.kind());
        assertTrue(String.valueOf(failure.getMessage()).contains("1500000 baud"), failure.getMessage());
    }

    @Test
    void shouldLeaveFirmwareThatKnowsNoOtherRatesAtItsOwn() throws Exception {
        FakeBoard old = new FakeBoard(
                FakeBoard.defaultHello(),
                answer -> answer.type() == (Message.RATE | Message.REPLY)
                        ? new Message(Message.ERROR, answer.tag(), new byte[] {1, 0, 'n', 'o'})
                        : answer);
        session = session(old);
        Greeting greeting = climb(LONG_RUN_BYTES);
        assertEquals(List.of(), hostRates);
        assertEquals(130, greeting.hello().uartDivider());
        assertEcho();
    }

    @Test
    void shouldNotTakeARateAgainThatDidDamage() throws Exception {
        RateClimb climb = session.rateClimb(new LineRates(OptionalInt.empty(), memory));
        climb.climb(greeted(), LONG_RUN_BYTES);
        climb.judge(counted(0, 7), false);
        assertEquals(known(3_000_000, 0), kept);
        climb.judge(counted(1, 0), false);
        assertEquals(known(2_000_000, 3_000_000), kept);
        kept = Known.NOTHING;
        climb.judge(counted(0, 0), true);
        assertEquals(known(2_000_000, 3_000_000), kept);
    }

    private BoardSession session(FakeBoard fake) {
        return new BoardSession(
                PROFILE,
                ExpectedFirmware.ANY,
                "fake",
                recorded(fake.link()),
                new Random(42)::nextInt,
                Clock.SYSTEM,
                new SessionPatience(Duration.ofSeconds(5), Duration.ofSeconds(5)),
                state -> {});
    }

    private Greeting climb(long bytes) throws InterruptedException {
        return climb(bytes, new LineRates(OptionalInt.empty(), memory));
    }

    private Greeting climb(long bytes, LineRates rates) throws InterruptedException {
        Greeting greeting = greeted();
        return session.rateClimb(rates).climb(greeting, bytes);
    }

    private void climbAgain(Greeting before) throws InterruptedException {
        session.rateClimb(new LineRates(OptionalInt.empty(), memory)).climb(before, LONG_RUN_BYTES);
    }

    private Greeting greeted() throws InterruptedException {
        Flasher flasher = (image, progress) -> new Flasher.Report(1, 1, Duration.ofMillis(5));
        session.flash(flasher, IMAGE, Progress.SILENT);
        return session.hello();
    }

    /** The session goes on at whatever rate it has. */
    private void assertEcho() throws InterruptedException {
        assertEquals(3000, session.echo(new byte[3000], Progress.SILENT).bytes());
    }

    private static Known known(int carried, int failed) {
        return new Known(
                carried == 0 ? OptionalInt.empty() : OptionalInt.of(carried),
                failed == 0 ? OptionalInt.empty() : OptionalInt.of(failed));
    }

    private static LinkStatistics counted(long crcErrors, long timeouts) {
        return new LinkStatistics(0, 0, 0, 0, crcErrors, 0, timeouts, timeouts, 0, timeouts);
    }

    private BoardLink recorded(BoardLink link) {
        return new BoardLink() {
            @Override
            public int read(byte[] into, Duration timeout) throws InterruptedException {
                return link.read(into, timeout);
            }

            @Override
            public void write(byte[] bytes, Duration timeout) throws InterruptedException {
                link.write(bytes, timeout);
            }

            @Override
            public void changeRate(int baud) throws InterruptedException {
                hostRates.add(baud);
                link.changeRate(baud);
            }

            @Override
            public String name() {
                return link.name();
            }

            @Override
            public void close() {
                link.close();
            }
        };
    }
}
