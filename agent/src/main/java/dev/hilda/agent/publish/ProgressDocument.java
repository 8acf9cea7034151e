package dev.hilda.agent.publish;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** How far a run has come, as one flat JSON object. */
public final class ProgressDocument {
    /** Value of the field {@code schema}. */
    public static final String SCHEMA = "hilda/progress/1";

    private ProgressDocument() {}

    /**
     * A step of a run.
     *
     * @param done of {@code total}, in a unit that depends on the step
     */
    public static String of(RunIdentity run, String step, long done, long total) {
        ObjectNode document = ResultHeader.of(SCHEMA, run);
        return document.put("step", step).put("done", done).put("total", total).toString();
    }
}
