// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.jobs;

/**
 * How much of contents there may be.
 *
 * @param blobBytes of one file
 * @param cacheBytes of all files that a host has fetched
 */
public record ContentLimits(long blobBytes, long cacheBytes) {
    public static final ContentLimits DEFAULT = new ContentLimits(512L << 20, 4L << 30);
}
