// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Against the register figures of DDI 0403E, B3.2.15 and B3.2.16, written down a second time: from the highest bit on. */
class FaultStatusTest {
    private static final String CFSR = "- - - - - - DIVBYZERO UNALIGNED - - - - NOCP INVPC INVSTATE UNDEFINSTR "
            + "BFARVALID - LSPERR STKERR UNSTKERR IMPRECISERR PRECISERR IBUSERR "
            + "MMARVALID - MLSPERR MSTKERR MUNSTKERR - DACCVIOL IACCVIOL";
    private static final String HFSR =
            "DEBUGEVT FORCED - - - - - - - - - - - - - - - - - - - - - - - - - - - - VECTTBL -";

    @Test
    void shouldNameEachBitAsTheManualDoes() {
        Map<String, String> found = new LinkedHashMap<>();
        Map<String, String> expected = new LinkedHashMap<>();
        for (int bit = 31; bit >= 0; bit--) {
            expected.put("CFSR " + bit, status(CFSR, bit));
            expected.put("HFSR " + bit, status(HFSR, bit));
            found.put("CFSR " + bit, names(1 << bit, 0));
            found.put("HFSR " + bit, names(0, 1 << bit));
        }
        assertEquals(expected, found);
    }

    /** The two that say which register holds an address are no reasons. */
    private static String status(String figure, int bit) {
        String name = figure.split(" ")[31 - bit];
        return name.equals("-") || name.endsWith("ARVALID") ? "" : name;
    }

    private static String names(int cfsr, int hfsr) {
        return FaultStatus.of(cfsr, hfsr).stream().map(FaultStatus::name).collect(Collectors.joining(" "));
    }

    @Test
    void shouldNameAllThatIsSet() {
        assertEquals(List.of(FaultStatus.values()), FaultStatus.of(-1, -1));
        assertEquals(
                FaultStatus.values().length,
                Arrays.stream(FaultStatus.values())
                        .map(FaultStatus::meaning)
                        .distinct()
                        .count());
    }

    @Test
    void shouldTellWhichRegisterHoldsTheAddress() {
        assertEquals("MMFAR", FaultStatus.addressRegister(0x82));
        assertEquals("BFAR", FaultStatus.addressRegister(0x8200));
        assertEquals("", FaultStatus.addressRegister(0x0402));
    }
}
