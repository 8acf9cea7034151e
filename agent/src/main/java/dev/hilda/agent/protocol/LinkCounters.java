// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

/** The running counts behind {@link LinkStatistics}. */
final class LinkCounters {
    long receivedBytes;
    long sentBytes;
    long receivedFrames;
    long sentFrames;
    long crcErrors;
    long resyncs;
    long retransmits;
    long duplicates;
    long gaps;
    long timeouts;

    LinkStatistics snapshot() {
        return new LinkStatistics(
                receivedBytes,
                sentBytes,
                receivedFrames,
                sentFrames,
                crcErrors,
                resyncs,
                retransmits,
                duplicates,
                gaps,
                timeouts);
    }
}
