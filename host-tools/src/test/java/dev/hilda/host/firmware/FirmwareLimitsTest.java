// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.firmware;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class FirmwareLimitsTest {
    private static final String DTCM = "origin: 0x20000000\n    size_bytes: 131072\n    roles: [stack, data]";

    private final FirmwareLimits limits = FirmwareLimits.read();

    @Test
    void shouldLeaveOfTheMemoryOfDataWhatKernelsMayWorkIn() {
        assertEquals(limits.scratchBytes(), limits.dataBytes(ChangedProfile.of()));
    }

    @Test
    void shouldCountTheMemoryThatTheProfileHas() {
        String smaller = DTCM.replace("131072", "65536");
        assertEquals(65536 - 20480, limits.dataBytes(ChangedProfile.of(DTCM, smaller)));
        assertEquals(0, limits.dataBytes(ChangedProfile.of(DTCM, DTCM.replace("131072", "20000"))));
    }

    @Test
    void shouldHaveNoneWhereActivationsLieThereAnyway() {
        String shared = DTCM.replace("data]", "data, activations]");
        assertEquals(
                0,
                limits.dataBytes(ChangedProfile.of(
                        DTCM, shared, "roles: [activations]", "roles: []", "ram_bytes: 524288", "ram_bytes: 131072")));
    }
}
