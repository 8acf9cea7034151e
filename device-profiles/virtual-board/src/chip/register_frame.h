// SPDX-License-Identifier: GPL-2.0-or-later
// The registers of a small peripheral as a table: what they hold after reset, which bits a read gives and a
// write changes. All else that an access does is the effect that the row names; the peripheral's file has
// nothing more.
#ifndef VB_REGISTER_FRAME_H
#define VB_REGISTER_FRAME_H

#include "bus/bus.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EVERY_BIT UINT32_MAX

typedef struct RegisterWrite {
    uint32_t offset;     // of the register
    uint32_t previous;   // what was stored
    uint32_t word;       // as the writer wants it; bytes that are not written, as a read gives them
    uint32_t value;      // the bytes that are written, in the low bits
    unsigned size_bytes; // of them
} RegisterWrite;

typedef struct Register {
    const char *name; // RM0433's
    uint32_t offset;
    uint32_t reset;
    uint32_t read_mask;  // other bits read 0
    uint32_t write_mask; // other bits stay as they are
    // What a read gives in place of what is stored; NULL = that. It changes nothing.
    uint32_t (*read)(const void *owner, uint32_t stored);
    // After the stored bits have changed; NULL = nothing more happens.
    void (*written)(void *owner, const RegisterWrite *write);
    unsigned count;      // registers in a row, 4 bytes apart; 0 = 1
    bool survives_reset; // a system reset leaves it alone, loss of power does not
} Register;

typedef struct RegisterFrame {
    const Register *rows;
    size_t row_count;
    void *owner; // of the effects
    bool (*clocked)(void *owner);
    void (*reset)(void *owner); // after the registers', at a system reset
    uint32_t values[24];
} RegisterFrame;

// Attaches the registers to the bus, as after power-on. A table with offsets that do not rise, or with more
// registers than a frame can hold, aborts: a programming error. `device` names the block; its functions are
// called with `owner`, read and write are the frame's own.
void register_frame_attach(RegisterFrame *frame, const Register *rows, size_t row_count, Bus *bus,
                           const Device *device);

// Every register, or those that a system reset reaches, holds its reset value; no effect takes place.
void register_frame_power_on(RegisterFrame *frame);
void register_frame_system_reset(RegisterFrame *frame);

// What is stored at the offset of a row.
uint32_t register_frame_value(const RegisterFrame *frame, uint32_t offset);
void register_frame_set(RegisterFrame *frame, uint32_t offset, uint32_t value);

#endif
