// SPDX-License-Identifier: Apache-2.0
// Supply, voltage scale, flash latency and clocks in the order that RM0433 6.6.2 and 8.5 prescribe:
//
//   revision Y: VOS1, 400 MHz, AXI 200 MHz, APB 100 MHz        revision V: VOS0, 480 MHz, AXI 240 MHz, APB
//   120 MHz
//
// from 8 MHz that the ST-Link puts on HSE (bypass), or from HSI when they do not come. Every wait has a
// deadline; a step that fails leaves the chip on HSI at 64 MHz, so that the board can still say what failed.
#include "port_internal.h"
#include "registers.h"

#define HSI_HZ 64000000U
#define HSE_HZ 8000000U
#define PLL_INPUT_HZ 2000000U
#define REVISION_X 0x2001U
#define REVISION_V 0x2003U
#define REVISION_Z 0x1001U
#define REVISION_Y 0x1003U

typedef struct Speed {
    uint32_t cpu_hz;
    uint32_t flash_wait_states; // RM0433 table 17
    bool overdrive;
} Speed;

static const Speed SPEED_400_MHZ = {400000000U, 2U, false};
static const Speed SPEED_480_MHZ = {480000000U, 4U, true};

static Clocks state = {HSI_HZ, HSI_HZ, HSI_HZ, CLOCK_SOURCE_HSI, 3, BOOT_OK};

const Clocks *clocks(void) { return &state; }

static uint32_t revision(void) { return DBGMCU_IDCODE >> 16; }

void clock_apply_axi_sram_workaround(void) {
    if (revision() < 0x2000U) { // ES0392 2.2.9: reads can be corrupted on revisions Z and Y
        AXI_TARG7_FN_MOD = AXI_FN_MOD_READ_ISSUE_OVERRIDE;
        data_synchronization_barrier();
    }
}

// Only while the CPU runs from HSI.
static bool wait_for(volatile uint32_t *reg, uint32_t mask, uint32_t value, uint32_t deadline_us) {
    uint32_t start = DWT_CYCCNT;
    while ((*reg & mask) != value) {
        if (DWT_CYCCNT - start > deadline_us * (HSI_HZ / 1000000U)) {
            return (*reg & mask) == value;
        }
    }
    return true;
}

static const Speed *choose_speed(void) {
    uint32_t id = revision();
    if (id != REVISION_X && id != REVISION_V && id != REVISION_Y && id != REVISION_Z) {
        state.boot_error = BOOT_UNKNOWN_REVISION;
    }
    return id == REVISION_X || id == REVISION_V ? &SPEED_480_MHZ : &SPEED_400_MHZ;
}

// RM0433 6.4.1 and 6.6.2: first the supply, then VOS1, then (VOS0) the overdrive.
static uint8_t raise_voltage(const Speed *speed) {
    PWR_CR3 = (PWR_CR3 & ~PWR_CR3_BYPASS) | PWR_CR3_LDOEN;
    if (!wait_for(&PWR_CSR1, PWR_CSR1_ACTVOSRDY, PWR_CSR1_ACTVOSRDY, 10000)) {
        return BOOT_SUPPLY_NOT_READY;
    }
    PWR_D3CR |= PWR_D3CR_VOS_SCALE_1;
    (void)PWR_D3CR; // the write has arrived before VOSRDY is looked at
    if (!wait_for(&PWR_D3CR, PWR_D3CR_VOSRDY, PWR_D3CR_VOSRDY, 10000)) {
        return BOOT_VOLTAGE_NOT_READY;
    }
    state.voltage_scale = 1;
    if (!speed->overdrive) {
        return BOOT_OK;
    }
    RCC_APB4ENR |= RCC_APB4ENR_SYSCFG;
    (void)RCC_APB4ENR;
    SYSCFG_PWRCR |= SYSCFG_PWRCR_ODEN;
    (void)SYSCFG_PWRCR;
    if (!wait_for(&PWR_D3CR, PWR_D3CR_VOSRDY, PWR_D3CR_VOSRDY, 10000)) {
        return BOOT_OVERDRIVE_NOT_READY;
    }
    state.voltage_scale = 0;
    return BOOT_OK;
}

