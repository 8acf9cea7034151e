// SPDX-License-Identifier: GPL-2.0-or-later
// Unicorn keeps R0-R15, xPSR, both stack pointers, CONTROL and the masks, with the rules that a running
// program meets: unprivileged code reads zeros and writes nothing, SPSEL does not change in handler mode.
// From outside these rules are in the way.
#include "core/core_state.h"

uint32_t engine_register(const Core *core, int id) {
    uint32_t value = 0;
    uc_reg_read(core->engine, id, &value);
    return value;
}

void set_engine_register(Core *core, int id, uint32_t value) { uc_reg_write(core->engine, id, &value); }

bool core_is_privileged(const Core *core) {
    return (engine_register(core, UC_ARM_REG_IPSR) & XPSR_IPSR) != 0 ||
           (engine_register(core, UC_ARM_REG_CONTROL) & CONTROL_NPRIV) == 0;
}

// xPSR in two writes, because UC_ARM_REG_XPSR leaves out the GE bits.
static void write_xpsr(const Core *core, uint32_t xpsr) {
    uc_reg_write(core->engine, UC_ARM_REG_XPSR, &xpsr);
    uc_reg_write(core->engine, UC_ARM_REG_APSR_G, &xpsr);
}

void read_special_registers(const Core *core, SpecialRegisters *registers) {
    registers->xpsr = engine_register(core, UC_ARM_REG_XPSR);
    registers->control = engine_register(core, UC_ARM_REG_CONTROL);
    bool unprivileged = (registers->xpsr & XPSR_IPSR) == 0 && (registers->control & CONTROL_NPRIV) != 0;
    if (unprivileged) {
        write_xpsr(core, registers->xpsr | EXCEPTION_HARD_FAULT);
    }
    registers->msp = engine_register(core, UC_ARM_REG_MSP);
    registers->psp = engine_register(core, UC_ARM_REG_PSP);
    registers->primask = engine_register(core, UC_ARM_REG_PRIMASK);
    registers->basepri = engine_register(core, UC_ARM_REG_BASEPRI);
    registers->faultmask = engine_register(core, UC_ARM_REG_FAULTMASK);
    if (unprivileged) {
        write_xpsr(core, registers->xpsr);
    }
}

void write_special_registers(Core *core, const SpecialRegisters *registers) {
    uint32_t handler = (registers->xpsr & ~XPSR_IPSR) | EXCEPTION_HARD_FAULT;
    write_xpsr(core, handler);
    set_engine_register(core, UC_ARM_REG_CONTROL, 0); // privileged from here on, also in thread mode
    write_xpsr(core, registers->xpsr & ~XPSR_IPSR);
    set_engine_register(core, UC_ARM_REG_MSP, registers->msp);
    set_engine_register(core, UC_ARM_REG_PSP, registers->psp);
    set_engine_register(core, UC_ARM_REG_PRIMASK, registers->primask);
    set_engine_register(core, UC_ARM_REG_BASEPRI, registers->basepri);
    set_engine_register(core, UC_ARM_REG_FAULTMASK, registers->faultmask);
    set_engine_register(core, UC_ARM_REG_CONTROL, registers->control);
    write_xpsr(core, registers->xpsr);
    // Makes Unicorn derive its translation flags (handler mode, privilege) anew; the value stays the same.
    set_engine_register(core, UC_ARM_REG_APSR_NZCV, registers->xpsr);
    core->primask = registers->primask & 1u;
    core->basepri = registers->basepri & PRIORITY_MASK;
    core->faultmask = registers->faultmask & 1u;
}

void refresh_masks(Core *core) {
    if (!core_is_privileged(core)) {
        return; // MSR and CPS did nothing
    }
    core->primask = engine_register(core, UC_ARM_REG_PRIMASK) & 1u;
    core->faultmask = engine_register(core, UC_ARM_REG_FAULTMASK) & 1u;
    uint32_t basepri = engine_register(core, UC_ARM_REG_BASEPRI);
    core->basepri = basepri & PRIORITY_MASK;
    if (basepri != core->basepri) {
        set_engine_register(core, UC_ARM_REG_BASEPRI, core->basepri); // unimplemented bits read as zero
    }
}

// ---- DCRSR numbering ----

enum {
    REGSEL_SP = 13,
    REGSEL_LR,
    REGSEL_PC,
    REGSEL_XPSR,
    REGSEL_MSP,
    REGSEL_PSP,
    REGSEL_SPECIAL = 20,
    REGSEL_FPSCR = 33
};
#define REGSEL_S0 64u
#define REGSEL_S31 95u

uint32_t core_register(const Core *core, unsigned regsel) {
    if (regsel <= 12) {
        return engine_register(core, UC_ARM_REG_R0 + (int)regsel);
    }
    if (regsel >= REGSEL_S0 && regsel <= REGSEL_S31) {
        return engine_register(core, UC_ARM_REG_S0 + (int)(regsel - REGSEL_S0));
    }
    SpecialRegisters special;
    read_special_registers(core, &special);
    switch (regsel) {
    case REGSEL_SP:
        return engine_register(core, UC_ARM_REG_R13);
    case REGSEL_LR:
        return engine_register(core, UC_ARM_REG_R14);
    case REGSEL_PC:
        return core->pc;
    case REGSEL_XPSR:
        return special.xpsr;
    case REGSEL_MSP:
        return special.msp;
    case REGSEL_PSP:
        return special.psp;
    case REGSEL_SPECIAL:
        return (special.control & 7u) << 24 | (special.faultmask & 1u) << 16 |
               (special.basepri & PRIORITY_MASK) << 8 | (special.primask & 1u);
    case REGSEL_FPSCR:
        return engine_register(core, UC_ARM_REG_FPSCR);
    default:
        return 0;
    }
}

static void set_special_register(Core *core, unsigned regsel, uint32_t value) {
    SpecialRegisters special;
    read_special_registers(core, &special);
    switch (regsel) {
    case REGSEL_SP:
        if ((special.xpsr & XPSR_IPSR) == 0 && (special.control & CONTROL_SPSEL) != 0) {
            special.psp = value & ~3u;
        } else {
            special.msp = value & ~3u;
        }
        break;
    case REGSEL_XPSR:
        special.xpsr = value;
        break;
    case REGSEL_MSP:
        special.msp = value & ~3u;
        break;
    case REGSEL_PSP:
        special.psp = value & ~3u;
        break;
    case REGSEL_SPECIAL:
        special.control = value >> 24 & 7u;
        special.faultmask = value >> 16 & 1u;
        special.basepri = value >> 8 & PRIORITY_MASK;
        special.primask = value & 1u;
        break;
    default:
        return;
    }
    write_special_registers(core, &special);
    memory_view_changed(core); // privilege
}

void core_set_register(Core *core, unsigned regsel, uint32_t value) {
    if (regsel <= 12) {
        set_engine_register(core, UC_ARM_REG_R0 + (int)regsel, value);
    } else if (regsel >= REGSEL_S0 && regsel <= REGSEL_S31) {
        set_engine_register(core, UC_ARM_REG_S0 + (int)(regsel - REGSEL_S0), value);
    } else if (regsel == REGSEL_LR) {
        set_engine_register(core, UC_ARM_REG_R14, value);
    } else if (regsel == REGSEL_PC) {
        core->pc = value & ~1u;
        core->sleeping = false;
    } else if (regsel == REGSEL_FPSCR) {
        set_engine_register(core, UC_ARM_REG_FPSCR, value);
    } else {
        set_special_register(core, regsel, value);
    }
}
