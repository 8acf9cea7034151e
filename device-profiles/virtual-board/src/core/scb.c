// SPDX-License-Identifier: GPL-2.0-or-later
// System control block, FPU control and cache maintenance (ARMv7-M ARM B3.2, B2.2.7; Cortex-M7 TRM 3.3).
// Offsets from 0xE000E000.
#include "core/core_state.h"
#include <stdio.h>

#define CPUID UINT32_C(0x411FC271) // Cortex-M7 r1p1
#define AIRCR_KEY UINT32_C(0x05FA0000)
#define AIRCR_KEY_READ UINT32_C(0xFA050000)
#define AIRCR_SYSRESETREQ (1u << 2)
#define AIRCR_VECTCLRACTIVE (1u << 1)
#define ICSR_NMIPENDSET (1u << 31)
#define ICSR_PENDSVSET (1u << 28)
#define ICSR_PENDSVCLR (1u << 27)
#define ICSR_PENDSTSET (1u << 26)
#define ICSR_PENDSTCLR (1u << 25)
#define VECTOR_TABLE_ALIGNMENT_BYTES 1024u
#define CPACR_FPU (0xFu << 20)
#define FPCCR_WRITABLE (FPCCR_ASPEN | FPCCR_LSPEN | FPCCR_LSPACT)

void scb_reset(Core *core) {
    core->scr = 0;
    core->ccr = CCR_STKALIGN | CCR_BP;
    core->shcsr_enables = 0;
    core->prigroup = 0;
    core->cfsr = 0;
    core->hfsr = 0;
    core->dfsr = 0;
    core->cpacr = 0;
    core->fpccr = FPCCR_ASPEN | FPCCR_LSPEN;
    core->fpcar = 0;
    core->fpdscr = 0;
    core->csselr = 0;
    core->actlr = 0;
}

void update_trap_flags(Core *core) {
    bool fpu_off = (core->cpacr & CPACR_FPU) != CPACR_FPU;
    core->trap_flags = BLOCK_SPECIAL | BLOCK_SEV | (fpu_off || core->fpdscr != 0 ? BLOCK_FPU : 0) |
                       ((core->ccr & CCR_DIV_0_TRP) != 0 ? BLOCK_DIVIDE : 0);
    update_access_hook(core);
    request_attention(core);
}

// ---- identification: fixed values of a Cortex-M7 with FPv5-D16, 16 KB instruction and 16 KB data cache ----

static uint32_t cache_size_id(const Core *core) {
    return (core->csselr & 1u) != 0
               ? UINT32_C(0xF01FE009)  // instruction: 16 KB, 2 ways, 256 sets, 32-byte lines
               : UINT32_C(0xF00FE019); // data: 16 KB, 4 ways, 128 sets, 32-byte lines
}

static uint32_t read_identification(const Core *core, uint32_t offset) {
    static const uint32_t features[] = {UINT32_C(0x00000030), UINT32_C(0x00000200),
                                        UINT32_C(0x00100000), UINT32_C(0x00000000), // ID_PFR0-1, DFR0, AFR0
                                        UINT32_C(0x00100030), UINT32_C(0x00000000),
                                        UINT32_C(0x01000000), UINT32_C(0x00000000), // ID_MMFR0-3
                                        UINT32_C(0x01101110), UINT32_C(0x02112000),
                                        UINT32_C(0x20232231), UINT32_C(0x01111131),  // ID_ISAR0-3
                                        UINT32_C(0x01310132), UINT32_C(0x00000000)}; // ID_ISAR4-5
    // PIDR4-7, PIDR0-3, CIDR0-3: a system control space with FPU made by ARM (Cortex-M7 TRM 9.1).
    static const uint8_t coresight[] = {0x04, 0, 0, 0, 0x0C, 0xB0, 0x0B, 0, 0x0D, 0xE0, 0x05, 0xB1};
    if (offset >= 0xFD0) {
        return coresight[(offset - 0xFD0) / 4];
    }
    switch (offset) {
    case 0xD78:
        return UINT32_C(0x09000003); // CLIDR
    case 0xD7C:
        return UINT32_C(0x8303C003); // CTR
    case 0xD80:
        return cache_size_id(core);
    case 0xD84:
        return core->csselr;
    default: {
        uint32_t index = (offset - 0xD40) / 4;
        return offset >= 0xD40 && index < sizeof features / sizeof *features ? features[index] : 0;
    }
    }
}

