// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

/**
 * What both ends of the link counted: the host's while images were streamed, the board's since it booted.
 *
 * @param boardUptimeCycles since boot
 * @param boardIdleCycles of them asleep
 */
public record LinkCounters(
        long hostLineBytesSent,
        long hostCrcErrors,
        long hostResyncs,
        long hostRetransmits,
        long hostTimeouts,
        long boardLineBytesSent,
        long boardCrcErrors,
        long boardResyncs,
        long boardRetransmits,
        long boardTimeouts,
        long boardUptimeCycles,
        long boardIdleCycles,
        long boardUartOverruns,
        long boardDmaErrors,
        long boardReceiveOverflowBytes) {}
