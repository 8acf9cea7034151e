// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.protocol.LinkStatistics;
import dev.hilda.agent.session.RateMemory.Known;
import dev.hilda.profile.Usart;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a session's line to the highest rate of the profile's ladder that carries an echo undamaged. Each rate is tried
 * from the one below; the first that fails ends the climb, one step down. What was found is remembered.
 */
public final class RateClimb {
    private static final Logger LOG = LoggerFactory.getLogger(RateClimb.class);

    /** Below this the climb may take longer than it saves. */
    private static final double LEAST_LINE_SECONDS = 10;

    private static final double LINE_BITS_PER_BYTE = 10;

    private final BoardSession session;
    private final Usart usart;
    private final LineRates rates;
    private int reached;

    RateClimb(BoardSession session, Usart usart, LineRates rates) {
        this.session = session;
        this.usart = usart;
        this.rates = rates;
        this.reached = usart.defaultBaud();
    }

    /**
     * Climbs where that is worth while: ready → ready.
     *
     * @param lineBytes that the session is going to send
     * @return what the board says of itself at the rate it has now
     * @throws BenchFailure of kind {@link FailureKind#LINK} when a rate was wanted that the line does not carry
     */
    public Greeting climb(Greeting greeting, long lineBytes) throws InterruptedException {
        if (rates.wanted().isPresent()) {
            return wanted(greeting, rates.wanted().getAsInt());
        }
        double lineSeconds = lineBytes * LINE_BITS_PER_BYTE / usart.defaultBaud();
        return lineSeconds < LEAST_LINE_SECONDS ? greeting : climb(greeting);
    }

    /**
     * To be told what came of the rate of {@link #climb}: one that did damage is not taken again. Timeouts alone are a busy
     * host's or board's.
     *
     * @param isLost whether the session ended because nothing came any more
     */
    void judge(LinkStatistics counted, boolean isLost) {
        boolean damaged = counted.crcErrors() + counted.resyncs() + counted.gaps() > 0;
        if ((damaged || isLost)
                && reached > usart.defaultBaud()
                && rates.wanted().isEmpty()) {
            LOG.warn("{} baud did damage and is not taken again: {}", reached, counted);
            rates.memory().keep(new Known(below(reached), OptionalInt.of(reached)));
        }
    }

    private Greeting wanted(Greeting greeting, int baud) throws InterruptedException {
        if (baud == usart.defaultBaud()) {
            return greeting;
        }
        Optional<Greeting> changed = session.changeRate(baud, greeting);
        if (changed.isEmpty()) {
            session.fail(FailureKind.LINK);
            throw BenchFailure.of(FailureKind.LINK, "run the line at " + baud + " baud")
                    .expected("an echo of " + BoardSession.RATE_TRIAL_BYTES + " bytes without damage")
                    .actual("damage, silence, or firmware that does not know other rates")
                    .remedy("choose a lower rate, or leave --baud away")
                    .failure();
        }
        reached = baud;
        return changed.get();
    }

    private Greeting climb(Greeting start) throws InterruptedException {
        Known known = rates.memory().known();
        Greeting greeting = start;
        for (int baud : usart.baudLadder()) {
            boolean passed =
                    known.carried().isPresent() && baud < known.carried().getAsInt();
            if (baud <= usart.defaultBaud() || passed || known.hasFailedAt(baud)) {
                continue;
            }
            Optional<Greeting> changed = session.changeRate(baud, greeting);
            if (changed.isEmpty()) {
                return stepDown(start, baud);
            }
            greeting = changed.get();
            reached = baud;
        }
        keep(known.failed());
        return greeting;
    }

    private Greeting stepDown(Greeting start, int failed) throws InterruptedException {
        List<Integer> lower = usart.baudLadder().stream()
                .filter(baud -> baud > usart.defaultBaud() && baud < failed)
                .sorted(Comparator.reverseOrder())
                .toList();
        reached = usart.defaultBaud();
        for (int baud : lower) {
            Optional<Greeting> changed = session.changeRate(baud, start);
            if (changed.isPresent()) {
                reached = baud;
                keep(OptionalInt.of(failed));
                return changed.get();
            }
        }
        keep(OptionalInt.of(failed));
        return start;
    }

    private void keep(OptionalInt failed) {
        LOG.info("the line runs at {} baud; failed: {}", reached, failed);
        boolean raised = reached > usart.defaultBaud();
        rates.memory().keep(new Known(raised ? OptionalInt.of(reached) : OptionalInt.empty(), failed));
    }

    private OptionalInt below(int baud) {
        return usart.baudLadder().stream()
                .filter(lower -> lower < baud && lower > usart.defaultBaud())
                .mapToInt(Integer::intValue)
                .max();
    }
}
