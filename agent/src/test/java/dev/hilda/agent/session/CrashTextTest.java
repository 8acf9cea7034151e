// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hilda.agent.board.CodePlaces;
import dev.hilda.agent.protocol.CrashRecord;
import dev.hilda.agent.protocol.CrashRecord.Kind;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CrashTextTest {
    private static final int FLASH = 0x0800_0000;
    private static final int GUARD = 0x2001_BF00;

    /** One function with line numbers, one without. */
    private static final CodePlaces PLACES = new CodePlaces() {
        @Override
        public Optional<Place> at(long address) {
            if (address >= 0x0800_1000 && address < 0x0800_1100) {
                return Optional.of(new Place("caller", Optional.empty()));
            }
            return address == 0x0800_1234
                    ? Optional.of(new Place("victim", Optional.of("port.c:9")))
                    : Optional.empty();
        }

        @Override
        public boolean holdsFirmware(long address) {
            return address >= FLASH && address < FLASH + 0x2000;
        }

        @Override
        public boolean isStackGuard(long address) {
            return address >= GUARD && address < GUARD + 256;
        }
    };

    @Test
    void shouldTellWhatHappenedWhere() throws InterruptedException {
        CrashRecord crash = new CrashRecord(Kind.BUS_FAULT, 1, 0x0800_1234, 0x0800_1021, 0, 0x8200, 0, 0x2100_0000);
        assertEquals(
                "bus fault in victim (port.c:9), called from caller: PRECISERR, data read or written where nothing answers,"
                        + " or of damaged memory; at address 0x21000000 (BFAR); pc 0x08001234, lr 0x08001021,"
                        + " CFSR 0x00008200, HFSR 0x00000000",
                new CrashText(crash, PLACES).describe());
    }

    /** The call is before where it returns to, which may be the next function's first instruction. */
    @Test
    void shouldNameTheFunctionOfTheCall() throws InterruptedException {
        CrashRecord last = new CrashRecord(Kind.USAGE_FAULT, 1, 0x0800_1234, 0x0800_1101, 0, 1 << 16, 0, 0);
        assertTrue(new CrashText(last, PLACES).describe().contains("called from caller:"));
        CrashRecord first = new CrashRecord(Kind.USAGE_FAULT, 1, 0x0800_1234, 0x0800_1001, 0, 1 << 16, 0, 0);
        assertFalse(new CrashText(first, PLACES).describe().contains("called from"));
    }

    @Test
    void shouldSayOnlyWhatIsKnown() throws InterruptedException {
        CrashRecord nowhere = new CrashRecord(Kind.HARD_FAULT, 1, 0x1234_5678, 0xFFFF_FFF9, 0, 0, 2, 0);
        assertEquals(
                "hard fault: VECTTBL, the vector table could not be read; pc 0x12345678, lr 0xFFFFFFF9, CFSR 0x00000000,"
                        + " HFSR 0x00000002",
                new CrashText(nowhere, PLACES).describe());
        CrashRecord hung = new CrashRecord(Kind.WATCHDOG, 1, 0, 0, 0, 0, 0, 0);
        assertEquals("watchdog", new CrashText(hung, PLACES).describe());
    }

    @Test
    void shouldKnowAStackOverflow() throws InterruptedException {
        CrashRecord crash = new CrashRecord(Kind.MEMORY_FAULT, 1, 0, 0, 0, 0x92, 0, GUARD + 0x38);
        CrashText text = new CrashText(crash, PLACES);
        assertTrue(text.isStackOverflow());
        assertTrue(text.describe().startsWith("memory fault: the stack overflowed; DACCVIOL"), text.describe());
        assertFalse(new CrashText(new CrashRecord(Kind.MEMORY_FAULT, 1, 0, 0, 0, 0x82, 0, GUARD + 256), PLACES)
                .isStackOverflow());
    }

    @Test
    void shouldKnowDamagedFlash() {
        assertTrue(isDamaged(0x8200, FLASH, 0x1FFF_0000), "data");
        assertTrue(isDamaged(0x0100, 0, FLASH + 4), "instruction");
        assertFalse(isDamaged(0x8200, 0x2100_0000, FLASH + 4), "data elsewhere");
        assertFalse(isDamaged(0x0100, 0, 0x2100_0000), "instruction elsewhere");
        assertFalse(isDamaged(0x0400, FLASH, FLASH), "an imprecise fault has no address");
    }

    private static boolean isDamaged(int cfsr, int faultAddress, int pc) {
        return new CrashText(new CrashRecord(Kind.BUS_FAULT, 1, pc, 0, 0, cfsr, 0, faultAddress), PLACES)
                .isDamagedFlash();
    }
}
