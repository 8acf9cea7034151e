// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The least time is 1000 here. */
class RoundTripTest {
    private final RoundTrip roundTrip = new RoundTrip(1000);

    private void sample(int sequence, long sentAt, long took) {
        roundTrip.sent(sequence, sentAt);
        roundTrip.acknowledged(sequence + 1, sentAt + took);
    }

    @Test
    void shouldWaitTheLeastTimeAtFirstAndForAFastPeer() {
        assertEquals(1000, roundTrip.timeoutNanos());
        sample(0, 5, 100);
        assertEquals(1000, roundTrip.timeoutNanos());
    }

    /** RFC 6298, section 2: the first sample and twice it; then 1/8 and 1/4 of what each adds. */
    @Test
    void shouldEstimateASlowerPeerWithinTwiceTheLeastTime() {
        sample(0, 100, 400);
        assertEquals(400 + 4 * 200, roundTrip.timeoutNanos());
        sample(1, 600, 480);
        assertEquals(410 + 4 * 170, roundTrip.timeoutNanos());
        sample(2, 2000, 900);
        assertEquals(471 + 4 * 250, roundTrip.timeoutNanos());
        sample(3, 4000, 9000);
        assertEquals(2000, roundTrip.timeoutNanos());
    }

    @Test
    void shouldMeasureOneFrameAtATime() {
        roundTrip.sent(0xFFFF, 0);
        roundTrip.sent(0, 150);
        roundTrip.acknowledged(0xFFFF, 200);
        assertEquals(1000, roundTrip.timeoutNanos(), "an acknowledgement of earlier frames");
        roundTrip.acknowledged(1, 400);
        assertEquals(1200, roundTrip.timeoutNanos());
        roundTrip.acknowledged(2, 1600);
        assertEquals(1200, roundTrip.timeoutNanos(), "no frame is measured any more");
    }

    @Test
    void shouldTakeNoSampleOfARepeatedFrame() {
        roundTrip.sent(0, 0);
        roundTrip.repeating();
        roundTrip.acknowledged(1, 400);
        assertEquals(1000, roundTrip.timeoutNanos());
    }

    @Test
    void shouldWaitTwiceTheTimeAfterATimeoutUntilTheNextSample() {
        roundTrip.sent(0, 0);
        roundTrip.timedOut();
        assertEquals(2000, roundTrip.timeoutNanos());
        roundTrip.acknowledged(1, 400);
        assertEquals(2000, roundTrip.timeoutNanos(), "of a repeated frame");
        sample(1, 500, 400);
        assertEquals(1200, roundTrip.timeoutNanos());
    }

    @Test
    void shouldForgetThePeerOfAnotherSession() {
        sample(0, 0, 400);
        roundTrip.forget();
        assertEquals(1000, roundTrip.timeoutNanos());
        roundTrip.timedOut();
        roundTrip.forget();
        assertEquals(1000, roundTrip.timeoutNanos());
        roundTrip.sent(7, 0);
        roundTrip.forget();
        roundTrip.acknowledged(8, 400);
        assertEquals(1000, roundTrip.timeoutNanos());
    }
}
