// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/dbgmcu.h"
#include "chip/register_frame.h"
#include <stdlib.h>

#define DBGMCU_BASE 0x5C001000u
#define IDCODE_REVISION_Y 0x10036450u
#define IDCODE_REVISION_V 0x20036450u

#define R_APB4FZ1 0x54
#define APB4FZ1_IWDG1 (1u << 18)

struct Dbgmcu {
    Chip *chip;
    RegisterFrame frame;
};

static uint32_t idcode(const void *owner, uint32_t stored) {
    const Dbgmcu *dbgmcu = owner;
    (void)stored;
    return dbgmcu->chip->config.revision == REVISION_V ? IDCODE_REVISION_V : IDCODE_REVISION_Y;
}

static const Register registers[] = {
    {"IDCODE", 0x00, 0, EVERY_BIT, 0, idcode, NULL, 0, true},
    {"CR", 0x04, 0, EVERY_BIT, EVERY_BIT, NULL, NULL, 0, true},
    {"APB3FZ1", 0x34, 0, EVERY_BIT, EVERY_BIT, NULL, NULL, 0, true},
    {"APB1LFZ1", 0x3C, 0, EVERY_BIT, EVERY_BIT, NULL, NULL, 0, true},
    {"APB1HFZ1", 0x44, 0, EVERY_BIT, EVERY_BIT, NULL, NULL, 0, true},
    {"APB2FZ1", 0x4C, 0, EVERY_BIT, EVERY_BIT, NULL, NULL, 0, true},
    {"APB4FZ1", R_APB4FZ1, 0, EVERY_BIT, EVERY_BIT, NULL, NULL, 0, true},
};

bool dbgmcu_freezes_watchdog(const Dbgmcu *dbgmcu) {
    return (register_frame_value(&dbgmcu->frame, R_APB4FZ1) & APB4FZ1_IWDG1) != 0;
}

void dbgmcu_power_lost(Dbgmcu *dbgmcu) { register_frame_power_on(&dbgmcu->frame); }

Dbgmcu *dbgmcu_new(Chip *chip) {
    Dbgmcu *dbgmcu = chip_allocate(sizeof *dbgmcu);
    dbgmcu->chip = chip;
    Device device = {.name = "DBGMCU", .base = DBGMCU_BASE, .size_bytes = 0x1000, .context = dbgmcu};
    register_frame_attach(&dbgmcu->frame, registers, sizeof registers / sizeof registers[0], chip->config.bus,
                          &device);
    return dbgmcu;
}

void dbgmcu_free(Dbgmcu *dbgmcu) { free(dbgmcu); }
