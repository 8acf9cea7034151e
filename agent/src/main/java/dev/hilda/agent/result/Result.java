// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;
import java.util.Optional;

/** The result of a run with a board, passed or not. */
public sealed interface Result permits RunResult, SelfTestResult {
    /**
     * Reads what {@link #toJson()} wrote.
     *
     * @throws JsonProcessingException when it is something else, or lacks a field
     */
    static Result parse(String json) throws JsonProcessingException {
        String schema = FlatDocument.tree(json).path(FlatDocument.SCHEMA).asText();
        return schema.equals(SelfTestResult.SCHEMA) ? SelfTestResult.parse(json) : RunResult.parse(json);
    }

    RunIdentity run();

    /** The same as that run's. */
    Result withRun(RunIdentity run);

    Outcome outcome();

    /** What ran, as {@code latest/MODEL} names it; not yet a topic level. */
    String subject();

    /** What did not make the run fail, but should be looked at. */
    List<String> remarks();

    /** How long each layer took, where layers ran. */
    Optional<LayersResult> layerTimes();

    /** The figures of the document by the names of its fields. */
    default Fields fields() {
        return Fields.of(toJson());
    }

    /** The result as one flat JSON object on one line. */
    String toJson();
}
