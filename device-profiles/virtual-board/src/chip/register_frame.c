// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/register_frame.h"
#include <stdlib.h>

#define VALUES (sizeof((RegisterFrame *)NULL)->values / sizeof(uint32_t))

// A register: its row, and where its value is.
typedef struct Found {
    const Register *row; // NULL: no row has this offset
    unsigned value;
} Found;

static unsigned registers_of(const Register *row) { return row->count == 0 ? 1 : row->count; }

static Found find(const RegisterFrame *frame, uint32_t offset) {
    unsigned before = 0;
    for (size_t i = 0; i < frame->row_count; i++) {
        const Register *row = &frame->rows[i];
        unsigned index = (offset - row->offset) / 4;
        if (offset >= row->offset && index < registers_of(row)) {
            return (Found){row, before + index};
        }
        before += registers_of(row);
    }
    return (Found){NULL, 0};
}

static uint32_t read_word(const RegisterFrame *frame, Found found) {
    uint32_t stored = frame->values[found.value];
    uint32_t word = found.row->read != NULL ? found.row->read(frame->owner, stored) : stored;
    return word & found.row->read_mask;
}

static BusResult read_register(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                               uint32_t *value) {
    const RegisterFrame *frame = context;
    (void)master;
    Found found = find(frame, offset & ~3u);
    *value = found.row == NULL ? 0 : narrow_read(read_word(frame, found), offset, size_bytes);
    return BUS_OK;
}

static BusResult write_register(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                                uint32_t value) {
    RegisterFrame *frame = context;
    (void)master;
    Found found = find(frame, offset & ~3u);
    if (found.row == NULL) {
        return BUS_OK;
    }
    uint32_t *stored = &frame->values[found.value];
    RegisterWrite write = {.offset = offset & ~3u,
                           .previous = *stored,
                           .word = narrow_merge(read_word(frame, found), offset, size_bytes, value),
                           .value = value,
                           .size_bytes = size_bytes};
    *stored = (*stored & ~found.row->write_mask) | (write.word & found.row->write_mask);
    if (found.row->written != NULL) {
        found.row->written(frame->owner, &write);
    }
    return BUS_OK;
}

static void reset_registers(RegisterFrame *frame, bool power_on) {
    unsigned value = 0;
    for (size_t i = 0; i < frame->row_count; i++) {
        const Register *row = &frame->rows[i];
        for (unsigned index = 0; index < registers_of(row); index++, value++) {
            if (power_on || !row->survives_reset) {
                frame->values[value] = row->reset;
            }
        }
    }
}

void register_frame_power_on(RegisterFrame *frame) { reset_registers(frame, true); }

void register_frame_system_reset(RegisterFrame *frame) { reset_registers(frame, false); }

static bool clocked(void *context) {
    const RegisterFrame *frame = context;
    return frame->clocked == NULL || frame->clocked(frame->owner);
}

static void reset(void *context) {
    RegisterFrame *frame = context;
    register_frame_system_reset(frame);
    if (frame->reset != NULL) {
        frame->reset(frame->owner);
    }
}

static void check(const Register *rows, size_t row_count) {
    uint32_t free_offset = 0;
    size_t values = 0;
    for (size_t i = 0; i < row_count; i++) {
        if (rows[i].offset % 4 != 0 || rows[i].offset < free_offset) {
            abort();
        }
        free_offset = rows[i].offset + 4 * registers_of(&rows[i]);
        values += registers_of(&rows[i]);
    }
    if (values > VALUES) {
        abort();
    }
}

void register_frame_attach(RegisterFrame *frame, const Register *rows, size_t row_count, Bus *bus,
                           const Device *device) {
    check(rows, row_count);
    *frame = (RegisterFrame){.rows = rows,
                             .row_count = row_count,
                             .owner = device->context,
                             .clocked = device->clocked,
                             .reset = device->reset};
    Device attached = *device;
    attached.context = frame;
    attached.read = read_register;
    attached.write = write_register;
    attached.clocked = clocked;
    attached.reset = reset;
    bus_attach_device(bus, &attached);
    register_frame_power_on(frame);
}

static Found require(const RegisterFrame *frame, uint32_t offset) {
    Found found = find(frame, offset);
    if (found.row == NULL) {
        abort();
    }
    return found;
}

uint32_t register_frame_value(const RegisterFrame *frame, uint32_t offset) {
    return frame->values[require(frame, offset).value];
}

void register_frame_set(RegisterFrame *frame, uint32_t offset, uint32_t value) {
    frame->values[require(frame, offset).value] = value;
}
