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
#include "control/faults.h"
#include <stdlib.h>

// The user LEDs of the board (UM1974 6.5).
#define LED_PORT GPIO_PORT('B')
#define GREEN_LED_PIN 0u
#define BLUE_LED_PIN 7u
#define RED_LED_PIN 14u

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
    }
}

Chip *chip_new(Board *board) {
    Chip *chip = chip_allocate(sizeof *chip);
    chip->board = board;
    board->chip = chip; // the parts look for one another there
    chip->limits = limits_new(board);
    chip->rcc = rcc_new(board);
    chip->pwr = pwr_new(board);
    chip->syscfg = syscfg_new(board);
    chip->dbgmcu = dbgmcu_new(board);
    chip->sram = sram_new(board);
    chip->axi_erratum = axi_erratum_new(board);
    chip->system_memory = system_memory_new(board);
    chip->data_cache = data_cache_new(board);
    chip->gpio = gpio_new(board);
    chip->dmamux = dmamux_new(board);
    chip->dma[0] = dma_new(board, 0);
    chip->dma[1] = dma_new(board, 1);
    usart_new_all(chip);
    chip->iwdg = iwdg_new(board);
    chip->crc = crc_new(board);
    chip->timers = timers_new(board);
    chip->unmodelled = unmodelled_new(board);
    faults_on_change(board, fault_changed, chip);
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
    free(chip);
}

void chip_core_ready(Chip *chip) { data_cache_core_ready(chip->data_cache); }

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

uint32_t chip_axi_hz(const Chip *chip) { return rcc_clocks(chip->rcc).axi; }

unsigned chip_voltage_scale(const Chip *chip) { return pwr_voltage_scale(chip->pwr); }

bool chip_debug_freezes_watchdog(const Chip *chip) { return dbgmcu_freezes_watchdog(chip->dbgmcu); }

void chip_check_flash_latency(Chip *chip) { limits_check(chip->limits); }

ChipLeds chip_led_states(const Chip *chip) {
    return (ChipLeds){.green = gpio_drives_high(chip->gpio, LED_PORT, GREEN_LED_PIN),
                      .blue = gpio_drives_high(chip->gpio, LED_PORT, BLUE_LED_PIN),
                      .red = gpio_drives_high(chip->gpio, LED_PORT, RED_LED_PIN)};
}
