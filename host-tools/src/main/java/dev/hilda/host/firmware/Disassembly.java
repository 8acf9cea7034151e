package dev.hilda.host.firmware;

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
    private static final Pattern INSTRUCTION = Pattern.compile("^ *[0-9a-f]+:\\t([a-z][a-z0-9.]*)(?:\\t([^@;]*))?.*$");
    private static final Pattern TARGET = Pattern.compile("<([^>+]+)(?:\\+0x[0-9a-f]+)?>");
    private static final Pattern REGISTER_RANGE = Pattern.compile("([rsd])(\\d+)-[rsd](\\d+)");
    private static final Pattern PUSHED_BELOW = Pattern.compile(".*\\[sp, #-(\\d+)\\]!");
    private static final Pattern SUBTRACTED = Pattern.compile("sp, (?:sp, )?#(\\d+)");

    // Beginnings: conditions and widths follow.
    private static final List<String> PUSHES = List.of("push", "vpush", "stmdb", "vstmdb");
    private static final List<String> RELEASES = List.of("add", "pop", "vpop", "ldm", "ldr", "vldm");
    private static final List<String> STORES = List.of("str", "vstr", "cmp");

    private final Map<String, StackUse> functions = new TreeMap<>();
    private final Set<String> callees = new TreeSet<>();
    private String name = "";
    private long frameBytes;
    private Optional<String> unbounded = Optional.empty();

    private Disassembly() {}

    /** Every function of the text, by name; functions of one name count as one that does what each does. */
    static Map<String, StackUse> functions(Stream<String> lines) {
        Disassembly disassembly = new Disassembly();
        lines.forEach(disassembly::read);
        disassembly.endFunction();
        disassembly.functions.remove("");
        return disassembly.functions;
    }

    private void read(String line) {
        Matcher function = FUNCTION.matcher(line);
        if (function.matches()) {
            endFunction();
            name = function.group(2);
            return;
        }
        Matcher instruction = INSTRUCTION.matcher(line);
        if (instruction.matches()) {
            String operands =
                    instruction.group(2) == null ? "" : instruction.group(2).strip();
            read(instruction.group(1), operands);
        }
    }

    private void endFunction() {
        StackUse use = new StackUse(frameBytes, callees, unbounded);
        functions.merge(name, use, Disassembly::both);
        callees.clear();
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
        Matcher target = TARGET.matcher(operands);
        if ((operation.startsWith("b") || operation.startsWith("cb")) && target.find()) {
            boolean isLoop = target.group(1).equals(name) && !operation.equals("bl");
            if (!isLoop) {
                callees.add(target.group(1));
            }
        } else if (operation.equals("blx") || (operation.startsWith("bx") && !operands.equals("lr"))) {
            unbounded = Optional.of(mnemonic + " " + operands);
        } else if (movesStackPointer(operation, operands)) {
            moveStackPointer(operation, mnemonic, operands);
        }
    }

    private static boolean movesStackPointer(String operation, String operands) {
        return beginsWith(operation, List.of("push", "vpush"))
                || operands.startsWith("sp!")
                || (operands.startsWith("sp,") && !beginsWith(operation, STORES))
                || operands.contains("[sp, #-")
                || (operation.equals("msr") && operands.matches("(?i)[mp]sp.*"));
    }

    private void moveStackPointer(String operation, String mnemonic, String operands) {
        Matcher below = PUSHED_BELOW.matcher(operands);
        Matcher subtracted = SUBTRACTED.matcher(operands);
        if (beginsWith(operation, PUSHES)) {
            frameBytes += registerBytes(operands);
        } else if (below.matches()) {
            frameBytes += Long.parseLong(below.group(1));
        } else if (operation.startsWith("sub") && subtracted.matches()) {
            frameBytes += Long.parseLong(subtracted.group(1));
        } else if (!beginsWith(operation, RELEASES)) {
            unbounded = Optional.of(mnemonic + " " + operands);
        }
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
