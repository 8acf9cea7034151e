// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.run;

import dev.hilda.agent.result.Result;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what a listener hears. */
record LoggedRun<R extends Result>(RunListener<R> listener) implements RunListener<R> {
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
    public void measured(R result) {
        LOG.info("measured");
        listener.measured(result);
    }

    @Override
    public void saved(String place) {
        LOG.info("result saved: {}", place);
        listener.saved(place);
    }

    @Override
    public void result(Result result) {
        LOG.debug("result: {}", result);
        listener.result(result);
    }

    @Override
    public void published(String topic) {
        LOG.info("result published: {}", topic);
        listener.published(topic);
    }
}
