package dev.hilda.agent.run;

import dev.hilda.agent.publish.RunIdentity;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what a listener hears. */
record LoggedRun<R>(RunListener<R> listener) implements RunListener<R> {
    private static final Logger LOG = LoggerFactory.getLogger(LoggedRun.class);

    @Override
    public void progress(String step, long done, long total) {
        if (done == total) {
            LOG.info("{}: {} of {}", step, done, total);
        }
        listener.progress(step, done, total);
    }

    @Override
    public void remark(String text) {
        LOG.warn(text);
        listener.remark(text);
    }

    @Override
    public void measured(RunIdentity run, R report) {
        LOG.info("measured");
        listener.measured(run, report);
    }

    @Override
    public void saved(Path file) {
        LOG.info("result saved: {}", file);
        listener.saved(file);
    }

    @Override
    public void document(String document) {
        LOG.debug("result: {}", document);
        listener.document(document);
    }

    @Override
    public void published(String topic) {
        LOG.info("result published: {}", topic);
        listener.published(topic);
    }
}
