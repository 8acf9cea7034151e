// SPDX-License-Identifier: Apache-2.0
package dev.hilda.profile;

/** What the firmware may put into a memory region. */
public enum MemoryRole implements Labelled {
    CODE,
    WEIGHTS,
    /** Code and tables that must run without wait states. */
    HOT_CODE,
    STACK,
    DATA,
    ACTIVATIONS,
    /** What waits for the core or the line: the next image, an answer. */
    STAGING,
    /** Reachable by the serial port's DMA controller. */
    DMA_BUFFERS,
    /** Kept through a reset. */
    CRASH_RECORD
}
