// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/axi_erratum.h"
#include "chip/register_frame.h"
#include "chip/sram.h"
#include <stdlib.h>
#include <string.h>

#define AXI_INTERCONNECT_BASE 0x51000000u
#define AXI_INTERCONNECT_BYTES 0x100000u
#define TARG7_FN_MOD 0x8108u
#define READ_ISS_OVERRIDE 1u
#define AXI_SRAM_BASE 0x24000000u
#define PERIOD (100 * MICROSECONDS) // often enough that 100 KB through the SRAM do not come back right

struct AxiErratum {
    Chip *chip;
    RegisterFrame frame;
    uint32_t state; // of the sequence of places
    bool flipped;
    uint32_t offset; // of the word that reads wrong
    uint32_t wrong;
    uint32_t right;
    Event tick;
};

static void write_word(AxiErratum *erratum, uint32_t value) {
    uint32_t size_bytes;
    uint8_t *bytes = sram_axi(erratum->chip->sram, &size_bytes);
    memcpy(bytes + erratum->offset, &value, sizeof value);
    bus_memory_written(erratum->chip->config.bus, AXI_SRAM_BASE + erratum->offset, sizeof value);
}

static uint32_t read_word(const AxiErratum *erratum) {
    uint32_t size_bytes;
    uint32_t value;
    memcpy(&value, sram_axi(erratum->chip->sram, &size_bytes) + erratum->offset, sizeof value);
    return value;
}

// The cell itself was never wrong, unless the core has written a new value meanwhile.
static void heal(AxiErratum *erratum) {
    if (erratum->flipped && read_word(erratum) == erratum->wrong) {
        write_word(erratum, erratum->right);
    }
    erratum->flipped = false;
}

static void corrupt(AxiErratum *erratum) {
    uint32_t size_bytes;
    sram_axi(erratum->chip->sram, &size_bytes);
    erratum->state = erratum->state * 1664525u + 1013904223u; // Numerical Recipes, 7.1
    erratum->offset = (erratum->state >> 8) % size_bytes & ~3u;
    erratum->right = read_word(erratum);
    erratum->wrong = erratum->right ^ 1u << (erratum->state & 31u);
    erratum->flipped = true;
    write_word(erratum, erratum->wrong);
    lints_note(erratum->chip->config.lints, "axi-sram-erratum",
               "revision Y reads AXI SRAM wrong (ES0392 2.2.9): write 1 to 0x51008108 before using it");
}

static bool acts(const AxiErratum *erratum) {
    const Core *core = erratum->chip->core;
    return erratum->chip->config.revision == REVISION_Y &&
           (register_frame_value(&erratum->frame, TARG7_FN_MOD) & READ_ISS_OVERRIDE) == 0 && core != NULL &&
           !core_is_halted(core) && core_data_cache_enabled(core);
}

static void tick(void *context) {
    AxiErratum *erratum = context;
    heal(erratum);
    if (acts(erratum)) {
        corrupt(erratum);
    }
    timeline_schedule(erratum->chip->config.timeline, &erratum->tick, chip_now(erratum->chip) + PERIOD);
}

static void issuing_written(void *owner, const RegisterWrite *write) {
    AxiErratum *erratum = owner;
    if ((write->word & READ_ISS_OVERRIDE) != 0) {
        heal(erratum);
        timeline_cancel(erratum->chip->config.timeline, &erratum->tick);
    }
}

static const Register registers[] = {
    {"AXI_TARG7_FN_MOD", TARG7_FN_MOD, 0, EVERY_BIT, 3, NULL, issuing_written, 0, false},
};

static void reset(void *owner) {
    AxiErratum *erratum = owner;
    heal(erratum);
    erratum->state = 0;
    timeline_cancel(erratum->chip->config.timeline, &erratum->tick);
    if (erratum->chip->config.revision == REVISION_Y &&
        erratum->chip->config.powered(erratum->chip->config.context)) {
        timeline_schedule(erratum->chip->config.timeline, &erratum->tick, chip_now(erratum->chip) + PERIOD);
    }
}

AxiErratum *axi_erratum_new(Chip *chip) {
    AxiErratum *erratum = chip_allocate(sizeof *erratum);
    erratum->chip = chip;
    erratum->tick = (Event){.name = "AXI SRAM erratum", .fire = tick, .context = erratum};
    Device device = {.name = "AXI interconnect",
                     .base = AXI_INTERCONNECT_BASE,
                     .size_bytes = AXI_INTERCONNECT_BYTES,
                     .context = erratum,
                     .reset = reset};
    register_frame_attach(&erratum->frame, registers, sizeof registers / sizeof registers[0],
                          chip->config.bus, &device);
    return erratum;
}

void axi_erratum_free(AxiErratum *erratum) {
    if (erratum != NULL) {
        timeline_cancel(erratum->chip->config.timeline, &erratum->tick);
        free(erratum);
    }
}
