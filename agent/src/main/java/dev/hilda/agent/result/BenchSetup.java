// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

/**
 * The bench that a run was done at. What only the board or its ST-Link can tell is {@link #UNKNOWN} until they have.
 *
 * @param host name of the computer
 * @param hildaVersion of this program
 * @param hildaCommit of its source, {@code -dirty} behind it where files differ from that commit
 * @param openocdVersion as it says itself
 * @param probe what the ST-Link calls itself; its serial number is the run's {@code board_serial}
 * @param probeFirmware version of the ST-Link's own firmware, as OpenOCD prints it
 * @param chipId DBGMCU_IDCODE's device, for example {@code 0x450}
 * @param chipRevision as the profile names it
 * @param clockSource of the core, for example {@code hse_bypass}
 * @param lineBaud of the serial line: what the board really samples at, before its hello what was asked of it
 */
public record BenchSetup(
        String host,
        String hildaVersion,
        String hildaCommit,
        String openocdVersion,
        String probe,
        String probeFirmware,
        String chipId,
        String chipRevision,
        String clockSource,
        long lineBaud) {
    public static final String UNKNOWN = "unknown";
}
