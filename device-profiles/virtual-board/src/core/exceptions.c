// SPDX-License-Identifier: GPL-2.0-or-later
// Exception entry and return, fault escalation and lockup (ARMv7-M ARM B1.5.6 to B1.5.15).
#include "core/core_state.h"

// Estimates for zero-wait-state memory; tail-chaining saves the two stack operations.
#define ENTRY_CYCLES 12u
#define TAIL_CHAIN_CYCLES 6u
#define RETURN_CYCLES 10u

#define BASIC_FRAME_BYTES 32u
#define EXTENDED_FRAME_BYTES 104u
#define EXC_RETURN_BASIC (1u << 4) // set: no floating-point context in the frame
#define EXC_RETURN_THREAD (1u << 3)
#define EXC_RETURN_PROCESS_STACK (1u << 2)
#define FRAME_ALIGNED (1u << 9) // stacked xPSR: SP was not a multiple of 8

static void lock_up(Core *core) {
    core->locked_up = true;
    core->pc = UINT32_C(0xFFFFFFFE);
}

// ---- entry ----

typedef struct Frame {
    uint32_t address;
    bool extended;
    uint32_t cfsr_bits; // MSTKERR or STKERR when pushing failed
} Frame;

static void push_word(Core *core, Frame *frame, uint32_t offset, uint32_t value, bool privileged) {
    uint32_t address = frame->address + offset;
    if (!mpu_allows(core, address, ACCESS_WRITE, privileged)) {
        frame->cfsr_bits |= CFSR_MSTKERR;
    } else if (!store_word(core, address, value)) {
        frame->cfsr_bits |= CFSR_STKERR;
    }
}

static void push_floating_point(Core *core, Frame *frame, bool privileged) {
    for (unsigned i = 0; i < 16; i++) {
        push_word(core, frame, BASIC_FRAME_BYTES + 4 * i, engine_register(core, UC_ARM_REG_S0 + (int)i),
                  privileged);
    }
    push_word(core, frame, BASIC_FRAME_BYTES + 64, engine_register(core, UC_ARM_REG_FPSCR), privileged);
    core->fpcar = frame->address + BASIC_FRAME_BYTES;
}

static Frame push_frame(Core *core, SpecialRegisters *special, uint32_t return_address) {
    bool thread = (special->xpsr & XPSR_IPSR) == 0;
    bool process_stack = thread && (special->control & CONTROL_SPSEL) != 0;
    bool privileged = !thread || (special->control & CONTROL_NPRIV) == 0;
    uint32_t *sp = process_stack ? &special->psp : &special->msp;
    Frame frame = {.extended = (special->control & CONTROL_FPCA) != 0 && (core->fpccr & FPCCR_ASPEN) != 0};
    bool align = (core->ccr & CCR_STKALIGN) != 0 || frame.extended;
    bool padded = align && (*sp & 4u) != 0;
    frame.address = *sp - (frame.extended ? EXTENDED_FRAME_BYTES : BASIC_FRAME_BYTES);
    frame.address &= align ? ~7u : ~3u;
    static const int ids[] = {UC_ARM_REG_R0, UC_ARM_REG_R1,  UC_ARM_REG_R2,
                              UC_ARM_REG_R3, UC_ARM_REG_R12, UC_ARM_REG_R14};
    for (unsigned i = 0; i < sizeof ids / sizeof *ids; i++) {
        push_word(core, &frame, 4 * i, engine_register(core, ids[i]), privileged);
    }
    push_word(core, &frame, 24, return_address, privileged);
    push_word(core, &frame, 28, (special->xpsr & ~FRAME_ALIGNED) | (padded ? FRAME_ALIGNED : 0), privileged);
    if (frame.extended) {
        push_floating_point(core, &frame, privileged);
    }
    *sp = frame.address;
    return frame;
}

static uint32_t exc_return_of(const SpecialRegisters *special, const Frame *frame) {
    uint32_t value = frame->extended ? UINT32_C(0xFFFFFFE1) : UINT32_C(0xFFFFFFF1);
    if ((special->xpsr & XPSR_IPSR) == 0) {
        value |= EXC_RETURN_THREAD | ((special->control & CONTROL_SPSEL) != 0 ? EXC_RETURN_PROCESS_STACK : 0);
    }
    return value;
}

