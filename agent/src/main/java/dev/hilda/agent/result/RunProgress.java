// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import com.fasterxml.jackson.core.JsonProcessingException;

/**
 * How far a run has come; as JSON one flat object, which {@code progress-1.schema.json} describes.
 *
 * @param state the step
 */
public record RunProgress(RunIdentity run, Step state) {
    /** Value of the field {@code schema}. */
    public static final String SCHEMA = "hilda/progress/1";

    /**
     * A step of a run.
     *
     * @param done of {@code total}, in a unit that depends on the step
     */
    public record Step(String step, long done, long total) {}

    /**
     * Reads what {@link #toJson()} wrote.
     *
     * @throws JsonProcessingException when it is something else, or lacks a field
     */
    public static RunProgress parse(String json) throws JsonProcessingException {
        FlatDocument document = FlatDocument.parse(json, SCHEMA);
        return new RunProgress(document.part(RunIdentity.class), document.part(Step.class));
    }

    public String toJson() {
        return FlatDocument.of(SCHEMA).add(run).add(state).toJson();
    }
}
