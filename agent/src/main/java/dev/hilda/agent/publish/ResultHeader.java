package dev.hilda.agent.publish;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.temporal.ChronoUnit;

/** The fields that every document of a run begins with. */
final class ResultHeader {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ResultHeader() {}

    /** A document that says which run it is about. */
    static ObjectNode of(String schema, RunIdentity run) {
        ObjectNode document = JSON.createObjectNode();
        document.put("schema", schema);
        document.put("run_id", run.runId());
        document.put("time", run.time().truncatedTo(ChronoUnit.MILLIS).toString());
        document.put("bench", run.bench());
        document.put("board", run.board());
        document.put("board_serial", run.boardSerial());
        document.put("timing", run.timing().label());
        return document;
    }

    /** A document of a run that ended before it had a board. */
    static ObjectNode withoutBoard(String schema) {
        return JSON.createObjectNode().put("schema", schema);
    }

    /**
     * Says that the run failed.
     *
     * @param failureKind label of a kind, {@code interrupted} or {@code internal}
     */
    static ObjectNode putFailure(ObjectNode document, String failureKind, String failure) {
        document.put("passed", false);
        document.put("failure_kind", failureKind);
        document.put("failure", failure);
        return document;
    }
}