// ---- ICSR, SHPR, SHCSR ----

static uint32_t read_icsr(const Core *core) {
    int priority;
    unsigned pending = highest_pending(core, &priority);
    bool irq_pending = false;
    unsigned active = 0;
    for (unsigned word = 0; word < EXCEPTION_WORDS; word++) {
        uint32_t irqs = word == 0 ? 0xFFFF0000u : UINT32_MAX;
        irq_pending = irq_pending || (core->pending[word] & irqs) != 0;
        active += (unsigned)__builtin_popcount(core->active[word]);
    }
    uint32_t vectactive = engine_register(core, UC_ARM_REG_IPSR) & XPSR_IPSR;
    return vectactive | (active <= 1 ? 1u << 11 : 0) | pending << 12 | (irq_pending ? 1u << 22 : 0) |
           (exception_bit(core->pending, EXCEPTION_SYSTICK) ? ICSR_PENDSTSET : 0) |
           (exception_bit(core->pending, EXCEPTION_PENDSV) ? ICSR_PENDSVSET : 0) |
           (exception_bit(core->pending, EXCEPTION_NMI) ? ICSR_NMIPENDSET : 0);
}

static void write_icsr(Core *core, uint32_t value) {
    if ((value & ICSR_NMIPENDSET) != 0) {
        set_pending(core, EXCEPTION_NMI, true);
    }
    if ((value & (ICSR_PENDSVSET | ICSR_PENDSVCLR)) != 0) {
        set_pending(core, EXCEPTION_PENDSV, (value & ICSR_PENDSVSET) != 0);
    }
    if ((value & (ICSR_PENDSTSET | ICSR_PENDSTCLR)) != 0) {
        set_pending(core, EXCEPTION_SYSTICK, (value & ICSR_PENDSTSET) != 0);
    }
}

// SHCSR bits and the exceptions behind them (B3.2.13).
static const struct {
    uint8_t bit;
    uint8_t exception;
} shcsr_active[] = {{0, EXCEPTION_MEM_MANAGE}, {1, EXCEPTION_BUS_FAULT},     {3, EXCEPTION_USAGE_FAULT},
                    {7, EXCEPTION_SVCALL},     {8, EXCEPTION_DEBUG_MONITOR}, {10, EXCEPTION_PENDSV},
                    {11, EXCEPTION_SYSTICK}},
  shcsr_pending[] = {{12, EXCEPTION_USAGE_FAULT},
                     {13, EXCEPTION_MEM_MANAGE},
                     {14, EXCEPTION_BUS_FAULT},
                     {15, EXCEPTION_SVCALL}};

static uint32_t read_shcsr(const Core *core) {
    uint32_t value = (core->shcsr_enables >> EXCEPTION_MEM_MANAGE & 7u) << 16;
    for (size_t i = 0; i < sizeof shcsr_active / sizeof *shcsr_active; i++) {
        value |= exception_bit(core->active, shcsr_active[i].exception) ? 1u << shcsr_active[i].bit : 0;
    }
    for (size_t i = 0; i < sizeof shcsr_pending / sizeof *shcsr_pending; i++) {
        value |= exception_bit(core->pending, shcsr_pending[i].exception) ? 1u << shcsr_pending[i].bit : 0;
    }
    return value;
}

static void write_shcsr(Core *core, uint32_t value) {
    core->shcsr_enables = (value >> 16 & 7u) << EXCEPTION_MEM_MANAGE;
    for (size_t i = 0; i < sizeof shcsr_active / sizeof *shcsr_active; i++) {
        set_exception_bit(core->active, shcsr_active[i].exception, (value >> shcsr_active[i].bit & 1u) != 0);
    }
    active_faults_changed(core);
    for (size_t i = 0; i < sizeof shcsr_pending / sizeof *shcsr_pending; i++) {
        set_exception_bit(core->pending, shcsr_pending[i].exception,
                          (value >> shcsr_pending[i].bit & 1u) != 0);
    }
    request_attention(core);
}

