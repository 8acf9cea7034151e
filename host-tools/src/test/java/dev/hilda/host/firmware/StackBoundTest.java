// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.firmware;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hilda.agent.board.BenchFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listings as objdump prints them. */
class StackBoundTest {
    private static final int FRAME = 108;
    private static final String FAULT = """
            08000500 <exception_handler>:
             8000500:\tmov\tr0, sp
             8000502:\tmov\tsp, r2
            """;

    @Test
    void shouldCountWhatAFunctionPushesAndWhomItCalls() {
        StackUse use = Disassembly.of("""
                        08000100 <f>:
                         8000100:\tstmdb\tsp!, {r4, r5, r6, r7, r8, r9, sl, fp, lr}
                         8000104:\tvpush\t{d8-d10}
                         8000108:\tsub\tsp, #36\t@ 0x24
                         800010a:\tstr.w\tr4, [sp, #-4]!
                         800010e:\tldr\tr1, [pc, #12]\t@ (8000120 <table+0x14>)
                         8000110:\tbl\t8000200 <g>
                         8000114:\tbne.n\t8000110 <f+0x10>
                         8000116:\tadd\tsp, #36\t@ 0x24
                         8000118:\tldrd\tr4, r5, [sp], #8
                         800011a:\tldr.w\tr6, [sp, #4]
                         800011c:\tvldr\ts0, [sp, #8]
                         800011e:\tstmia.w\tsp, {r0, r1}
                         8000120:\tble.n\t8000110 <f+0x10>
                         8000122:\tb.w\t8000302 <h+0x2>
                         8000126:\tldr.w\tpc, [sp], #4
                         800012a:\t.word\t0x08001234
                        """.lines()).functions().get("f");
        assertEquals(new StackUse(9 * 4 + 3 * 8 + 36 + 4, Set.of("g", "h"), Optional.empty()), use);
    }

    @Test
    void shouldAddEveryInterruptToTheDeepestChainOfCalls() {
        assertEquals(8 + 16 + (FRAME + 4) + FRAME + FRAME, bound("""
                08000000 <reset_handler>:
                 8000000:\tpush\t{r4, lr}
                 8000002:\tbl\t8000100 <shallow>
                 8000006:\tbl\t8000200 <deep>
                08000100 <shallow>:
                 8000100:\tpush\t{r4, lr}
                08000200 <deep>:
                 8000200:\tpush\t{r4, r5, r6, lr}
                08000280 <network_layer_00_handler>:
                 8000280:\tsub\tsp, #200\t@ 0xc8
                08000300 <timer>:
                 8000300:\tb.n\t8000310 <tick>
                08000310 <tick>:
                 8000310:\tpush\t{lr}
                08000400 <serial>:
                 8000400:\tbx\tlr
                """));
    }

    /** Each after what must not hide it: a push that is counted. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "blx\tr3",
                "blxne\tr3",
                "bx\tr3",
                "bxeq\tr3",
                "bl\t8001234",
                "ldr.w\tpc, [pc]",
                "ldr.w\tpc, [r3, r2, lsl #2]",
                "mov\tpc, r3",
                "add\tpc, r3",
                "ldmia.w\tip!, {r4, pc}",
                "add\tsp, r3",
                "add\tsp, r3, #8",
                "mov\tsp, r7",
                "ldr.w\tsp, [r3]",
                "ldr.w\tsp, [sp, #4]",
                "sub.w\tsp, sp, r3",
                "str.w\tr4, [sp], #-4",
                "ldmdb\tsp!, {r4}",
                "msr\tMSP, r3"
            })
    void shouldRefuseAnInstructionThatLeadsWhereOrGoesAsDeepAsNobodyKnows(String instruction) {
        assertUnbounded(
                "reset_handler: " + instruction.replace('\t', ' '),
                "08000000 <reset_handler>:\n 8000000:\tpush\t{r4, lr}\n 8000002:\t" + instruction + "\n");
    }

    @Test
    void shouldRefuseAListingItCannotRead() {
        assertUnbounded(
                "reset_handler: \"8000000:   push   {r4, lr}\"",
                "08000000 <reset_handler>:\n 8000000:\tbx\tlr\n 8000000:   push   {r4, lr}\n");
        assertUnbounded(
                "reset_handler: \"8000000:\tpush   {r4, lr}\"",
                "08000000 <reset_handler>:\n 8000000:\tpush   {r4, lr}\n 8000002:\tbx\tlr\n");
        assertUnbounded("reset_handler: no instructions", "08000000 <reset_handler>:\n");
        assertUnbounded("a call to reset_handler, which is not there", "8000000 reset_handler\n");
    }

    @Test
    void shouldRefuseWhatCannotBeBounded() {
        assertUnbounded(
                "recursion: reset_handler → reset_handler",
                "08000000 <reset_handler>:\n 8000000:\tbl\t8000000 <reset_handler>\n");
        assertUnbounded(
                "recursion: reset_handler → reset_handler",
                "08000000 <reset_handler>:\n 8000000:\tbleq\t8000000 <reset_handler>\n");
        assertUnbounded("recursion: reset_handler → a → b → a", """
                08000000 <reset_handler>:
                 8000000:\tbl\t8000100 <a>
                08000100 <a>:
                 8000100:\tbl\t8000200 <b>
                08000200 <b>:
                 8000200:\tbl\t8000100 <a>
                """);
    }

    private static void assertUnbounded(String actual, String listing) {
        BenchFailure failure = assertThrows(BenchFailure.class, () -> bound(listing));
        assertEquals(actual, failure.actual().orElseThrow());
    }

    private static long bound(String listing) {
        Disassembly code = Disassembly.of((listing + FAULT).lines());
        List<String> interrupts = Stream.of("timer", "serial")
                .filter(code.functions()::containsKey)
                .toList();
        List<String> vectors = new ArrayList<>(List.of("reset_handler", "exception_handler"));
        vectors.addAll(interrupts);
        vectors.addAll(interrupts);
        return StackBound.bytes(code.functions(), vectors);
    }
}
