// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.publish.mqtt.BrokerAddress;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class BrokerOptionTest {
    private static final String USER_ONLY = "mqtt://me@127.0.0.1";

    @TempDir
    private Path folder;

    private final StringWriter err = new StringWriter();

    @Command(name = "test")
    private static final class TestCommand implements Runnable {
        @Mixin
        private BrokerOption broker;

        private Optional<BrokerAddress> asked = Optional.empty();

        @Override
        public void run() {
            broker.address();
            asked = Optional.of(broker.address());
        }
    }

    @Test
    void shouldKnowWhetherTheUserChoseTheBroker() {
        assertFalse(chosen(Map.of()));
        assertTrue(chosen(Map.of("HILDA_MQTT", "mqtt://lab")));
        assertTrue(chosen(Map.of(), "--mqtt", "mqtt://127.0.0.1"));
    }

    private static boolean chosen(Map<String, String> environment, String... arguments) {
        TestCommand command = new TestCommand();
        new CommandLine(command).parseArgs(arguments);
        return command.broker.isChosen(environment);
    }

    @Test
    void shouldTakeThePasswordFromTheFirstLineOfAFile() throws IOException {
        Path file = passwordFile("s3cret of mine\r\nnot this\n", "rw-------");
        BrokerAddress address = run(0, "--mqtt", USER_ONLY, "--mqtt-password-file", file.toString())
                .orElseThrow();
        assertEquals("s3cret of mine", address.password().orElseThrow());
        assertEquals("", err.toString());
    }

    @Test
    void shouldWarnOnceOfAFileThatOthersMayRead() throws IOException {
        Path file = passwordFile("s3cret", "rw-r-----");
        run(0, "--mqtt", USER_ONLY, "--mqtt-password-file", file.toString());
        assertEquals(
                "hilda: other users of this machine can read the password in " + file + "\n  what to do: chmod 600 "
                        + file + "\n",
                err.toString());
    }

    @Test
    void shouldWarnOfAPasswordAmongTheArguments() {
        BrokerAddress address = run(0, "--mqtt", "mqtt://me:s3cret@127.0.0.1").orElseThrow();
        assertEquals("s3cret", address.password().orElseThrow());
        assertTrue(err.toString().contains("can read the password in the arguments"), err.toString());
        assertTrue(err.toString().contains("--mqtt-password-file FILE"), err.toString());
        assertFalse(err.toString().contains("s3cret"), err.toString());
    }

    @Test
    void shouldNotWarnOfAnAddressWithoutAPassword() {
        run(0, "--mqtt", USER_ONLY);
        assertEquals("", err.toString());
    }

    @Test
    void shouldRefuseWhatHoldsNoPassword() throws IOException {
        refuses("expected a regular file, got a folder", USER_ONLY, folder);
        refuses("got a folder, a pipe or a device: /dev/null", USER_ONLY, Path.of("/dev/null"));
        refuses("got nothing of that name", USER_ONLY, folder.resolve("absent"));
        refuses("got an empty one", USER_ONLY, passwordFile("\nsecond\n", "rw-------"));
        refuses("a password needs a user", "mqtt://127.0.0.1", passwordFile("s3cret\n", "rw-------"));
        refuses(
                "without a password, got mqtt://me:***@",
                "mqtt://me:x@127.0.0.1",
                passwordFile("s3cret\n", "rw-------"));
    }

    private void refuses(String reason, String url, Path file) {
        err.getBuffer().setLength(0);
        run(ExitCode.USAGE.code(), "--mqtt", url, "--mqtt-password-file", file.toString());
        assertTrue(err.toString().contains("hilda: usage: --mqtt-password-file: "), err.toString());
        assertTrue(err.toString().contains(reason), err.toString());
        assertFalse(err.toString().contains("s3cret"), err.toString());
    }

    private Path passwordFile(String content, String mode) throws IOException {
        Path file = Files.writeString(folder.resolve("password"), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private Optional<BrokerAddress> run(int exitCode, String... arguments) {
        TestCommand command = new TestCommand();
        int code = FailureReport.install(new CommandLine(command))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        assertEquals(exitCode, code, err.toString());
        return command.asked;
    }
}