// DEMCR bits that halt at the handler's first instruction (C1.6.5).
static bool vector_caught(Core *core, unsigned exception) {
    if (core->config.halting_debug_enabled == NULL ||
        !core->config.halting_debug_enabled(core->config.context)) {
        return false;
    }
    uint32_t catch = core->config.vector_catch == NULL ? 0 : core->config.vector_catch(core->config.context);
    uint32_t cfsr = core->cfsr;
    switch (exception) {
    case EXCEPTION_HARD_FAULT:
        return (catch & (1u << 10)) != 0 || ((catch & (1u << 9)) != 0 && (core->hfsr & HFSR_VECTTBL) != 0);
    case EXCEPTION_MEM_MANAGE:
        return (catch & (1u << 4)) != 0;
    case EXCEPTION_BUS_FAULT:
        return (catch & (1u << 8)) != 0;
    case EXCEPTION_USAGE_FAULT:
        return ((catch & (1u << 5)) != 0 && (cfsr & CFSR_NOCP) != 0) ||
               ((catch & (1u << 6)) != 0 && (cfsr & (CFSR_UNALIGNED | CFSR_DIVBYZERO)) != 0) ||
               ((catch & (1u << 7)) != 0 && (cfsr & (CFSR_UNDEFINSTR | CFSR_INVSTATE | CFSR_INVPC)) != 0);
    default:
        return false;
    }
}

// Everything of an entry but the frame: handler mode, LR, the vector.
static void enter_handler(Core *core, SpecialRegisters *special, unsigned exception, uint32_t exc_return) {
    uint32_t vector = 0;
    bool vector_read = load_word(core, core->vtor + 4 * exception, &vector);
    special->xpsr =
        (special->xpsr & ~(XPSR_IPSR | XPSR_IT | XPSR_T)) | exception | ((vector & 1u) != 0 ? XPSR_T : 0);
    special->control &= ~(CONTROL_SPSEL | CONTROL_FPCA);
    write_special_registers(core, special);
    set_engine_register(core, UC_ARM_REG_R14, exc_return);
    core->pc = vector & ~1u;
    set_exception_bit(core->pending, exception, false);
    set_exception_bit(core->active, exception, true);
    active_faults_changed(core);
    core->event_register = true;
    core->sleeping = false;
    memory_view_changed(core); // privileged now; priority below zero may switch the MPU off
    if (!vector_read) {
        core->hfsr |= HFSR_VECTTBL;
        if (exception == EXCEPTION_HARD_FAULT || exception == EXCEPTION_NMI) {
            lock_up(core);
        } else {
            take_exception(core, EXCEPTION_HARD_FAULT, core->pc);
        }
        return;
    }
    if (vector_caught(core, exception)) {
        enter_halt(core, DFSR_VCATCH);
    }
}

// Pushing the frame failed: the derived fault is taken instead when it is more urgent, else it pends
// (B1.5.8).
static unsigned derived_exception(Core *core, const Frame *frame, unsigned exception) {
    unsigned derived = (frame->cfsr_bits & CFSR_MSTKERR) != 0 ? EXCEPTION_MEM_MANAGE : EXCEPTION_BUS_FAULT;
    core->cfsr |= frame->cfsr_bits;
    bool enabled = exception_bit(&core->shcsr_enables, derived);
    if (!enabled || exception_priority(core, derived) >= execution_priority(core)) {
        derived = EXCEPTION_HARD_FAULT;
        core->hfsr |= HFSR_FORCED;
    }
    if (exception_priority(core, derived) < exception_priority(core, exception)) {
        return derived;
    }
    set_exception_bit(core->pending, derived, true);
    return exception;
}

void take_exception(Core *core, unsigned exception, uint32_t return_address) {
    SpecialRegisters special;
    read_special_registers(core, &special);
    Frame frame = push_frame(core, &special, return_address);
    uint32_t exc_return = exc_return_of(&special, &frame);
    timeline_advance_cycles(core->config.timeline, ENTRY_CYCLES);
    if (frame.cfsr_bits != 0) {
        unsigned instead = derived_exception(core, &frame, exception);
        if (instead != exception && exception < EXCEPTION_COUNT) {
            set_exception_bit(core->pending, exception, true); // still to come
        }
        exception = instead;
    }
    enter_handler(core, &special, exception, exc_return);
}

// ---- faults ----

static void record_fault(Core *core, const PendingFault *fault) {
    core->cfsr |= fault->cfsr_bits;
    if ((fault->cfsr_bits & CFSR_MMARVALID) != 0) {
        core->mmfar = fault->address;
    }
    if ((fault->cfsr_bits & CFSR_BFARVALID) != 0) {
        core->bfar = fault->address;
    }
}

