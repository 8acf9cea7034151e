package dev.hilda.host.firmware;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hilda.agent.board.BenchFailure;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

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
        StackUse use = Disassembly.functions("""
                        08000100 <f>:
                         8000100:\tstmdb\tsp!, {r4, r5, r6, r7, r8, r9, sl, fp, lr}
                         8000104:\tvpush\t{d8-d10}
                         8000108:\tsub\tsp, #36\t@ 0x24
                         800010a:\tstr.w\tr4, [sp, #-4]!
                         800010e:\tldr\tr1, [pc, #12]\t@ (8000120 <table+0x14>)
                         8000110:\tbl\t8000200 <g>
                         8000114:\tbne.n\t8000110 <f+0x10>
                         8000116:\tadd\tsp, #36\t@ 0x24
                         8000118:\tb.w\t8000302 <h+0x2>
                        """.lines()).get("f");
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
                08000300 <timer_handler>:
                 8000300:\tb.n\t8000310 <tick>
                08000310 <tick>:
                 8000310:\tpush\t{lr}
                08000400 <serial_handler>:
                 8000400:\tbx\tlr
                """));
    }

    @Test
    void shouldRefuseWhatCannotBeBounded() {
        assertUnbounded("reset_handler: blx r3", "08000000 <reset_handler>:\n 8000000:\tblx\tr3\n");
        assertUnbounded("reset_handler: sub.w sp, sp, r3", "08000000 <reset_handler>:\n 8000000:\tsub.w\tsp, sp, r3\n");
        assertUnbounded(
                "recursion: reset_handler → reset_handler",
                "08000000 <reset_handler>:\n 8000000:\tbl\t8000000 <reset_handler>\n");
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
        return StackBound.bytes(Disassembly.functions((listing + FAULT).lines()));
    }
}
