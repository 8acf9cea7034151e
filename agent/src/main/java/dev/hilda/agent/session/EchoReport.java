// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import dev.hilda.agent.protocol.LinkStatistics;
import java.time.Duration;

/**
 * What an echo of many bytes gave; all came back as sent.
 *
 * @param bytes sent, and received again
 * @param duration from the first byte sent to the last received, by the host's clock
 * @param link what the host's end of the link counted meanwhile
 */
public record EchoReport(int bytes, Duration duration, LinkStatistics link) {
    static LinkStatistics difference(LinkStatistics before, LinkStatistics after) {
        return new LinkStatistics(
                after.receivedBytes() - before.receivedBytes(),
                after.sentBytes() - before.sentBytes(),
                after.receivedFrames() - before.receivedFrames(),
                after.sentFrames() - before.sentFrames(),
                after.crcErrors() - before.crcErrors(),
                after.resyncs() - before.resyncs(),
                after.retransmits() - before.retransmits(),
                after.duplicates() - before.duplicates(),
                after.gaps() - before.gaps(),
                after.timeouts() - before.timeouts());
    }
}
