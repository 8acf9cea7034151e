// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import dev.hilda.agent.daemon.BenchConfiguration;
import dev.hilda.agent.folder.PasswordFile;
import dev.hilda.agent.publish.Message;
import dev.hilda.agent.publish.Topics;
import dev.hilda.agent.report.Morning;
import dev.hilda.agent.report.MorningFiles;
import dev.hilda.agent.report.MorningJson;
import dev.hilda.agent.report.MorningWebhook;
import dev.hilda.agent.report.Sentence;
import dev.hilda.agent.store.Night;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Tells of mornings: by MQTT, as files, and to a webhook. What cannot be told is remarked on; the store has it all the same. */
final class MorningNews {
    /** So many nights are looked through for the last one of each suite. */
    static final int REMEMBERED = 100;

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final String bench;
    private final Optional<Path> reports;
    private final Optional<Path> webhookFile;
    private final Consumer<Message> voice;
    private final Consumer<String> remarks;

    MorningNews(BenchConfiguration configuration, Consumer<Message> voice, Consumer<String> remarks) {
        this.bench = configuration.bench();
        this.reports = configuration.nights().reports();
        this.webhookFile = configuration.nights().webhookFile();
        this.voice = voice;
        this.remarks = remarks;
    }

    /** Says by MQTT again what the last night of each suite was: brokers forget. */
    void remember(List<Night> newestFirst) {
        Set<String> said = new HashSet<>();
        for (Night night : newestFirst) {
            if (night.bench().equals(bench) && night.morning().isPresent() && said.add(night.suite())) {
                say(night.suite(), night.id(), night.morning().get());
            }
        }
    }

    private void say(String suite, String nightId, String document) {
        voice.accept(new Message(
                Topics.night(bench, suite), document, "application/json", true, Map.of("night_id", nightId)));
    }

    void tell(Morning morning) {
        remarks.accept("suite " + morning.suite() + ": " + Sentence.of(morning));
        say(morning.suite(), morning.nightId(), MorningJson.write(morning));
        reports.ifPresent(folder -> write(morning, folder));
        webhookFile.ifPresent(file -> post(morning, file));
    }

    /** The newest of a suite lies where it always does, and each night has a folder of its own. */
    private void write(Morning morning, Path folder) {
        try {
            MorningFiles.write(morning, folder.resolve(morning.suite()));
            MorningFiles.write(morning, folder.resolve(morning.suite()).resolve(morning.nightId()));
        } catch (IOException e) {
            remarks.accept("the pages of night " + morning.nightId() + " were not written: " + e);
        }
    }

    private void post(Morning morning, Path file) {
        try {
            URI address = URI.create(new PasswordFile(file).password());
            HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
            HttpResponse<Void> answer = client.send(
                    HttpRequest.newBuilder(address)
                            .timeout(PATIENCE)
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString(MorningWebhook.of(morning)))
                            .build(),
                    BodyHandlers.discarding());
            if (answer.statusCode() / 100 != 2) {
                remarks.accept("the webhook refused the morning of suite " + morning.suite() + ": HTTP "
                        + answer.statusCode());
            }
        } catch (IOException | IllegalArgumentException e) {
            // Its address may hold a secret: not in what is told.
            remarks.accept("the webhook was not told of the morning of suite " + morning.suite() + ": "
                    + e.getClass().getSimpleName());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reads the morning of a judged night. */
    static Optional<Morning> morning(Night night) {
        return night.morning().map(document -> {
            try {
                return MorningJson.read(document);
            } catch (JsonProcessingException e) {
                throw BenchFailure.of(FailureKind.STORE, "read the night " + night.id())
                        .expected("a morning of this version")
                        .actual(e.getOriginalMessage())
                        .remedy("read it with the program that judged it")
                        .failure();
            }
        });
    }
}