static bool priority_is_configurable(unsigned exception) {
    return exception >= EXCEPTION_MEM_MANAGE && exception != 7 && exception != 8 && exception != 9 &&
           exception != 10 && exception != 13;
}

static uint32_t read_shpr(const Core *core, uint32_t offset) {
    uint32_t value = 0;
    for (unsigned i = 0; i < 4; i++) {
        value |= (uint32_t)core->priorities[4 + (offset - 0xD18) + i] << (8 * i);
    }
    return value;
}

static void write_shpr(Core *core, uint32_t offset, unsigned size_bytes, uint32_t value) {
    for (unsigned i = 0; i < size_bytes; i++) {
        unsigned exception = 4 + (offset - 0xD18) + i;
        if (priority_is_configurable(exception)) {
            core->priorities[exception] = (uint8_t)(value >> (8 * i) & PRIORITY_MASK);
        }
    }
    request_attention(core);
}

static void write_aircr(Core *core, uint32_t value) {
    if ((value & UINT32_C(0xFFFF0000)) != AIRCR_KEY) {
        return;
    }
    core->prigroup = value >> 8 & 7u;
    if ((value & AIRCR_VECTCLRACTIVE) != 0) {
        for (unsigned word = 0; word < EXCEPTION_WORDS; word++) {
            core->active[word] = 0;
        }
        active_faults_changed(core);
    }
    if ((value & AIRCR_SYSRESETREQ) != 0) {
        core->reset_requested = true;
        if (core->config.system_reset_request != NULL) {
            core->config.system_reset_request(core->config.context);
        }
    }
    request_attention(core);
}

// ---- cache maintenance ----

#define ICIALLU 0xF50u
#define ICIMVAU 0xF58u

static void maintain_cache(Core *core, uint32_t offset, uint32_t value) {
    cycles_maintain_cache(core, offset, value);
    if (offset == ICIALLU) {
        drop_all_translations(core);
    } else if (offset == ICIMVAU) {
        drop_translations(core, value & ~(CACHE_LINE_BYTES - 1u), CACHE_LINE_BYTES);
    }
    static const struct {
        uint32_t offset;
        CacheOperation operation;
        bool by_address;
    } operations[] = {{0xF5C, CACHE_INVALIDATE, true},
                      {0xF60, CACHE_INVALIDATE, false},
                      {0xF64, CACHE_CLEAN, true},
                      {0xF68, CACHE_CLEAN, true},
                      {0xF6C, CACHE_CLEAN, false},
                      {0xF70, CACHE_CLEAN_INVALIDATE, true},
                      {0xF74, CACHE_CLEAN_INVALIDATE, false}};
    for (size_t i = 0; i < sizeof operations / sizeof *operations && core->maintain != NULL; i++) {
        if (operations[i].offset == offset) {
            core->maintain(core->maintain_context, operations[i].operation, operations[i].by_address, value);
        }
    }
}

void core_on_cache_maintenance(Core *core, CacheMaintenance *maintain, void *context) {
    core->maintain = maintain;
    core->maintain_context = context;
}

bool core_data_cache_enabled(const Core *core) { return (core->ccr & CCR_DC) != 0; }

// ---- dispatch ----

uint32_t scb_read(Core *core, uint32_t offset) {
    switch (offset) {
    case 0x004:
        return (EXCEPTION_COUNT - EXCEPTION_IRQ0 + 31) / 32 - 1; // ICTR
    case 0x008:
        return core->actlr;
    case 0xD00:
        return CPUID;
    case 0xD04:
        return read_icsr(core);
    case 0xD08:
        return core->vtor;
    case 0xD0C:
        return AIRCR_KEY_READ | core->prigroup << 8;
    case 0xD10:
        return core->scr;
    case 0xD14:
        return core->ccr;
    case 0xD18:
    case 0xD1C:
    case 0xD20:
        return read_shpr(core, offset);
    case 0xD24:
        return read_shcsr(core);
    case 0xD28:
        return core->cfsr;
    case 0xD2C:
        return core->hfsr;
    case 0xD30:
        return core->dfsr;
    case 0xD34:
        return core->mmfar;
    case 0xD38:
        return core->bfar;
    case 0xD88:
        return core->cpacr;
    case 0xF34:
        return core->fpccr;
    case 0xF38:
        return core->fpcar;
    case 0xF3C:
        return core->fpdscr;
    case 0xF40:
        return UINT32_C(0x10110221); // MVFR0: single and double precision
    case 0xF44:
        return UINT32_C(0x12000011); // MVFR1
    case 0xF48:
        return UINT32_C(0x00000040); // MVFR2
    default:
        return offset >= 0xD90 && offset < 0xDC0 ? mpu_read(core, offset) : read_identification(core, offset);
    }
}

