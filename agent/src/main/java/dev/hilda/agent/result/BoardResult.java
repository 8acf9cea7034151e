// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import java.util.List;

/**
 * What the board said of itself.
 *
 * @param coreClockHz as its clock registers are set
 * @param uniqueId of the chip, 24 hexadecimal digits
 * @param firmwareVersion of the firmware that runs
 * @param remarks what did not make the run fail, but should be looked at
 */
public record BoardResult(long coreClockHz, String uniqueId, String firmwareVersion, List<String> remarks) {
    public BoardResult {
        remarks = List.copyOf(remarks);
    }
}
