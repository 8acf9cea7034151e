// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/axi_erratum.h"
#include "chip/chip_internal.h"
#include "chip/crc.h"
#include "chip/data_cache.h"
#include "chip/dbgmcu.h"
#include "chip/dma.h"
#include "chip/dmamux.h"
#include "chip/gpio.h"
#include "chip/iwdg.h"
#include "chip/limits.h"
#include "chip/pwr.h"
#include "chip/rcc.h"
#include "chip/sram.h"
#include "chip/syscfg.h"
#include "chip/system_memory.h"
#include "chip/timers.h"
#include "chip/unmodelled.h"
#include "chip/usart.h"
#include <stdlib.h>

// The user LEDs of the board (UM1974 6.5).
#define LED_PORT GPIO_PORT('B')
#define GREEN_LED_PIN 0u
#define BLUE_LED_PIN 7u
#define RED_LED_PIN 14u

#define FLASH_IRQ 4u // RM0433, chapter NVIC, vector table

void *chip_allocate(size_t size_bytes) {
    void *memory = calloc(1, size_bytes);
    if (memory == NULL) {
        abort();
    }
    return memory;
}

static void fault_changed(void *context, FaultName name, const Fault *changed) {
    Chip *chip = context;
    (void)changed;
    if (name == FAULT_HSE_DEAD) {
        rcc_hse_fault_changed(chip->rcc);
    } else if (name == FAULT_CLOCK_SKEW) {
        rcc_hse_rate_changed(chip->rcc);
    }
}

static void flash_interrupt(void *context, bool level) {
    const Chip *chip = context;
    if (chip->core != NULL) {
        core_set_irq_line(chip->core, FLASH_IRQ, level);
    }
}

void chip_memory_timing_changed(const Chip *chip) {
    if (chip->core == NULL || chip->rcc == NULL || chip->flash == NULL) {
        return;
    }
    Clocks clocks = rcc_clocks(chip->rcc);
    if (clocks.axi != 0) {
        core_set_memory_timing(chip->core, clocks.cpu / clocks.axi, flash_wait_states(chip->flash));
    }
}

static void flash_latency_changed(void *context) {
    const Chip *chip = context;
    limits_check(chip->limits);
    chip_memory_timing_changed(chip);
}

static FlashController *new_flash(Chip *chip) {
    FlashConfig config = {.timeline = chip->config.timeline,
                          .bus = chip->config.bus,
                          .faults = chip->config.faults,
                          .lints = chip->config.lints,
                          .fast = chip->config.fast_flash,
                          .file = chip->config.flash_file,
                          .context = chip,
                          .interrupt = flash_interrupt,
                          .latency_changed = flash_latency_changed};
    return flash_new(&config);
}

Chip *chip_new(const ChipConfig *config) {
    Chip *chip = chip_allocate(sizeof *chip);
    chip->config = *config;
    chip->flash = new_flash(chip);
    if (chip->flash == NULL) {
        free(chip);
        return NULL;
    }
    chip->limits = limits_new(chip);
    chip->rcc = rcc_new(chip);
    chip->pwr = pwr_new(chip);
    chip->syscfg = syscfg_new(chip);
    chip->dbgmcu = dbgmcu_new(chip);
    chip->sram = sram_new(chip);
    chip->axi_erratum = axi_erratum_new(chip);
    chip->system_memory = system_memory_new(chip);
    chip->data_cache = data_cache_new(chip);
    chip->gpio = gpio_new(chip);
    chip->dmamux = dmamux_new(chip);
    chip->dma[0] = dma_new(chip, 0);
    chip->dma[1] = dma_new(chip, 1);
    usart_new_all(chip);
    chip->iwdg = iwdg_new(chip);
    chip->crc = crc_new(chip);
    chip->timers = timers_new(chip);
    chip->unmodelled = unmodelled_new(chip);
    faults_on_change(chip->config.faults, fault_changed, chip);
    return chip;
}

void chip_free(Chip *chip) {
    if (chip == NULL) {
        return;
    }
    for (size_t i = 0; i < USART_COUNT; i++) {
        usart_free(chip->usarts[i]);
    }
    unmodelled_free(chip->unmodelled);
    timers_free(chip->timers);
    crc_free(chip->crc);
    iwdg_free(chip->iwdg);
    dma_free(chip->dma[0]);
    dma_free(chip->dma[1]);
    dmamux_free(chip->dmamux);
    gpio_free(chip->gpio);
    data_cache_free(chip->data_cache);
    system_memory_free(chip->system_memory);
    axi_erratum_free(chip->axi_erratum);
    sram_free(chip->sram);
    dbgmcu_free(chip->dbgmcu);
    syscfg_free(chip->syscfg);
    pwr_free(chip->pwr);
    rcc_free(chip->rcc);
    limits_free(chip->limits);
    flash_free(chip->flash);
    free(chip);
}

void chip_set_core(Chip *chip, Core *core) {
    chip->core = core;
    chip_memory_timing_changed(chip);
    if (core != NULL) {
        data_cache_core_ready(chip->data_cache);
    }
}

FlashController *chip_flash(const Chip *chip) { return chip->flash; }

void chip_reset(Chip *chip, ResetCause cause) {
    limits_reset(chip->limits);
    rcc_set_reset_cause(chip->rcc, cause);
    data_cache_reset(chip->data_cache);
    iwdg_system_reset(chip->iwdg);
}

void chip_power_lost(Chip *chip) {
    limits_reset(chip->limits);
    iwdg_stop(chip->iwdg);
    data_cache_reset(chip->data_cache);
    sram_power_lost(chip->sram);
    pwr_power_lost(chip->pwr);
    rcc_power_lost(chip->rcc);
    dbgmcu_power_lost(chip->dbgmcu);
}

void chip_core_halted(Chip *chip, bool halted) { iwdg_core_halted(chip->iwdg, halted); }

bool chip_clock_stopped(const Chip *chip) {
    return rcc_system_clock_lost(chip->rcc) || pwr_core_unpowered(chip->pwr);
}

void chip_serial_receive(Chip *chip, uint8_t byte, double bits_per_second) {
    usart_receive(chip->usart3, byte, bits_per_second);
}

bool chip_serial_sending(const Chip *chip) { return usart_is_sending(chip->usart3); }

ChipLeds chip_led_states(const Chip *chip) {
    return (ChipLeds){.green = gpio_drives_high(chip->gpio, LED_PORT, GREEN_LED_PIN),
                      .blue = gpio_drives_high(chip->gpio, LED_PORT, BLUE_LED_PIN),
                      .red = gpio_drives_high(chip->gpio, LED_PORT, RED_LED_PIN)};
}
