// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.daemon;

import dev.hilda.agent.jobs.BoardQueue;
import dev.hilda.agent.jobs.Contents;
import dev.hilda.agent.jobs.JobWorker;
import dev.hilda.agent.jobs.Jobs;
import dev.hilda.agent.jobs.Leases;
import dev.hilda.agent.publish.Message;
import dev.hilda.agent.result.FlashLedger;
import dev.hilda.agent.result.Result;
import dev.hilda.agent.result.ResultStore;
import dev.hilda.agent.signature.TrustedKeys;
import java.util.List;
import java.util.function.Consumer;

/** What a bench remembers, and shares with others where the store is shared. */
public interface BenchStores {
    Jobs jobs();

    Contents contents();

    Leases leases();

    /** Whose bundles are run, as of now. */
    TrustedKeys keys();

    /** Remembers for ever that something was done or refused here, by nobody's request. */
    void audit(String action, int status);

    FlashLedger flashes();

    /** Of runs that belong to no job. */
    ResultStore results();

    /**
     * Begins to bring the jobs of a pool to a board.
     *
     * @return paused
     */
    BoardQueue queue(String pool, String serial, JobWorker worker);

    /** The newest published result of each board and model of a bench that came to its end. */
    List<Result> latest(String bench);

    /** Sends what waits in the outbox. */
    void sendWaiting(Consumer<Message> sender);
}