static void escalate(Core *core, uint32_t hfsr_bit, uint32_t return_address) {
    if (execution_priority(core) <= -1) {
        core->hfsr |= hfsr_bit;
        lock_up(core);
        return;
    }
    core->hfsr |= hfsr_bit;
    take_exception(core, EXCEPTION_HARD_FAULT, return_address);
}

void raise_fault(Core *core, const PendingFault *fault, uint32_t return_address) {
    record_fault(core, fault);
    bool enabled = exception_bit(&core->shcsr_enables, fault->exception);
    int priority = group_priority(core, exception_priority(core, fault->exception));
    if (fault->exception == EXCEPTION_HARD_FAULT) {
        escalate(core, HFSR_DEBUGEVT, return_address);
    } else if (enabled && priority < execution_priority(core)) {
        take_exception(core, fault->exception, return_address);
    } else {
        escalate(core, HFSR_FORCED, return_address);
    }
}

void raise_svcall(Core *core, uint32_t return_address) {
    int priority = group_priority(core, exception_priority(core, EXCEPTION_SVCALL));
    if (priority < execution_priority(core)) {
        take_exception(core, EXCEPTION_SVCALL, return_address);
    } else {
        escalate(core, HFSR_FORCED, return_address);
    }
}

// ---- return ----

static unsigned count_active(const Core *core) {
    unsigned count = 0;
    for (unsigned word = 0; word < EXCEPTION_WORDS; word++) {
        count += (unsigned)__builtin_popcount(core->active[word]);
    }
    return count;
}

// B1.5.8 ExceptionReturn(): which values of EXC_RETURN are good here.
static bool return_is_valid(const Core *core, uint32_t exc_return, unsigned exception) {
    if ((exc_return & UINT32_C(0x0FFFFFE0)) != UINT32_C(0x0FFFFFE0) ||
        !exception_bit(core->active, exception)) {
        return false;
    }
    switch (exc_return & 0xFu) {
    case 0x1:
        return count_active(core) > 1;
    case 0x9:
    case 0xD:
        return count_active(core) == 1 || (core->ccr & CCR_NONBASETHRDENA) != 0;
    default:
        return false;
    }
}

static uint32_t pop_word(Core *core, Frame *frame, uint32_t offset, bool privileged) {
    uint32_t address = frame->address + offset;
    uint32_t value = 0;
    if (!mpu_allows(core, address, ACCESS_READ, privileged)) {
        frame->cfsr_bits |= CFSR_MUNSTKERR;
    } else if (!load_word(core, address, &value)) {
        frame->cfsr_bits |= CFSR_UNSTKERR;
    }
    return value;
}

typedef struct PoppedFrame {
    uint32_t core_registers[6]; // R0-R3, R12, LR
    uint32_t pc;
    uint32_t xpsr;
    uint32_t fp_registers[17]; // S0-S15, FPSCR
} PoppedFrame;

static void pop_frame(Core *core, Frame *frame, PoppedFrame *popped, bool privileged) {
    for (unsigned i = 0; i < 6; i++) {
        popped->core_registers[i] = pop_word(core, frame, 4 * i, privileged);
    }
    popped->pc = pop_word(core, frame, 24, privileged);
    popped->xpsr = pop_word(core, frame, 28, privileged);
    for (unsigned i = 0; frame->extended && i < 17; i++) {
        popped->fp_registers[i] = pop_word(core, frame, BASIC_FRAME_BYTES + 4 * i, privileged);
    }
}

static void restore_registers(Core *core, const Frame *frame, const PoppedFrame *popped) {
    static const int ids[] = {UC_ARM_REG_R0, UC_ARM_REG_R1,  UC_ARM_REG_R2,
                              UC_ARM_REG_R3, UC_ARM_REG_R12, UC_ARM_REG_R14};
    for (unsigned i = 0; i < sizeof ids / sizeof *ids; i++) {
        set_engine_register(core, ids[i], popped->core_registers[i]);
    }
    for (unsigned i = 0; frame->extended && i < 16; i++) {
        set_engine_register(core, UC_ARM_REG_S0 + (int)i, popped->fp_registers[i]);
    }
    if (frame->extended) {
        set_engine_register(core, UC_ARM_REG_FPSCR, popped->fp_registers[16]);
    }
}

