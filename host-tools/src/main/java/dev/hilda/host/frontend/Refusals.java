// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Why a file cannot be imported, all of it, so that one message tells it: how often each operator that is not supported
 * occurs, and the first reason of each kind that the others have.
 */
public final class Refusals {
    private static final String DOCUMENT = "host-tools/docs/conversion.md";
    private static final int MAX_REASONS = 4;
    private static final int MAX_REASON_LENGTH = 300;
    private static final int MAX_NAMES = 16;
    /** Where collecting ends: what is wrong so often is told by then. */
    private static final int MAX_COLLECTED = 32;

    private final Path path;
    private final Map<String, Integer> unsupported = new LinkedHashMap<>();
    private final Map<String, Reason> reasons = new LinkedHashMap<>();
    private int collected;

    private record Reason(String where, ImportProblem problem, int more) {
        String text() {
            String text = (where.isEmpty() ? "" : where + ": ") + "expected " + problem.expected() + ", got "
                    + problem.actual() + others();
            return text.length() <= MAX_REASON_LENGTH ? text : text.substring(0, MAX_REASON_LENGTH) + "…";
        }

        String others() {
            return more == 0 ? "" : " (and so in " + more + " more)";
        }

        Reason again() {
            return new Reason(where, problem, more + 1);
        }
    }

    public Refusals(Path path) {
        this.path = path;
    }

    public void addUnsupported(String operator) {
        unsupported.merge(operator, 1, Integer::sum);
    }

    /**
     * Does a step; whether it succeeded.
     *
     * @param kind what reasons that are alike have in common, beside what was expected
     * @throws ModelException when nothing that follows could be relied on
     */
    public boolean attempt(String where, String kind, Runnable step) {
        try {
            step.run();
            return true;
        } catch (ImportProblem problem) {
            add(where, kind, problem);
        } catch (IllegalArgumentException contradiction) {
            add(
                    where,
                    kind,
                    new ImportProblem(
                            "shapes and values that fit together",
                            String.valueOf(contradiction.getMessage()),
                            "export the model again"));
        } catch (ArithmeticException | IndexOutOfBoundsException | NoSuchElementException unforeseen) {
            add(where, kind, ImportProblem.unforeseen(unforeseen));
        }
        return false;
    }

    private void add(String where, String kind, ImportProblem problem) {
        if (problem.isDamage()) {
            // What was collected before it is told; a damage that follows from it may be none.
            throwIfAny();
            throw exception(new Reason(where, problem, 0));
        }
        reasons.merge(kind + " " + problem.expected(), new Reason(where, problem, 0), (first, again) -> first.again());
        collected++;
        if (collected == MAX_COLLECTED) {
            throwIfAny();
        }
    }

    /** Ends the import when there is a reason to. */
    public void throwIfAny() {
        if (unsupported.isEmpty() && reasons.size() == 1) {
            throw exception(reasons.values().iterator().next());
        }
        if (!unsupported.isEmpty() || !reasons.isEmpty()) {
            throw new ModelException(
                    path,
                    "",
                    unsupported.isEmpty() ? "operators as they are supported" : "operators that are supported",
                    String.join("\n", lines()),
                    remedy());
        }
    }

    private ModelException exception(Reason only) {
        ImportProblem problem = only.problem();
        return new ModelException(
                path, only.where(), problem.expected(), problem.actual() + only.others(), problem.remedy());
    }

    private List<String> lines() {
        List<String> lines = new ArrayList<>();
        if (!unsupported.isEmpty()) {
            String counted = unsupported.entrySet().stream()
                    .limit(MAX_NAMES)
                    .map(entry -> entry.getKey() + " x" + entry.getValue())
                    .collect(Collectors.joining(", "));
            int rest = unsupported.size() - MAX_NAMES;
            lines.add(counted + (rest > 0 ? " and " + rest + " other kinds" : ""));
        }
        reasons.values().stream().limit(MAX_REASONS).map(Reason::text).forEach(lines::add);
        int rest = reasons.size() - MAX_REASONS;
        if (rest > 0) {
            lines.add("and " + rest + " reasons more");
        }
        return lines;
    }

    private String remedy() {
        Set<String> remedies = new LinkedHashSet<>();
        if (!unsupported.isEmpty()) {
            if (unsupported.keySet().stream().anyMatch(Refusals::keepsState)) {
                remedies.add("replace recurrent layers by convolutions over time");
            }
            remedies.add("build the model from the operators that " + DOCUMENT + " lists");
        }
        reasons.values().stream()
                .limit(MAX_REASONS)
                .map(reason -> reason.problem().remedy())
                .forEach(remedies::add);
        return String.join("; ", remedies);
    }

    private static boolean keepsState(String operator) {
        return operator.matches(".*(LSTM|RNN|SVDF).*");
    }
}
