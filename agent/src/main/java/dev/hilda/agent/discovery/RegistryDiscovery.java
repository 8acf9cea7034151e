// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.discovery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hilda.agent.board.AttachedBoard;
import dev.hilda.agent.board.ProbeBackend;
import dev.hilda.agent.discovery.BoardDiscovery.Findings;
import dev.hilda.agent.folder.RuntimeFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongPredicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Boards that are programs on this host. Each registers itself while it runs, as one JSON object in {@code
 * boards/SERIAL.json} of the run-time folder. What a program left behind that died is no board.
 */
public final class RegistryDiscovery {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern SERIAL = Pattern.compile("[A-Za-z0-9]{1,31}");

    private final Path boardsFolder;
    private final LongPredicate isAlive;

    /**
     * Looks into a folder of registrations.
     *
     * @param boardsFolder folder of the registrations; need not exist
     * @param isAlive whether a process with this id runs
     */
    public RegistryDiscovery(Path boardsFolder, LongPredicate isAlive) {
        this.boardsFolder = boardsFolder;
        this.isAlive = isAlive;
    }

    /** The registrations of this user: {@code $XDG_RUNTIME_DIR/hilda}, else {@code /tmp/hilda-UID}. */
    public static RegistryDiscovery ofUser(Map<String, String> environment) {
        return new RegistryDiscovery(
                RuntimeFolder.of(environment).resolve("boards"),
                pid -> ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
    }

    /**
     * The registered boards. Any profile that is found this way may be used with any of them, a user's own too. The files of
     * boards that were killed are removed on the way.
     */
    public Findings find() {
        Optional<String> distrust = RuntimeFolder.distrust(boardsFolder);
        if (distrust.isPresent()) {
            return new Findings(List.of(), List.of(distrust.get()));
        }
        List<AttachedBoard> boards = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (Path file : registrations()) {
            try {
                read(file).ifPresent(boards::add);
            } catch (JsonProcessingException e) {
                problems.add(file + ": not a JSON object: " + e.getOriginalMessage());
            } catch (InvalidPathException e) {
                problems.add(file + ": pty: expected a path, got " + e.getReason());
            } catch (IOException e) {
                if (!(e instanceof NoSuchFileException)) { // Else the board ended while we looked.
                    problems.add(file + ": " + e.getMessage());
                }
            }
        }
        return new Findings(boards, problems);
    }

    private List<Path> registrations() {
        try (Stream<Path> files = Files.list(boardsFolder)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (IOException e) {
            return List.of(boardsFolder); // Reading it as a file repeats the error with its name.
        }
    }

    private Optional<AttachedBoard> read(Path file) throws IOException {
        JsonNode registration = JSON.readTree(Files.readString(file));
        String serial = text(registration, "serial");
        long pid = number(registration, "pid", 1, Long.MAX_VALUE);
        int port = (int) number(registration, "stlink_port", 1, 65535);
        String pty = text(registration, "pty");
        String product = text(registration, "board");
        if (!SERIAL.matcher(serial).matches()) {
            throw new IOException("serial: expected 1-31 letters and digits, got \"" + serial + "\"");
        }
        if (!isAlive.test(pid)) {
            removeLeft(file, serial);
            return Optional.empty();
        }
        return Optional.of(new AttachedBoard(
                serial,
                product,
                new ProbeBackend.Tcp(port),
                Optional.of(Path.of(pty)),
                OptionalLong.of(pid),
                Optional.of(Path.of(text(registration, "control")))));
    }

    /**
     * Removes the registration first: where it has gone already, the board has been started again, and the other files are
     * those of the new one. What cannot be removed is found dead again.
     */
    private void removeLeft(Path registration, String serial) {
        try {
            Files.delete(registration);
            Files.deleteIfExists(boardsFolder.resolve(serial + ".sock"));
            Files.deleteIfExists(boardsFolder.resolve(serial + ".lock"));
        } catch (IOException untidy) {
            // No board is found here either way.
        }
    }

    private static String text(JsonNode registration, String key) throws IOException {
        JsonNode value = registration.path(key);
        if (!value.isTextual() || value.textValue().isEmpty()) {
            throw new IOException(key + ": expected a text, got " + describe(value));
        }
        return value.textValue();
    }

    private static long number(JsonNode registration, String key, long least, long most) throws IOException {
        JsonNode value = registration.path(key);
        if (!value.isIntegralNumber() || value.longValue() < least || value.longValue() > most) {
            throw new IOException(
                    key + ": expected a number from " + least + " to " + most + ", got " + describe(value));
        }
        return value.longValue();
    }

    private static String describe(JsonNode value) {
        return value.isMissingNode() ? "nothing" : value.toString();
    }
}
