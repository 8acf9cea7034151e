package dev.hilda.agent.run;

import dev.hilda.agent.board.CancelToken;
import dev.hilda.agent.publish.Announcer;
import dev.hilda.agent.publish.RunIdentity;

/**
 * An announcer that a cancellation does not break off: Paho takes an interruption for a broken connection, swallows it,
 * and the run would neither end nor be able to say that it was cancelled.
 */
final class ShieldedAnnouncer implements Announcer {
    private final Announcer announcer;
    private final CancelToken cancel;

    ShieldedAnnouncer(Announcer announcer, CancelToken cancel) {
        this.announcer = announcer;
        this.cancel = cancel;
    }

    @Override
    public void boardStatus(String word) {
        shield(() -> announcer.boardStatus(word));
    }

    @Override
    public void progress(RunIdentity run, String step, long done, long total) {
        shield(() -> announcer.progress(run, step, done, total));
    }

    @Override
    public void result(RunIdentity run, String model, String document) {
        shield(() -> announcer.result(run, model, document));
    }

    @Override
    public void layers(RunIdentity run, String model, String document) {
        shield(() -> announcer.layers(run, model, document));
    }

    /** The one that may be broken off: all has been published by then. */
    @Override
    public void readBack(String model, String document) throws InterruptedException {
        announcer.readBack(model, document);
    }

    @Override
    public void close() {
        shield(announcer::close);
    }

    private void shield(Runnable step) {
        cancel.shield(() -> {
            step.run();
            return true;
        });
    }
}
