// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

/**
 * What one end of the link has counted.
 *
 * @param receivedBytes line bytes, framing included
 * @param sentBytes line bytes, framing included
 * @param resyncs malformed frames skipped
 * @param retransmits DATA frames sent again
 * @param duplicates DATA frames received again
 * @param gaps DATA frames received beyond the expected one
 */
public record LinkStatistics(
        long receivedBytes,
        long sentBytes,
        long receivedFrames,
        long sentFrames,
        long crcErrors,
        long resyncs,
        long retransmits,
        long duplicates,
        long gaps,
        long timeouts) {}
