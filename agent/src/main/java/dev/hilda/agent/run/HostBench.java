// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.board.AttachedBoard;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.BoardLink;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.board.RunningClock;
import dev.hilda.agent.discovery.BoardChoice;
import dev.hilda.agent.discovery.BoardDiscovery;
import dev.hilda.agent.openocd.FlashPatience;
import dev.hilda.agent.openocd.OpenOcdFlasher;
import dev.hilda.agent.publish.OutboxPublisher;
import dev.hilda.agent.publish.Publisher;
import dev.hilda.agent.publish.SilentPublisher;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.publish.mqtt.BrokerAddress;
import dev.hilda.agent.publish.mqtt.MqttPublisher;
import dev.hilda.agent.result.BenchSetup;
import dev.hilda.agent.serial.SerialBoardLink;
import dev.hilda.profile.BoardProfile;
import dev.hilda.profile.Verification;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The boards of this host, reached by OpenOCD and their serial ports, told of over MQTT.
 *
 * @param discovery finds them
 * @param delivery where results go; empty where nobody is to hear of them
 * @param environment of this process
 */
public record HostBench(BoardDiscovery discovery, Optional<Delivery> delivery, Map<String, String> environment)
        implements BenchPorts {
    private static final Path OPENOCD = Path.of("openocd");

    /**
     * Refuses to flash by a profile that has run on nothing yet.
     *
     * @throws BenchFailure of kind {@link FailureKind#PROFILE}
     */
    public static void requireVerified(BoardProfile profile) {
        if (profile.verifiedOn().ground() == Verification.Ground.NONE) {
            throw BenchFailure.of(FailureKind.PROFILE, "flash an untested board")
                    .board(profile.name())
                    .expected("a profile verified on the virtual board or silicon, or --allow-untested")
                    .actual("verified_on: none")
                    .remedy("check supply and max_vos of the profile first: a wrong supply can lock the chip")
                    .failure();
        }
    }

    /**
     * The board that the user means. What a run needs besides is looked for too, as this may come before long work.
     *
     * @param serial the ST-Link's serial number, where the user gave one
     * @throws BenchFailure of kind {@link FailureKind#BENCH}, also when it has no serial port, of kind build without OpenOCD
     */
    public AttachedBoard requireBoard(BoardProfile profile, Optional<String> serial) throws InterruptedException {
        AttachedBoard board = BoardChoice.choose(profile, serial, discovery.find(profile));
        serialPort(board, RunRequest.boardName(profile, board));
        flasherVersion();
        return board;
    }

    @Override
    public Flasher flasher(RunRequest request) {
        return new OpenOcdFlasher(
                OPENOCD,
                request.profile(),
                request.board(),
                request.boardName(),
                FlashPatience.FOR_SILICON,
                RunningClock.OF_THIS_PROCESS);
    }

    @Override
    public String flasherVersion() throws InterruptedException {
        return OpenOcdFlasher.version(OPENOCD).orElse(BenchSetup.UNKNOWN);
    }

    @Override
    public BoardLink link(RunRequest request) {
        return link(request, request.board());
    }

    @Override
    public BoardLink linkAgain(RunRequest request) {
        String serial = request.board().stLinkSerial();
        AttachedBoard found = discovery.find(request.profile()).boards().stream()
                .filter(board -> board.stLinkSerial().equals(serial))
                .findFirst()
                .orElseThrow(() -> BenchFailure.of(FailureKind.BENCH, "find the board again")
                        .board(request.boardName())
                        .actual("no such board is attached")
                        .remedy("plug the board in again; hilda devices lists what is attached")
                        .failure());
        return link(request, found);
    }

    private BoardLink link(RunRequest request, AttachedBoard board) {
        return SerialBoardLink.open(
                serialPort(board, request.boardName()),
                request.profile().usart().defaultBaud(),
                board.portProvider(),
                environment);
    }

    /** Who hears of results. */
    public Optional<BrokerAddress> broker() {
        return delivery.map(Delivery::broker);
    }

    @Override
    public Publisher publisher(Topics topics, Consumer<String> remarks) {
        if (delivery.isEmpty()) {
            return new SilentPublisher();
        }
        Delivery wanted = delivery.get();
        MqttPublisher broker = MqttPublisher.start(wanted.broker(), topics, remarks);
        return new OutboxPublisher(broker, broker::publish, wanted.outbox(), wanted.isRequired(), remarks);
    }

    private static Path serialPort(AttachedBoard board, String boardName) {
        return board.serialPort()
                .orElseThrow(() -> BenchFailure.of(FailureKind.BENCH, "find the serial port")
                        .board(boardName)
                        .expected("a serial port on the ST-Link's USB device")
                        .actual("none")
                        .remedy("unplug the board and plug it in again; check that the kernel has the driver cdc_acm")
                        .failure());
    }
}