static uint8_t set_flash_latency(const Speed *speed) {
    uint32_t wanted = FLASH_ACR_LATENCY(speed->flash_wait_states) | FLASH_ACR_WRHIGHFREQ(2U);
    FLASH_ACR = wanted;
    return wait_for(&FLASH_ACR, FLASH_ACR_MASK, wanted, 1000) ? BOOT_OK : BOOT_FLASH_LATENCY_REFUSED;
}

static uint8_t choose_source(void) {
    RCC_CR |= RCC_CR_HSEBYP; // before HSEON: RM0433, HSE oscillator
    RCC_CR |= RCC_CR_HSEON;
    if (wait_for(&RCC_CR, RCC_CR_HSERDY, RCC_CR_HSERDY, 100000)) {
        state.source = CLOCK_SOURCE_HSE_BYPASS;
        return BOOT_OK;
    }
    RCC_CR &= ~RCC_CR_HSEON;
    return wait_for(&RCC_CR, RCC_CR_HSIRDY, RCC_CR_HSIRDY, 1000) ? BOOT_OK : BOOT_HSI_NOT_READY;
}

static uint8_t start_pll(const Speed *speed) {
    bool hse = state.source == CLOCK_SOURCE_HSE_BYPASS;
    uint32_t divider = (hse ? HSE_HZ : HSI_HZ) / PLL_INPUT_HZ;
    RCC_PLLCKSELR = (hse ? RCC_PLLCKSELR_SRC_HSE : RCC_PLLCKSELR_SRC_HSI) | RCC_PLLCKSELR_DIVM1(divider);
    RCC_PLLCFGR = RCC_PLLCFGR_PLL1RGE_2_TO_4_MHZ | RCC_PLLCFGR_DIVP1EN; // wide VCO, integer mode
    RCC_PLL1DIVR = RCC_PLL1DIVR_VALUE(2U * speed->cpu_hz / PLL_INPUT_HZ, 2U, 2U, 2U);
    RCC_CR |= RCC_CR_PLL1ON;
    return wait_for(&RCC_CR, RCC_CR_PLL1RDY, RCC_CR_PLL1RDY, 10000) ? BOOT_OK : BOOT_PLL_NOT_READY;
}

static uint8_t switch_to_pll(const Speed *speed) {
    RCC_D1CFGR = RCC_D1CFGR_HPRE_DIV2 | RCC_D1CFGR_D1PPRE_DIV2;
    RCC_D2CFGR = RCC_D2CFGR_D2PPRE1_DIV2 | RCC_D2CFGR_D2PPRE2_DIV2;
    RCC_D3CFGR = RCC_D3CFGR_D3PPRE_DIV2;
    RCC_CFGR = (RCC_CFGR & ~RCC_CFGR_SW_MASK) | RCC_CFGR_SW_PLL1;
    if (!wait_for(&RCC_CFGR, RCC_CFGR_SWS_MASK, RCC_CFGR_SWS_PLL1, 1000)) {
        state.axi_hz = HSI_HZ / 2U;
        state.apb1_hz = HSI_HZ / 4U;
        return BOOT_SWITCH_REFUSED;
    }
    state.cpu_hz = speed->cpu_hz;
    state.axi_hz = speed->cpu_hz / 2U;
    state.apb1_hz = speed->cpu_hz / 4U;
    return BOOT_OK;
}

void clock_start(void) {
    const Speed *speed = choose_speed();
    uint8_t failed = raise_voltage(speed);
    if (failed == BOOT_OK) {
        failed = set_flash_latency(speed);
    }
    if (failed == BOOT_OK) {
        failed = choose_source();
    }
    if (failed == BOOT_OK) {
        failed = start_pll(speed);
    }
    if (failed == BOOT_OK) {
        failed = switch_to_pll(speed);
    }
    if (failed != BOOT_OK) {
        state.boot_error = failed;
        state.source = CLOCK_SOURCE_HSI;
    }
}
