// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/dmamux.h"
#include "chip/dma.h"
#include "chip/rcc.h"
#include "chip/register_frame.h"
#include <stdlib.h>

#define DMAMUX1_BASE 0x40020800u
#define REQUEST_MASK 0x7Fu
#define CCR_WRITABLE 0x1FFF037Fu
#define CCR_SYNCHRONIZED (1u << 16)

struct Dmamux {
    Chip *chip;
    RegisterFrame frame;
};

unsigned dmamux_request(const Dmamux *dmamux, unsigned channel) {
    return register_frame_value(&dmamux->frame, 4 * channel) & REQUEST_MASK;
}

// It runs on the clock of either DMA controller.
static bool clocked(void *owner) {
    const Dmamux *dmamux = owner;
    const Rcc *rcc = dmamux->chip->rcc;
    if (rcc_enabled(rcc, RCC_AHB1ENR, 0) || rcc_enabled(rcc, RCC_AHB1ENR, 1)) {
        return true;
    }
    lints_note(dmamux->chip->config.lints, "unclocked",
               "DMAMUX1 is accessed while RCC_AHB1ENR.DMA1EN and DMA2EN are 0: reads give 0, "
               "writes are lost");
    return false;
}

static void channel_written(void *owner, const RegisterWrite *write) {
    Dmamux *dmamux = owner;
    if ((write->word & CCR_SYNCHRONIZED) != 0) {
        lints_note(dmamux->chip->config.lints, "unmodelled",
                   "DMAMUX1 channel %u is synchronized; requests pass as if it were not", write->offset / 4);
    }
    dma_serve(dmamux->chip);
}

static const Register registers[] = {
    {"CxCR", 0x00, 0, CCR_WRITABLE, CCR_WRITABLE, NULL, channel_written, DMAMUX_CHANNELS, false},
};

Dmamux *dmamux_new(Chip *chip) {
    Dmamux *dmamux = chip_allocate(sizeof *dmamux);
    dmamux->chip = chip;
    Device device = {
        .name = "DMAMUX1", .base = DMAMUX1_BASE, .size_bytes = 0x400, .context = dmamux, .clocked = clocked};
    register_frame_attach(&dmamux->frame, registers, sizeof registers / sizeof registers[0], chip->config.bus,
                          &device);
    return dmamux;
}

void dmamux_free(Dmamux *dmamux) { free(dmamux); }
