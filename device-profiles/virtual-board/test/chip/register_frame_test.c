// SPDX-License-Identifier: GPL-2.0-or-later
// The frame of the small peripherals' registers, on a bus of its own.
#include "chip/register_frame.h"
#include "chip_test.h"

#define BASE 0x40000000u
#define SOME 0xA5A5A5A5u

typedef struct Owner {
    RegisterWrite last;
    unsigned writes;
    unsigned resets;
    bool on;
} Owner;

static uint32_t inverted(const void *owner, uint32_t stored) {
    (void)owner;
    return ~stored;
}

static void note(void *owner, const RegisterWrite *write) {
    ((Owner *)owner)->last = *write;
    ((Owner *)owner)->writes++;
}

static void count_reset(void *owner) { ((Owner *)owner)->resets++; }

static bool is_on(void *owner) { return ((Owner *)owner)->on; }

static const Register registers[] = {
    {"MASKED", 0x00, 0x11, 0xFFFF, 0x00FF00FF, NULL, NULL, 0, false},
    {"INVERTED", 0x04, 0, 0xFF, EVERY_BIT, inverted, NULL, 0, false},
    {"ROW", 0x10, 7, EVERY_BIT, EVERY_BIT, NULL, note, 3, false},
    {"KEPT", 0x20, 5, EVERY_BIT, EVERY_BIT, NULL, NULL, 0, true},
};

static RegisterFrame frame;
static Owner owner;

static Bus *new_bus(void) {
    Bus *bus = bus_new();
    owner = (Owner){.on = true};
    Device device = {.name = "test",
                     .base = BASE,
                     .size_bytes = 0x40,
                     .context = &owner,
                     .clocked = is_on,
                     .reset = count_reset};
    register_frame_attach(&frame, registers, sizeof registers / sizeof registers[0], bus, &device);
    return bus;
}

static uint32_t get(Bus *bus, uint32_t offset, unsigned size_bytes) {
    uint32_t value = 0;
    CHECK_EQUAL(BUS_OK, bus_read(bus, MASTER_CPU, BASE + offset, size_bytes, &value));
    return value;
}

static void put(Bus *bus, uint32_t offset, unsigned size_bytes, uint32_t value) {
    CHECK_EQUAL(BUS_OK, bus_write(bus, MASTER_CPU, BASE + offset, size_bytes, value));
}

static void should_read_and_write_the_bits_of_the_masks(void) {
    Bus *bus = new_bus();
    CHECK_EQUAL(0x11, get(bus, 0x00, 4));
    put(bus, 0x00, 4, SOME);
    CHECK_EQUAL(0x00A5, get(bus, 0x00, 4));
    CHECK_EQUAL(0x00A500A5, register_frame_value(&frame, 0x00)); // stored, though a read does not give it
    put(bus, 0x04, 4, 0x0F);
    CHECK_EQUAL(0xF0, get(bus, 0x04, 4));
    bus_free(bus);
}

static void should_merge_narrow_writes_with_what_a_read_gives(void) {
    Bus *bus = new_bus();
    put(bus, 0x14, 4, 0x11223344);
    put(bus, 0x16, 1, 0xEE);
    CHECK_EQUAL(0x11EE3344, get(bus, 0x14, 4));
    CHECK_EQUAL(0x11EE, get(bus, 0x16, 2));
    CHECK_EQUAL(0x11223344, owner.last.previous);
    CHECK_EQUAL(0x11EE3344, owner.last.word);
    CHECK_EQUAL(0xEE, owner.last.value);
    CHECK_EQUAL(1, owner.last.size_bytes);
    bus_free(bus);
}

static void should_tell_the_registers_of_a_row_apart(void) {
    Bus *bus = new_bus();
    put(bus, 0x18, 4, 1);
    CHECK_EQUAL(0x18, owner.last.offset);
    CHECK_EQUAL(7, get(bus, 0x10, 4));
    CHECK_EQUAL(7, get(bus, 0x14, 4));
    CHECK_EQUAL(1, get(bus, 0x18, 4));
    bus_free(bus);
}

static void should_complete_accesses_to_gaps_and_without_clock(void) {
    Bus *bus = new_bus();
    put(bus, 0x1C, 4, SOME); // just behind the row
    CHECK_EQUAL(0, get(bus, 0x1C, 4));
    CHECK_EQUAL(0, owner.writes);
    owner.on = false;
    put(bus, 0x10, 4, SOME);
    CHECK_EQUAL(0, get(bus, 0x10, 4));
    owner.on = true;
    CHECK_EQUAL(7, get(bus, 0x10, 4));
    bus_free(bus);
}

static void should_reset_what_does_not_survive(void) {
    Bus *bus = new_bus();
    put(bus, 0x00, 4, SOME);
    put(bus, 0x20, 4, SOME);
    bus_reset_devices(bus);
    CHECK_EQUAL(1, owner.resets);
    CHECK_EQUAL(0x11, get(bus, 0x00, 4));
    CHECK_EQUAL(SOME, get(bus, 0x20, 4));
    register_frame_power_on(&frame);
    CHECK_EQUAL(5, get(bus, 0x20, 4));
    bus_free(bus);
}

int main(void) {
    should_read_and_write_the_bits_of_the_masks();
    should_merge_narrow_writes_with_what_a_read_gives();
    should_tell_the_registers_of_a_row_apart();
    should_complete_accesses_to_gaps_and_without_clock();
    should_reset_what_does_not_survive();
    return 0;
}