// The table must be aligned to its size rounded up to a power of two (PM0253, VTOR): 1 KB for the 166 vectors
// of the STM32H743.
static void write_vtor(Core *core, uint32_t value) {
    core->vtor = value & ~0x7Fu;
    if ((core->vtor & (VECTOR_TABLE_ALIGNMENT_BYTES - 1u)) != 0 && core->config.lint != NULL) {
        char message[96];
        snprintf(message, sizeof message, "VTOR is set to 0x%08x: a table of %u vectors needs 1 KB alignment",
                 (unsigned)core->vtor, (unsigned)EXCEPTION_COUNT);
        core->config.lint(core->config.context, "vector-table", message);
    }
}

static void write_ccr(Core *core, uint32_t value) {
    uint32_t writable = CCR_NONBASETHRDENA | CCR_USERSETMPEND | CCR_UNALIGN_TRP | CCR_DIV_0_TRP |
                        CCR_BFHFNMIGN | CCR_STKALIGN | CCR_DC | CCR_IC | CCR_BP;
    bool switched = ((core->ccr ^ value) & CCR_DC) != 0;
    core->ccr = (value & writable) | CCR_BP;
    update_trap_flags(core);
    cycles_caches_switched(core);
    if (switched && core->maintain != NULL) {
        core->maintain(core->maintain_context, CACHE_SWITCHED, false, 0);
    }
}

void scb_write(Core *core, uint32_t offset, unsigned size_bytes, uint32_t value) {
    switch (offset & ~3u) {
    case 0x008:
        core->actlr = value;
        break;
    case 0xD04:
        write_icsr(core, value);
        break;
    case 0xD08:
        write_vtor(core, value);
        break;
    case 0xD0C:
        write_aircr(core, value);
        break;
    case 0xD10:
        core->scr = value & 0x16u;
        break;
    case 0xD14:
        write_ccr(core, value);
        break;
    case 0xD18:
    case 0xD1C:
    case 0xD20:
        write_shpr(core, offset, size_bytes, value);
        break;
    case 0xD24:
        write_shcsr(core, value);
        break;
    case 0xD28:
        core->cfsr &= ~(value << (8 * (offset & 3u))); // write 1 to clear; MMFSR, BFSR and UFSR are its bytes
        break;
    case 0xD2C:
        core->hfsr &= ~value;
        break;
    case 0xD30:
        core->dfsr &= ~value;
        break;
    case 0xD34:
        core->mmfar = value;
        break;
    case 0xD38:
        core->bfar = value;
        break;
    case 0xD84:
        core->csselr = value & 0xFu;
        break;
    case 0xD88:
        core->cpacr = value & CPACR_FPU;
        update_trap_flags(core);
        break;
    case 0xF00: // STIR
        if ((value & 0x1FFu) < IRQ_COUNT) {
            set_pending(core, EXCEPTION_IRQ0 + (value & 0x1FFu), true);
        }
        break;
    case 0xF34:
        core->fpccr = value & FPCCR_WRITABLE;
        break;
    case 0xF38:
        core->fpcar = value & ~7u;
        break;
    case 0xF3C:
        core->fpdscr = value & UINT32_C(0x07C00000);
        update_trap_flags(core);
        break;
    default:
        if (offset >= 0xD90 && offset < 0xDC0) {
            mpu_write(core, offset, value);
        } else {
            maintain_cache(core, offset, value);
        }
        break;
    }
}
