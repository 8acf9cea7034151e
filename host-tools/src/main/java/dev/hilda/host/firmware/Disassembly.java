// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.firmware;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads what GNU objdump prints of Thumb code: {@code -d --no-show-raw-insn}. */
final class Disassembly {
    private static final Pattern FUNCTION = Pattern.compile("^([0-9a-f]+) <([^>]+)>:$");
    private static final Pattern INSTRUCTION =
            Pattern.compile("^ *[0-9a-f]+:\\t([a-z][a-z0-9.]*)(?:\\t([^@;]*)(?:[@;].*)?)?\\s*$");
    private static final Pattern CONSTANT = Pattern.compile("^ *[0-9a-f]+:\\t\\.(?:word|short|byte)\\t.*$");
    private static final Pattern BRANCH =
            Pattern.compile("(?:b(l)?(?:eq|ne|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)?)|cbn?z");
    private static final Pattern TARGET = Pattern.compile("<([^>+]+)(?:\\+0x[0-9a-f]+)?>");
    private static final Pattern REGISTER_RANGE = Pattern.compile("([rsd])(\\d+)-[rsd](\\d+)");
    private static final Pattern RETURN = Pattern.compile("pc, \\[sp.*");
    private static final Pattern PUSHED_BELOW = Pattern.compile(".*\\[sp, #-(\\d+)\\]!");
    private static final Pattern LOADED_ABOVE = Pattern.compile(".*(?:\\[sp, #\\d+\\]!|\\[sp\\], #\\d+)");
    private static final Pattern CONSTANT_STEP = Pattern.compile("sp, (?:sp, )?#(\\d+)");

    // Beginnings: conditions and widths follow.
    private static final List<String> PUSHES = List.of("push", "vpush", "stmdb sp!", "vstmdb sp!");
    private static final List<String> POPS = List.of("pop", "vpop", "ldmia sp!", "vldmia sp!");
    private static final List<String> READERS_OF_FIRST_OPERAND =
            List.of("str", "vstr", "stm", "vstm", "ldm", "vldm", "cmp", "cmn", "tst", "teq");

    private final Map<String, StackUse> functions = new TreeMap<>();
    private final Map<Long, String> names = new TreeMap<>();
    private final Set<String> callees = new TreeSet<>();
    private String name = "";
    private boolean isEmpty = true;
    private long frameBytes;
    private Optional<String> unbounded = Optional.empty();

    private Disassembly() {}

    /** Reads all functions of a text. */
    static Disassembly of(Stream<String> lines) {
        Disassembly disassembly = new Disassembly();
        lines.forEach(disassembly::read);
        disassembly.endFunction();
        return disassembly;
    }

    /** Every function by name; functions of one name count as one that does what each does. */
    Map<String, StackUse> functions() {
        return Collections.unmodifiableMap(functions);
    }

    /** Functions by the address of their first instruction. */
    Map<Long, String> names() {
        return Collections.unmodifiableMap(names);
    }

    private void read(String line) {
        Matcher function = FUNCTION.matcher(line);
        if (function.matches()) {
            endFunction();
            name = function.group(2);
            names.put(Long.parseLong(function.group(1), 16), name);
            return;
        }
        Matcher instruction = INSTRUCTION.matcher(line);
        if (instruction.matches()) {
            isEmpty = false;
            String operands =
                    instruction.group(2) == null ? "" : instruction.group(2).strip();
            read(instruction.group(1), operands);
        } else if (line.contains(":") && !CONSTANT.matcher(line).matches()) {
            unbounded = Optional.of("\"" + line.strip() + "\"");
        }
    }

    private void endFunction() {
        if (!name.isEmpty()) {
            Optional<String> reason = isEmpty ? Optional.of("no instructions") : unbounded;
            functions.merge(name, new StackUse(frameBytes, callees, reason), Disassembly::both);
        }
        callees.clear();
        isEmpty = true;
        frameBytes = 0;
        unbounded = Optional.empty();
    }

    private static StackUse both(StackUse one, StackUse other) {
        Set<String> callees = new TreeSet<>(one.callees());
        callees.addAll(other.callees());
        return new StackUse(
                Math.max(one.frameBytes(), other.frameBytes()),
                callees,
                one.unbounded().or(other::unbounded));
    }

    private void read(String mnemonic, String operands) {
        String operation = mnemonic.replaceAll("\\..*", "");
        Matcher branch = BRANCH.matcher(operation);
        Matcher target = TARGET.matcher(operands);
        boolean isKnown = true;
        if (branch.matches()) {
            isKnown = target.find();
            boolean isLoop = isKnown && target.group(1).equals(name) && branch.group(1) == null;
            if (isKnown && !isLoop) {
                callees.add(target.group(1));
            }
        } else if (operation.startsWith("bx") || operation.startsWith("blx")) {
            isKnown = operation.startsWith("bx") && operands.equals("lr");
        } else if (jumps(operation, operands)) {
            isKnown = operation.startsWith("ldr") && RETURN.matcher(operands).matches();
        } else if (movesStackPointer(operation, operands)) {
            isKnown = moveStackPointer(operation, operands);
        }
        if (!isKnown) {
            unbounded = Optional.of(mnemonic + " " + operands);
        }
    }

    private static boolean jumps(String operation, String operands) {
        boolean loadsOffTheStack = operation.startsWith("ldm") && !operands.startsWith("sp");
        return operands.startsWith("pc,") || (loadsOffTheStack && operands.endsWith("pc}"));
    }

    private static boolean movesStackPointer(String operation, String operands) {
        return beginsWith(operation, List.of("push", "vpush", "pop", "vpop"))
                || operands.startsWith("sp!")
                || (operands.startsWith("sp,") && !beginsWith(operation, READERS_OF_FIRST_OPERAND))
                || operands.matches(".*\\[sp(?:\\], .*|, .*\\]!)")
                || (operation.equals("msr") && operands.matches("(?i)[mp]sp.*"));
    }

    /** Whether it is known by how much. */
    private boolean moveStackPointer(String operation, String operands) {
        String withBase = operands.startsWith("sp!") ? operation + " sp!" : operation;
        Matcher below = PUSHED_BELOW.matcher(operands);
        Matcher step = CONSTANT_STEP.matcher(operands);
        if (beginsWith(withBase, PUSHES)) {
            frameBytes += registerBytes(operands);
        } else if (below.matches()) {
            frameBytes += Long.parseLong(below.group(1));
        } else if (operation.startsWith("sub") && step.matches()) {
            frameBytes += Long.parseLong(step.group(1));
        } else {
            boolean isAddition = operation.startsWith("add") && step.matches();
            return isAddition
                    || beginsWith(withBase, POPS)
                    || LOADED_ABOVE.matcher(operands).matches();
        }
        return true;
    }

    private static boolean beginsWith(String operation, List<String> beginnings) {
        return beginnings.stream().anyMatch(operation::startsWith);
    }

    private static long registerBytes(String operands) {
        String list = operands.substring(operands.indexOf('{') + 1, operands.indexOf('}'));
        long bytes = 0;
        for (String part : list.split(", ", -1)) {
            Matcher range = REGISTER_RANGE.matcher(part);
            int count = range.matches() ? Integer.parseInt(range.group(3)) - Integer.parseInt(range.group(2)) + 1 : 1;
            bytes += (part.startsWith("d") ? 8L : 4L) * count;
        }
        return bytes;
    }
}
