// SPDX-License-Identifier: GPL-2.0-or-later
// The parts of the chip and how they find one another. Register and bit names follow RM0433.
#ifndef VB_CHIP_INTERNAL_H
#define VB_CHIP_INTERNAL_H

#include "chip/chip.h"
#include <stdbool.h>
#include <stdint.h>

typedef struct Rcc Rcc;
typedef struct Pwr Pwr;
typedef struct Syscfg Syscfg;
typedef struct Dbgmcu Dbgmcu;
typedef struct Gpio Gpio;
typedef struct Usart Usart;
typedef struct Dma Dma;
typedef struct Dmamux Dmamux;
typedef struct Iwdg Iwdg;
typedef struct CrcUnit CrcUnit;
typedef struct Timers Timers;
typedef struct Sram Sram;
typedef struct AxiErratum AxiErratum;
typedef struct DataCache DataCache;
typedef struct Limits Limits;
typedef struct SystemMemory SystemMemory;
typedef struct Unmodelled Unmodelled;

#define USART_COUNT 8u

struct Chip {
    ChipConfig config;
    Core *core; // NULL before it exists and while everything is put away
    FlashController *flash;
    Rcc *rcc;
    Pwr *pwr;
    Syscfg *syscfg;
    Dbgmcu *dbgmcu;
    Gpio *gpio;
    Usart *usarts[USART_COUNT];
    Usart *usart3;
    Dma *dma[2];
    Dmamux *dmamux;
    Iwdg *iwdg;
    CrcUnit *crc;
    Timers *timers;
    Sram *sram;
    AxiErratum *axi_erratum;
    DataCache *data_cache;
    Limits *limits;
    SystemMemory *system_memory;
    Unmodelled *unmodelled;
    bool dma_serving;
};

// Allocates zeroed or aborts.
void *chip_allocate(size_t size_bytes);

void chip_memory_timing_changed(const Chip *chip); // clocks or the flash's wait states
static inline Picoseconds chip_now(const Chip *chip) { return timeline_now(chip->config.timeline); }

#define MICROSECONDS (PICOSECONDS_PER_SECOND / 1000000)

#endif
