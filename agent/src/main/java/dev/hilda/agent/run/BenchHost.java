// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

/**
 * The computer that a run is done from.
 *
 * @param name its host name
 * @param hildaVersion of this program
 * @param hildaCommit that it was built from
 */
public record BenchHost(String name, String hildaVersion, String hildaCommit) {}
