// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/unmodelled.h"
#include <stdlib.h>

typedef struct Place {
    const char *name;
    uint32_t base;
    uint32_t size_bytes;
} Place;

// RM0433 table 8, without what is modelled.
static const Place places[] = {
    {"TIM3", 0x40000400, 0x400},        {"TIM4", 0x40000800, 0x400},       {"TIM6", 0x40001000, 0x400},
    {"TIM7", 0x40001400, 0x400},        {"TIM12", 0x40001800, 0x400},      {"TIM13", 0x40001C00, 0x400},
    {"TIM14", 0x40002000, 0x400},       {"LPTIM1", 0x40002400, 0x400},     {"SPI2", 0x40003800, 0x400},
    {"SPI3", 0x40003C00, 0x400},        {"SPDIFRX", 0x40004000, 0x400},    {"I2C1", 0x40005400, 0x400},
    {"I2C2", 0x40005800, 0x400},        {"I2C3", 0x40005C00, 0x400},       {"CEC", 0x40006C00, 0x400},
    {"DAC1", 0x40007400, 0x400},        {"CRS", 0x40008400, 0x400},        {"SWPMI1", 0x40008800, 0x400},
    {"OPAMP", 0x40009000, 0x400},       {"MDIOS", 0x40009400, 0x400},      {"FDCAN", 0x4000A000, 0x3400},
    {"TIM1", 0x40010000, 0x400},        {"TIM8", 0x40010400, 0x400},       {"SPI1", 0x40013000, 0x400},
    {"SPI4", 0x40013400, 0x400},        {"TIM15", 0x40014000, 0x400},      {"TIM16", 0x40014400, 0x400},
    {"TIM17", 0x40014800, 0x400},       {"SPI5", 0x40015000, 0x400},       {"SAI1", 0x40015800, 0x400},
    {"SAI2", 0x40015C00, 0x400},        {"SAI3", 0x40016000, 0x400},       {"DFSDM1", 0x40017000, 0x400},
    {"HRTIM", 0x40017400, 0x400},       {"ADC1/2", 0x40022000, 0x400},     {"ETH", 0x40028000, 0x2000},
    {"OTG_HS", 0x40040000, 0x40000},    {"OTG_FS", 0x40080000, 0x40000},   {"DCMI", 0x48020000, 0x400},
    {"RNG", 0x48021800, 0x400},         {"SDMMC2", 0x48022400, 0x800},     {"RAMECC2", 0x48023000, 0x400},
    {"LTDC", 0x50001000, 0x1000},       {"WWDG1", 0x50003000, 0x400},      {"MDMA", 0x52000000, 0x1000},
    {"DMA2D", 0x52001000, 0x1000},      {"JPEG", 0x52003000, 0x1000},      {"FMC", 0x52004000, 0x1000},
    {"QUADSPI", 0x52005000, 0x1000},    {"DLYB_QSPI", 0x52006000, 0x1000}, {"SDMMC1", 0x52007000, 0x1000},
    {"DLYB_SDMMC1", 0x52008000, 0x400}, {"RAMECC1", 0x52009000, 0x400},    {"EXTI", 0x58000000, 0x400},
    {"LPUART1", 0x58000C00, 0x400},     {"SPI6", 0x58001400, 0x400},       {"I2C4", 0x58001C00, 0x400},
    {"LPTIM2", 0x58002400, 0x400},      {"LPTIM3", 0x58002800, 0x400},     {"LPTIM4", 0x58002C00, 0x400},
    {"LPTIM5", 0x58003000, 0x400},      {"COMP1/2", 0x58003800, 0x400},    {"VREFBUF", 0x58003C00, 0x400},
    {"RTC", 0x58004000, 0x400},         {"SAI4", 0x58005400, 0x400},       {"BDMA", 0x58025400, 0x400},
    {"DMAMUX2", 0x58025800, 0x400},     {"ADC3", 0x58026000, 0x400},       {"HSEM", 0x58026400, 0x400},
    {"RAMECC3", 0x58027000, 0x400},
};
#define PLACES (sizeof places / sizeof places[0])

typedef struct Peripheral {
    Chip *chip;
    const Place *place;
} Peripheral;

struct Unmodelled {
    Peripheral peripherals[PLACES];
};

static void note(const Peripheral *peripheral, const char *access, uint32_t offset) {
    lints_note(peripheral->chip->config.lints, "unmodelled",
               "%s of %s at 0x%08x: this peripheral is not modelled", access, peripheral->place->name,
               (unsigned)(peripheral->place->base + offset));
}

static BusResult read_register(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                               uint32_t *value) {
    (void)size_bytes;
    if (master != MASTER_DEBUG) {
        note(context, "read", offset);
    }
    *value = 0;
    return BUS_OK;
}

static BusResult write_register(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                                uint32_t value) {
    (void)size_bytes;
    (void)value;
    if (master != MASTER_DEBUG) {
        note(context, "write", offset);
    }
    return BUS_OK;
}

Unmodelled *unmodelled_new(Chip *chip) {
    Unmodelled *unmodelled = chip_allocate(sizeof *unmodelled);
    for (size_t i = 0; i < PLACES; i++) {
        Peripheral *peripheral = &unmodelled->peripherals[i];
        *peripheral = (Peripheral){chip, &places[i]};
        Device device = {.name = places[i].name,
                         .base = places[i].base,
                         .size_bytes = places[i].size_bytes,
                         .context = peripheral,
                         .read = read_register,
                         .write = write_register};
        bus_attach_device(chip->config.bus, &device);
    }
    return unmodelled;
}

void unmodelled_free(Unmodelled *unmodelled) { free(unmodelled); }