// INVPC: the fault is taken as from the handler that tried to return, on the frame that is there
// (tail-chained).
static void bad_return(Core *core, SpecialRegisters *special, uint32_t exc_return, PendingFault fault) {
    record_fault(core, &fault);
    bool enabled = exception_bit(&core->shcsr_enables, fault.exception);
    unsigned exception = fault.exception;
    if (!enabled || group_priority(core, exception_priority(core, exception)) >= execution_priority(core)) {
        core->hfsr |= HFSR_FORCED;
        exception = EXCEPTION_HARD_FAULT;
        if (execution_priority(core) <= -1) {
            lock_up(core);
            return;
        }
    }
    timeline_advance_cycles(core->config.timeline, TAIL_CHAIN_CYCLES);
    enter_handler(core, special, exception, exc_return | UINT32_C(0xF0000000));
}

static void finish_return(Core *core, SpecialRegisters *special, uint32_t exc_return, Frame *frame,
                          const PoppedFrame *popped) {
    bool thread = (exc_return & EXC_RETURN_THREAD) != 0;
    bool process_stack = (exc_return & EXC_RETURN_PROCESS_STACK) != 0;
    uint32_t *sp = process_stack ? &special->psp : &special->msp;
    bool padded = (popped->xpsr & FRAME_ALIGNED) != 0 && ((core->ccr & CCR_STKALIGN) != 0 || frame->extended);
    *sp = (frame->address + (frame->extended ? EXTENDED_FRAME_BYTES : BASIC_FRAME_BYTES)) | (padded ? 4u : 0);
    special->control &= ~(CONTROL_FPCA | CONTROL_SPSEL);
    special->control |= frame->extended ? CONTROL_FPCA : 0;
    special->control |= thread && process_stack ? CONTROL_SPSEL : 0;
    special->xpsr = popped->xpsr & ~FRAME_ALIGNED;
    write_special_registers(core, special);
    restore_registers(core, frame, popped);
    core->pc = popped->pc & ~1u;
    timeline_advance_cycles(core->config.timeline, RETURN_CYCLES);
    core->event_register = true;
    memory_view_changed(core);
    if (thread && (core->scr & SCR_SLEEPONEXIT) != 0 && count_active(core) == 0) {
        core->sleeping = true;
        core->sleeping_for_event = false;
    }
}

void return_from_exception(Core *core, uint32_t exc_return) {
    SpecialRegisters special;
    read_special_registers(core, &special);
    unsigned exception = special.xpsr & XPSR_IPSR;
    if (!return_is_valid(core, exc_return, exception)) {
        if (exception < EXCEPTION_COUNT) {
            exception_deactivated(core, exception);
        }
        bad_return(core, &special, exc_return, (PendingFault){EXCEPTION_USAGE_FAULT, CFSR_INVPC, 0});
        return;
    }
    exception_deactivated(core, exception);
    if (exception != EXCEPTION_NMI && special.faultmask != 0) {
        special.faultmask = 0;
        core->faultmask = 0;
    }
    // Tail-chaining (B1.5.12): the frame stays where it is.
    unsigned next = takeable_exception(core);
    if (next != 0) {
        timeline_advance_cycles(core->config.timeline, TAIL_CHAIN_CYCLES);
        enter_handler(core, &special, next, exc_return | UINT32_C(0xF0000000) | 1u);
        return;
    }
    bool thread = (exc_return & EXC_RETURN_THREAD) != 0;
    bool privileged = !thread || (special.control & CONTROL_NPRIV) == 0;
    Frame frame = {.address = (exc_return & EXC_RETURN_PROCESS_STACK) != 0 ? special.psp : special.msp,
                   .extended = (exc_return & EXC_RETURN_BASIC) == 0};
    PoppedFrame popped = {0};
    pop_frame(core, &frame, &popped, privileged);
    if (frame.cfsr_bits != 0) {
        unsigned fault = (frame.cfsr_bits & CFSR_MUNSTKERR) != 0 ? EXCEPTION_MEM_MANAGE : EXCEPTION_BUS_FAULT;
        bad_return(core, &special, exc_return, (PendingFault){fault, frame.cfsr_bits, 0});
        return;
    }
    // The stacked mode must be the one that EXC_RETURN asks for.
    bool stacked_thread = (popped.xpsr & XPSR_IPSR) == 0;
    if (thread != stacked_thread) {
        bad_return(core, &special, exc_return, (PendingFault){EXCEPTION_USAGE_FAULT, CFSR_INVPC, 0});
        return;
    }
    finish_return(core, &special, exc_return, &frame, &popped);
}
