package dev.hilda.agent.cli;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.session.Deployment;
import dev.hilda.profile.BoardProfile;
import java.nio.file.Path;

/** Makes of a file that the user names a network with firmware for a board. */
@FunctionalInterface
public interface DeploymentSource {
    /**
     * The network of a file, with its firmware.
     *
     * @throws BenchFailure when the file cannot be read, or holds no firmware for that board
     */
    Deployment open(Path file, BoardProfile profile) throws InterruptedException;
}
