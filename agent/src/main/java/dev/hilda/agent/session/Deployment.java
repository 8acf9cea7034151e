package dev.hilda.agent.session;

import dev.hilda.agent.board.FirmwareImage;
import dev.hilda.agent.network.IntegerNetwork;

/**
 * A network with the firmware that runs it.
 *
 * @param network as the oracle executes it
 * @param modelHash SHA-256 that the firmware says in its hello, 64 hexadecimal digits
 * @param image what is flashed
 */
public record Deployment(IntegerNetwork network, String modelHash, FirmwareImage image) {
    /** What the firmware must say of itself. */
    public ExpectedFirmware expected() {
        return ExpectedFirmware.network(modelHash);
    }
}
