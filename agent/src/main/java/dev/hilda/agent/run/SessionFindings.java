// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.board.Flasher;
import dev.hilda.agent.protocol.Hello;
import dev.hilda.agent.result.BenchSetup;
import dev.hilda.agent.result.BoardResult;
import dev.hilda.agent.result.FlashResult;
import dev.hilda.agent.session.Greeting;
import java.util.Locale;
import java.util.Optional;

/** What every session with a board finds, as results tell it. */
final class SessionFindings {
    private SessionFindings() {}

    /**
     * The bench, as far as it is known by now.
     *
     * @param flasherVersion of the program that flashes
     * @param probeFirmware of the ST-Link, once it was reached
     * @param greeting once the board has said hello
     */
    static BenchSetup setup(
            RunRequest request, String flasherVersion, Optional<String> probeFirmware, Optional<Greeting> greeting) {
        Optional<Hello> hello = greeting.map(Greeting::hello);
        return new BenchSetup(
                request.host().name(),
                request.host().hildaVersion(),
                request.host().hildaCommit(),
                flasherVersion,
                request.board().product(),
                probeFirmware.orElse(BenchSetup.UNKNOWN),
                hello.map(said -> String.format(Locale.ROOT, "0x%03x", said.deviceId()))
                        .orElse(BenchSetup.UNKNOWN),
                greeting.map(said -> said.revision().name()).orElse(BenchSetup.UNKNOWN),
                hello.map(said -> word(said.clockSource())).orElse(BenchSetup.UNKNOWN),
                hello.map(said -> Math.round(said.realBaud()))
                        .orElse((long) request.profile().usart().defaultBaud()));
    }

    static FlashResult flash(Flasher.Report flash) {
        return new FlashResult(
                flash.imageBytes(), flash.erasedSectors(), flash.duration().toMillis());
    }

    static BoardResult board(Greeting greeting, Flasher.Report flash) {
        Hello hello = greeting.hello();
        return new BoardResult(hello.cpuHz(), hello.uniqueId(), hello.firmwareVersion(), greeting.remarks(flash));
    }

    /** An enum constant as documents say it. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
