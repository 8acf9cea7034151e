// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.bench;

import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.host.firmware.FirmwareBuild;

/** The base firmware for tests, built once. */
final class Firmware {
    private Firmware() {}

    static FirmwareImage base() throws InterruptedException {
        return new FirmwareBuild(TestBench.cache(), line -> {}).baseFirmware(VirtualBoard.PROFILE);
    }
}
