// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.cli;

import dev.hilda.agent.daemon.BenchStores;
import dev.hilda.agent.jobs.BoardQueue;
import dev.hilda.agent.jobs.ContentLimits;
import dev.hilda.agent.jobs.Contents;
import dev.hilda.agent.jobs.JobWorker;
import dev.hilda.agent.jobs.Jobs;
import dev.hilda.agent.jobs.Leases;
import dev.hilda.agent.jobs.QueueOptions;
import dev.hilda.agent.publish.Message;
import dev.hilda.agent.publish.ResultMessages;
import dev.hilda.agent.result.FlashLedger;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.result.ResultStore;
import dev.hilda.agent.signature.TrustedKeys;
import dev.hilda.agent.store.Store;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/**
 * An agent's store, for its bench.
 *
 * @param isPublished whether results go into the outbox
 * @param remarks hears of what could not be sent
 */
record AgentStores(
        Store store, ContentLimits limits, QueueOptions options, boolean isPublished, Consumer<String> remarks)
        implements BenchStores {
    @Override
    public Jobs jobs() {
        return store.jobs();
    }

    @Override
    public Contents contents() {
        return store.contents(limits);
    }

    @Override
    public TrustedKeys keys() {
        return store.keys().list();
    }

    @Override
    public void audit(String action, int status) {
        store.tokens().audit(options.agent(), action, status);
    }

    @Override
    public Leases leases() {
        return store.leases();
    }

    @Override
    public FlashLedger flashes() {
        return store.flashes();
    }

    @Override
    public ResultStore results() {
        return store.results(isPublished);
    }

    @Override
    public BoardQueue queue(String pool, String serial, JobWorker worker) {
        return store.startPausedQueue(pool, serial, worker, options);
    }

    @Override
    public List<Result> latest(String bench) {
        return store.latest(bench, remarks);
    }

    @Override
    public void sendWaiting(Consumer<Message> sender) {
        try {
            store.outbox(options.agent())
                    .send(waiting -> ResultMessages.of(waiting).forEach(sender), remarks);
        } catch (IOException e) {
            remarks.accept("the outbox could not be sent: " + e.getMessage());
        }
    }
}
