// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/dbgmcu.h"
#include <stdlib.h>
#include <string.h>

#define DBGMCU_BASE 0x5C001000u
#define IDCODE_REVISION_Y 0x10036450u
#define IDCODE_REVISION_V 0x20036450u

enum { R_IDCODE = 0x00, R_APB4FZ1 = 0x54, R_LAST = 0x54 };

#define APB4FZ1_IWDG1 (1u << 18)

struct Dbgmcu {
    Chip *chip;
    uint32_t registers[R_LAST / 4 + 1];
};

static BusResult read_register(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                               uint32_t *value) {
    const Dbgmcu *dbgmcu = context;
    (void)master;
    uint32_t word = 0;
    uint32_t aligned = offset & ~3u;
    if (aligned == R_IDCODE) {
        word = dbgmcu->chip->config.revision == REVISION_V ? IDCODE_REVISION_V : IDCODE_REVISION_Y;
    } else if (aligned <= R_LAST) {
        word = dbgmcu->registers[aligned / 4];
    }
    *value = narrow_read(word, offset, size_bytes);
    return BUS_OK;
}

static BusResult write_register(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                                uint32_t value) {
    Dbgmcu *dbgmcu = context;
    (void)master;
    uint32_t aligned = offset & ~3u;
    if (aligned != R_IDCODE && aligned <= R_LAST) {
        dbgmcu->registers[aligned / 4] =
            narrow_merge(dbgmcu->registers[aligned / 4], offset, size_bytes, value);
    }
    return BUS_OK;
}

bool dbgmcu_freezes_watchdog(const Dbgmcu *dbgmcu) {
    return (dbgmcu->registers[R_APB4FZ1 / 4] & APB4FZ1_IWDG1) != 0;
}

void dbgmcu_power_lost(Dbgmcu *dbgmcu) { memset(dbgmcu->registers, 0, sizeof dbgmcu->registers); }

Dbgmcu *dbgmcu_new(Chip *chip) {
    Dbgmcu *dbgmcu = chip_allocate(sizeof *dbgmcu);
    dbgmcu->chip = chip;
    Device device = {.name = "DBGMCU",
                     .base = DBGMCU_BASE,
                     .size_bytes = 0x1000,
                     .context = dbgmcu,
                     .read = read_register,
                     .write = write_register};
    bus_attach_device(chip->config.bus, &device);
    return dbgmcu;
}

void dbgmcu_free(Dbgmcu *dbgmcu) { free(dbgmcu); }
