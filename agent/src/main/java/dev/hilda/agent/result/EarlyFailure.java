// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

/**
 * That a command failed before it had a board to have a result of.
 *
 * @param schema of the result that it would have been
 * @param failureKind label of a kind, {@code interrupted} or {@code internal}
 */
public record EarlyFailure(String schema, String failureKind, String failure) {
    private record Body(boolean passed, String failureKind, String failure) {}

    public String toJson() {
        return FlatDocument.of(schema)
                .add(new Body(false, failureKind, failure))
                .toJson();
    }
}
