package dev.hilda.agent.run;

import dev.hilda.agent.publish.RunIdentity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A listener that keeps what it hears. */
class Heard<R> implements RunListener<R> {
    final List<String> remarks = new ArrayList<>();
    final List<String> documents = new ArrayList<>();
    final List<R> reports = new ArrayList<>();
    final List<Path> files = new ArrayList<>();
    final List<String> topics = new ArrayList<>();

    @Override
    public void progress(String step, long done, long total) {}

    @Override
    public void remark(String text) {
        remarks.add(text);
    }

    @Override
    public void measured(RunIdentity run, R report) {
        reports.add(report);
    }

    @Override
    public void document(String document) {
        documents.add(document);
    }

    @Override
    public void saved(Path file) {
        files.add(file);
    }

    @Override
    public void published(String topic) {
        topics.add(topic);
    }
}
