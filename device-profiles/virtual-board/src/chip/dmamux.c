// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/dmamux.h"
#include "chip/dma.h"
#include "chip/rcc.h"
#include <stdlib.h>
#include <string.h>

#define DMAMUX1_BASE 0x40020800u
#define REQUEST_MASK 0x7Fu
#define CCR_WRITABLE 0x1FFF037Fu
#define CCR_SYNCHRONIZED (1u << 16)

struct Dmamux {
    Chip *chip;
    uint32_t channels[DMAMUX_CHANNELS];
};

unsigned dmamux_request(const Dmamux *dmamux, unsigned channel) {
    return dmamux->channels[channel] & REQUEST_MASK;
}

// It runs on the clock of either DMA controller.
static bool clocked(void *context) {
    const Dmamux *dmamux = context;
    const Rcc *rcc = dmamux->chip->rcc;
    if (rcc_enabled(rcc, RCC_AHB1ENR, 0) || rcc_enabled(rcc, RCC_AHB1ENR, 1)) {
        return true;
    }
    lints_note(dmamux->chip->config.lints, "unclocked",
               "DMAMUX1 is accessed while RCC_AHB1ENR.DMA1EN and DMA2EN are 0: reads give 0, "
               "writes are lost");
    return false;
}

static BusResult read_register(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                               uint32_t *value) {
    const Dmamux *dmamux = context;
    (void)master;
    uint32_t channel = offset / 4;
    *value = narrow_read(channel < DMAMUX_CHANNELS ? dmamux->channels[channel] : 0, offset, size_bytes);
    return BUS_OK;
}

static BusResult write_register(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                                uint32_t value) {
    Dmamux *dmamux = context;
    (void)master;
    uint32_t channel = offset / 4;
    if (channel >= DMAMUX_CHANNELS) {
        return BUS_OK;
    }
    uint32_t word = narrow_merge(dmamux->channels[channel], offset, size_bytes, value) & CCR_WRITABLE;
    if ((word & CCR_SYNCHRONIZED) != 0) {
        lints_note(dmamux->chip->config.lints, "unmodelled",
                   "DMAMUX1 channel %u is synchronized; requests pass as if it were not", channel);
    }
    dmamux->channels[channel] = word;
    dma_serve(dmamux->chip);
    return BUS_OK;
}

static void reset(void *context) {
    Dmamux *dmamux = context;
    memset(dmamux->channels, 0, sizeof dmamux->channels);
}

Dmamux *dmamux_new(Chip *chip) {
    Dmamux *dmamux = chip_allocate(sizeof *dmamux);
    dmamux->chip = chip;
    Device device = {.name = "DMAMUX1",
                     .base = DMAMUX1_BASE,
                     .size_bytes = 0x400,
                     .context = dmamux,
                     .read = read_register,
                     .write = write_register,
                     .clocked = clocked,
                     .reset = reset};
    bus_attach_device(chip->config.bus, &device);
    return dmamux;
}

void dmamux_free(Dmamux *dmamux) { free(dmamux); }
