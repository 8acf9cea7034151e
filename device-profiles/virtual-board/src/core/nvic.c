// SPDX-License-Identifier: GPL-2.0-or-later
// Pending, enabled and active exceptions and their priorities (ARMv7-M ARM B1.5.4, B3.4).
#include "core/core_state.h"
#include <string.h>

void nvic_reset(Core *core) {
    memset(core->pending, 0, sizeof core->pending);
    memset(core->active, 0, sizeof core->active);
    memset(core->enabled, 0, sizeof core->enabled);
    memset(core->priorities, 0, sizeof core->priorities);
    for (unsigned exception = EXCEPTION_IRQ0; exception < EXCEPTION_COUNT; exception++) {
        set_exception_bit(core->pending, exception, exception_bit(core->lines, exception));
    }
}

void set_pending(Core *core, unsigned exception, bool pending) {
    if (pending && (core->scr & SCR_SEVONPEND) != 0 && !exception_bit(core->pending, exception)) {
        core->event_register = true;
    }
    set_exception_bit(core->pending, exception, pending);
    request_attention(core);
}

void core_set_irq_line(Core *core, unsigned irq, bool level) {
    if (irq >= IRQ_COUNT) {
        return;
    }
    unsigned exception = EXCEPTION_IRQ0 + irq;
    bool was = exception_bit(core->lines, exception);
    set_exception_bit(core->lines, exception, level);
    if (level && !was && !exception_bit(core->active, exception)) {
        set_pending(core, exception, true);
    }
}

void exception_deactivated(Core *core, unsigned exception) {
    set_exception_bit(core->active, exception, false);
    active_faults_changed(core);
    if (exception_bit(core->lines, exception)) {
        set_pending(core, exception, true);
    }
}

// ---- priorities ----

int exception_priority(const Core *core, unsigned exception) {
    switch (exception) {
    case EXCEPTION_RESET:
        return -3;
    case EXCEPTION_NMI:
        return -2;
    case EXCEPTION_HARD_FAULT:
        return -1;
    default:
        return core->priorities[exception];
    }
}

int group_priority(const Core *core, int priority) {
    if (priority < 0 || priority >= PRIORITY_NONE) {
        return priority;
    }
    unsigned subpriority_bits = core->prigroup + 1; // bits [PRIGROUP:0] do not count (B1.5.4)
    return priority & (int)(0xFFu << subpriority_bits & 0xFFu);
}

static int active_priority(const Core *core) {
    int lowest = PRIORITY_NONE;
    for (unsigned word = 0; word < EXCEPTION_WORDS; word++) {
        for (uint32_t bits = core->active[word]; bits != 0; bits &= bits - 1) {
            int priority =
                group_priority(core, exception_priority(core, word * 32 + (unsigned)__builtin_ctz(bits)));
            lowest = priority < lowest ? priority : lowest;
        }
    }
    return lowest;
}

static int masked_priority(const Core *core, uint32_t primask) {
    int priority = active_priority(core);
    if (core->basepri != 0) {
        int base = group_priority(core, (int)core->basepri);
        priority = base < priority ? base : priority;
    }
    if (primask != 0 && priority > 0) {
        priority = 0;
    }
    if (core->faultmask != 0 && priority > -1) {
        priority = -1;
    }
    return priority;
}

int execution_priority(const Core *core) { return masked_priority(core, core->primask); }

unsigned highest_pending(const Core *core, int *priority) {
    unsigned best = 0;
    *priority = PRIORITY_NONE;
    for (unsigned word = 0; word < EXCEPTION_WORDS; word++) {
        uint32_t system = word == 0 ? 0xFFFFu : 0; // these have enables elsewhere; a pending one is taken
        for (uint32_t bits = core->pending[word] & (core->enabled[word] | system); bits != 0;
             bits &= bits - 1) {
            unsigned exception = word * 32 + (unsigned)__builtin_ctz(bits);
            int own = exception_priority(core, exception);
            if (own < *priority) {
                *priority = own;
                best = exception;
            }
        }
    }
    return best;
}

unsigned takeable_exception(const Core *core) {
    int priority;
    unsigned exception = highest_pending(core, &priority);
    return exception != 0 && group_priority(core, priority) < execution_priority(core) ? exception : 0;
}

bool pending_wakes(const Core *core) {
    int priority;
    unsigned exception = highest_pending(core, &priority);
    return exception != 0 && group_priority(core, priority) < masked_priority(core, 0);
}

// ---- registers: offsets from 0xE000E000 ----

static unsigned first_exception(uint32_t offset) { return EXCEPTION_IRQ0 + (offset & 0x7Fu) * 8; }

static uint32_t read_bits(const uint32_t *words, uint32_t offset) {
    uint32_t value = 0;
    for (unsigned bit = 0; bit < 32; bit++) {
        unsigned exception = first_exception(offset) + bit;
        value |= exception < EXCEPTION_COUNT && exception_bit(words, exception) ? 1u << bit : 0;
    }
    return value;
}

static void write_bits(uint32_t *words, uint32_t offset, uint32_t value, bool set) {
    for (; value != 0; value &= value - 1) {
        unsigned exception = first_exception(offset) + (unsigned)__builtin_ctz(value);
        if (exception < EXCEPTION_COUNT) {
            set_exception_bit(words, exception, set);
        }
    }
}

uint32_t nvic_read(Core *core, uint32_t offset) {
    switch (offset & 0xF80u) {
    case 0x100: // ISER
    case 0x180: // ICER
        return read_bits(core->enabled, offset);
    case 0x200: // ISPR
    case 0x280: // ICPR
        return read_bits(core->pending, offset);
    case 0x300: // IABR
        return read_bits(core->active, offset);
    default:
        break;
    }
    uint32_t value = 0;
    for (unsigned i = 0; i < 4 && offset >= 0x400; i++) { // IPR
        unsigned exception = EXCEPTION_IRQ0 + (offset - 0x400) + i;
        value |= exception < EXCEPTION_COUNT ? (uint32_t)core->priorities[exception] << (8 * i) : 0;
    }
    return value;
}

static void write_pending(Core *core, uint32_t offset, uint32_t value, bool set) {
    write_bits(core->pending, offset, value, set);
    for (unsigned word = 0; word < EXCEPTION_WORDS; word++) { // a line that is still high pends again
        core->pending[word] |= core->lines[word] & ~core->active[word];
    }
}

void nvic_write(Core *core, uint32_t offset, unsigned size_bytes, uint32_t value) {
    switch (offset & 0xF80u) {
    case 0x100:
        write_bits(core->enabled, offset, value, true);
        break;
    case 0x180:
        write_bits(core->enabled, offset, value, false);
        break;
    case 0x200:
        write_pending(core, offset, value, true);
        break;
    case 0x280:
        write_pending(core, offset, value, false);
        break;
    default:
        for (unsigned i = 0; i < size_bytes && offset >= 0x400; i++) {
            unsigned exception = EXCEPTION_IRQ0 + (offset - 0x400) + i;
            if (exception < EXCEPTION_COUNT) {
                core->priorities[exception] = (uint8_t)(value >> (8 * i) & PRIORITY_MASK);
            }
        }
        break;
    }
    request_attention(core);
}
