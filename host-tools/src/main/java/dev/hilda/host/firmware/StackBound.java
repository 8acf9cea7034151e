// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.firmware;

import dev.hilda.agent.board.BenchFailure;
import dev.hilda.agent.board.FailureKind;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The deepest stack that linked firmware can need: the deepest chain of calls from reset, on top of it every interrupt
 * handler of the vector table as if each could interrupt all others (none can interrupt itself), and the frame of a
 * fault, whose handler has a stack of its own. What functions need and call is read from the disassembly, which unlike
 * the compiler's reports covers the C library and assembly too. Left out: a fault that a host provokes on purpose, stack
 * overflow among them.
 */
final class StackBound {
    /** R0–R3, R12, LR, PC, PSR, S0–S15, FPSCR, a reserved word, and a word to align (Armv7-M manual, B1.5.7). */
    private static final long EXCEPTION_FRAME_BYTES = 27 * 4;

    private static final String FAULT = "exception_handler";
    private static final String PROVOCATION = "port_provoke";

    private final Map<String, StackUse> functions;
    private final Map<String, Long> depths = new TreeMap<>();
    private final Set<String> path = new LinkedHashSet<>();

    private StackBound(Map<String, StackUse> functions) {
        this.functions = functions;
    }

    /**
     * Bytes, in all.
     *
     * @param functions by name
     * @param vectors the functions in the vector table, the one that reset starts first
     * @throws BenchFailure of kind build when a function calls itself or through a pointer, or moves the stack by a
     *     variable
     */
    static long bytes(Map<String, StackUse> functions, List<String> vectors) {
        StackBound bound = new StackBound(functions);
        long interrupts = vectors.stream()
                .skip(1)
                .distinct()
                .filter(handler -> !handler.equals(FAULT))
                .mapToLong(handler -> EXCEPTION_FRAME_BYTES + bound.depthBytes(handler))
                .sum();
        return bound.depthBytes(vectors.get(0)) + interrupts + EXCEPTION_FRAME_BYTES;
    }

    private long depthBytes(String name) {
        Long known = depths.get(name);
        if (known != null) {
            return known;
        }
        StackUse use = functions.get(name);
        if (use == null) {
            throw unbounded("a call to " + name + ", which is not there");
        }
        if (name.equals(PROVOCATION)) {
            return use.frameBytes();
        }
        if (use.unbounded().isPresent()) {
            throw unbounded(name + ": " + use.unbounded().get());
        }
        if (!path.add(name)) {
            throw unbounded("recursion: " + String.join(" → ", path) + " → " + name);
        }
        long deepest = 0;
        for (String callee : use.callees()) {
            deepest = Math.max(deepest, depthBytes(callee));
        }
        path.remove(name);
        depths.put(name, use.frameBytes() + deepest);
        return use.frameBytes() + deepest;
    }

    private static BenchFailure unbounded(String actual) {
        return BenchFailure.of(FailureKind.BUILD, "bound the firmware's stack")
                .expected("functions with a fixed frame that call others by name")
                .actual(actual)
                .remedy("report it, with the model: generated code and the template have only such functions")
                .failure();
    }
}
