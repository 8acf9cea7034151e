// SPDX-License-Identifier: GPL-2.0-or-later
// Commands of the high-level transport: the probe itself drives the debug registers of the core (ARMv7-M ARM
// C1.6).
#include "stlink/stlink_probe.h"

#define DCRSR 0xE000EDF4u
#define DCRDR 0xE000EDF8u
#define DCRSR_WRITE (1u << 16)
#define AIRCR 0xE000ED0Cu
#define AIRCR_SYSRESETREQ 0x05FA0004u

StlinkStatus stlink_hla_read_register(StlinkProbe *probe, unsigned regsel, uint32_t *value) {
    StlinkStatus status = stlink_write_word(probe, 0, DCRSR, regsel);
    return status == STLINK_OK ? stlink_read_word(probe, 0, DCRDR, value) : status;
}

StlinkStatus stlink_hla_write_register(StlinkProbe *probe, unsigned regsel, uint32_t value) {
    StlinkStatus status = stlink_write_word(probe, 0, DCRDR, value);
    return status == STLINK_OK ? stlink_write_word(probe, 0, DCRSR, regsel | DCRSR_WRITE) : status;
}

StlinkStatus stlink_hla_read_all_registers(StlinkProbe *probe, uint8_t *out) {
    static const uint8_t order[21] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10,
                                      11, 12, 13, 14, 15, 16, 17, 18, 20, 20};
    for (unsigned i = 0; i < sizeof order; i++) {
        uint32_t value = 0;
        StlinkStatus status = stlink_hla_read_register(probe, order[i], &value);
        if (status != STLINK_OK) {
            return status;
        }
        stlink_put32(out + 4 * i, value);
    }
    return STLINK_OK;
}

StlinkStatus stlink_hla_system_reset(StlinkProbe *probe) {
    return stlink_write_word(probe, 0, AIRCR, AIRCR_SYSRESETREQ);
}
