// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.hilda.agent.folder.WholeFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Results that no broker has yet, in the order they came: files of one folder, {@code NUMBER-RUN.json} each. */
public final class Outbox {
    private static final Pattern NAME = Pattern.compile("(\\d{8})-.*\\.json");
    private static final String LOCK = "sending.lock";

    private final Path folder;

    public Outbox(Path folder) {
        this.folder = folder;
    }

    /**
     * Adds a result.
     *
     * @return where, for people
     */
    public String keep(Result result) throws IOException {
        Files.createDirectories(folder);
        List<Path> waiting = files();
        int next = waiting.isEmpty() ? 1 : number(waiting.get(waiting.size() - 1)) + 1;
        Path file =
                folder.resolve(String.format("%08d-%s.json", next, result.run().runId()));
        WholeFile.write(file, (result.toJson() + "\n").getBytes(StandardCharsets.UTF_8));
        return folder.toString();
    }

    /** How many wait. */
    public int size() throws IOException {
        return files().size();
    }

    /**
     * Sends all that wait, the oldest first. What was sent is gone before the next is sent, so that a failure neither
     * loses anything nor sends it once more. Does nothing while another process sends.
     *
     * @param sender returns when the broker has it
     * @param remarks hears of files that are no results; they stay
     */
    public void send(Consumer<Result> sender, Consumer<String> remarks) throws IOException {
        if (files().isEmpty()) {
            return;
        }
        try (FileChannel channel =
                        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                return;
            }
            for (Path file : files()) {
                send(file, sender, remarks);
            }
        }
    }

    private static void send(Path file, Consumer<Result> sender, Consumer<String> remarks) throws IOException {
        try {
            sender.accept(Result.parse(Files.readString(file)));
            Files.delete(file);
        } catch (JsonProcessingException damaged) {
            remarks.accept(file + " is no result of this version and was not sent: " + damaged.getOriginalMessage()
                    + "\n  what to do: move it out of the folder");
        }
    }

    private List<Path> files() throws IOException {
        if (Files.notExists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> NAME.matcher(name(file)).matches())
                    .sorted()
                    .toList();
        }
    }

    private static int number(Path file) {
        Matcher name = NAME.matcher(name(file));
        return name.matches() ? Integer.parseInt(name.group(1)) : 0;
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
