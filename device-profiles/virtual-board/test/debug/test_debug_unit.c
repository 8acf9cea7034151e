// SPDX-License-Identifier: GPL-2.0-or-later
// Run control as the ARMv7-M ARM part C1 and OpenOCD's src/target/cortex_m.c have it.
#include "debug/debug_unit.h"
#include "fake_board.h"

#define DHCSR 0xE000EDF0u
#define DCRSR 0xE000EDF4u
#define DCRDR 0xE000EDF8u
#define DEMCR 0xE000EDFCu
#define FP_CTRL 0xE0002000u
#define FP_COMP0 0xE0002008u
#define DWT_CTRL 0xE0001000u
#define DWT_CYCCNT 0xE0001004u
#define DWT_COMP0 0xE0001020u
#define DWT_LAR 0xE0001FB0u
#define TRCENA 0x01000000u
#define KEY 0xA05F0000u

static Board *board;

static uint32_t read_by(BusMaster master, uint32_t address) {
    uint32_t value = 0;
    CHECK_EQUAL(BUS_OK, bus_read(board->bus, master, address, 4, &value));
    return value;
}

static void write_by(BusMaster master, uint32_t address, uint32_t value) {
    CHECK_EQUAL(BUS_OK, bus_write(board->bus, master, address, 4, value));
}

static uint32_t peek(uint32_t address) { return read_by(MASTER_DEBUG, address); }
static void poke(uint32_t address, uint32_t value) { write_by(MASTER_DEBUG, address, value); }

static void start(void) {
    BoardOptions options = {.serial = "TEST"};
    board = fake_board_new(&options);
    board->debug = fake_board_debug(board);
}

static void stop(void) {
    debug_free(board->debug);
    fake_board_free(board);
}

static void should_halt_only_with_the_key(void) {
    start();
    poke(DHCSR, 0x00000003);
    CHECK(!fake_core.halted);
    poke(DHCSR, KEY | 3);
    CHECK(fake_core.halted);
    CHECK_EQUAL(0x02030003,
                peek(DHCSR) & 0x020F000F); // reset seen, halted, register ready, C_HALT, C_DEBUGEN
    poke(DHCSR, KEY | 1);
    CHECK(!fake_core.halted);
    CHECK_EQUAL(1, fake_core.resumes);
    stop();
}

static void should_clear_sticky_bits_by_reading(void) {
    start();
    CHECK(peek(DHCSR) & 1u << 25);
    CHECK(!(peek(DHCSR) & 1u << 25));
    debug_reset(board->debug, false);
    fake_core.instructions = 7;
    uint32_t by_core = read_by(MASTER_CPU, DHCSR);
    CHECK(by_core & 1u << 25); // the core's own reads clear nothing
    CHECK_EQUAL(0x03000000, peek(DHCSR) & 0x03000000);
    CHECK_EQUAL(0, peek(DHCSR) & 0x03000000);
    stop();
}

static void should_step_and_mask(void) {
    start();
    poke(DHCSR, KEY | 3);
    poke(DHCSR, KEY | 0xB); // halted, C_MASKINTS
    poke(DHCSR, KEY | 0xD); // C_STEP | C_MASKINTS, no C_HALT
    CHECK_EQUAL(1, fake_core.steps);
    CHECK(fake_core.step_masked);
    CHECK(fake_core.halted);
    poke(DHCSR, KEY | 5);
    CHECK_EQUAL(2, fake_core.steps);
    CHECK(!fake_core.step_masked);
    CHECK_EQUAL(0, fake_core.resumes);
    stop();
}

static void should_transfer_registers_while_halted(void) {
    start();
    fake_core.registers[13] = 0x20020000;
    poke(DHCSR, KEY | 3);
    poke(DCRSR, 13);
    CHECK_EQUAL(0x20020000, peek(DCRDR));
    poke(DCRDR, 0x08000401);
    poke(DCRSR, 1u << 16 | 15);
    CHECK_EQUAL(0x08000401, fake_core.registers[15]);
    poke(DHCSR, KEY | 1);
    poke(DCRDR, 5);
    poke(DCRSR, 1u << 16 | 15); // running: nothing happens
    CHECK_EQUAL(0x08000401, fake_core.registers[15]);
    stop();
}

static void should_not_let_the_core_enable_debugging(void) {
    start();
    write_by(MASTER_CPU, DHCSR, KEY | 3);
    CHECK(!debug_halting_enabled(board->debug));
    CHECK(!fake_core.halted);
    stop();
}

static void should_resume_when_debugging_is_switched_off(void) {
    start();
    poke(DHCSR, KEY | 3);
    poke(DHCSR, KEY | 0);
    CHECK(!fake_core.halted);
    CHECK(!debug_halting_enabled(board->debug));
    stop();
}

static void should_keep_debug_state_over_all_resets_but_power_on(void) {
    start();
    poke(DHCSR, KEY | 3);
    poke(DEMCR, TRCENA | 0x501);
    poke(FP_CTRL, 3);
    poke(FP_COMP0, 0x08000401);
    debug_reset(board->debug, false);
    CHECK(debug_halts_at_reset(board->debug));
    CHECK_EQUAL(0x501, debug_vector_catch(board->debug));
    CHECK_EQUAL(1, fake_core.breakpoint_count);
    debug_reset(board->debug, true);
    CHECK(!debug_halts_at_reset(board->debug));
    CHECK_EQUAL(0, peek(DEMCR));
    CHECK_EQUAL(0, fake_core.breakpoint_count);
    CHECK_EQUAL(0x10000080, peek(FP_CTRL));
    stop();
}

static void should_set_breakpoints_on_halfwords(void) {
    start();
    poke(DHCSR, KEY | 1);
    poke(FP_COMP0, 0x08000403);
    poke(FP_COMP0 + 28, 0x24000001);
    CHECK_EQUAL(0, fake_core.breakpoint_count); // the unit is off
    poke(FP_CTRL, 1);                           // without the key
    CHECK_EQUAL(0, fake_core.breakpoint_count);
    poke(FP_CTRL, 3);
    CHECK_EQUAL(2, fake_core.breakpoint_count);
    CHECK_EQUAL(0x08000402, fake_core.breakpoints[0]);
    CHECK_EQUAL(0x24000000, fake_core.breakpoints[1]);
    CHECK_EQUAL(0x10000081, peek(FP_CTRL));
    poke(DHCSR, KEY | 0);
    CHECK_EQUAL(0, fake_core.breakpoint_count);
    stop();
}

static void should_set_watchpoints(void) {
    start();
    poke(DHCSR, KEY | 1);
    poke(DEMCR, TRCENA);
    poke(DWT_COMP0 + 16, 0x20000104);
    poke(DWT_COMP0 + 16 + 4, 2);
    poke(DWT_COMP0 + 16 + 8, 6);
    CHECK_EQUAL(1, fake_core.watchpoint_count);
    CHECK_EQUAL(0x20000104, fake_core.watchpoints[0].address);
    CHECK_EQUAL(4, fake_core.watchpoints[0].size_bytes);
    CHECK_EQUAL(2, fake_core.watchpoints[0].kind);
    CHECK_EQUAL(6, peek(DWT_COMP0 + 16 + 8));
    fake_core.halted = true;
    fake_core.dfsr = 4;
    CHECK_EQUAL(0x01000006, peek(DWT_COMP0 + 16 + 8)); // MATCHED
    stop();
}

static void should_count_cycles_only_when_enabled_and_unlocked(void) {
    start();
    timeline_set_cpu_hz(board->timeline, 64000000);
    write_by(MASTER_CPU, DEMCR, TRCENA);
    write_by(MASTER_CPU, DWT_CTRL, 1);
    CHECK_EQUAL(0x40000000, peek(DWT_CTRL)); // locked: ignored, and the board says so
    CHECK_EQUAL(1, lints_count(board->lints));
    write_by(MASTER_CPU, DWT_LAR, 0xC5ACCE55);
    timeline_advance_cycles(board->timeline, 100);
    write_by(MASTER_CPU, DWT_CTRL, 1);
    timeline_advance_cycles(board->timeline, 1000);
    CHECK_EQUAL(1000, peek(DWT_CYCCNT));
    write_by(MASTER_CPU, DWT_CYCCNT, 0xFFFFFFFF);
    timeline_advance_cycles(board->timeline, 5);
    CHECK_EQUAL(4, peek(DWT_CYCCNT));
    write_by(MASTER_CPU, DEMCR, 0);
    timeline_advance_cycles(board->timeline, 50);
    write_by(MASTER_CPU, DEMCR, TRCENA);
    CHECK_EQUAL(4, peek(DWT_CYCCNT));
    timeline_advance_cycles(board->timeline, 2);
    CHECK_EQUAL(6, peek(DWT_CYCCNT));
    stop();
}

// The ids by which `dap info` names the parts: PIDR of Cortex-M7 FPB, ROM table chain from the access port's
// base.
static void should_lead_a_debugger_through_the_rom_tables(void) {
    start();
    CHECK_EQUAL(0xE00FF003, 0xE00FE000u + peek(0xE00FE000));
    CHECK_EQUAL(0xE0002003, 0xE00FF000u + peek(0xE00FF008));
    CHECK_EQUAL(0x0E, peek(0xE0002FE0));
    CHECK_EQUAL(0xB0, peek(0xE0002FE4));
    CHECK_EQUAL(0x0B, peek(0xE0002FE8));
    CHECK_EQUAL(0x04, peek(0xE0002FD0));
    CHECK_EQUAL(0x10, peek(0xE00FEFF4)); // class 1
    CHECK_EQUAL(0x50, peek(0x5C000FE0)); // system ROM table: part 0x450
    poke(0x5C004000, 3);
    CHECK_EQUAL(3, peek(0x5C004000));
    stop();
}

int main(void) {
    should_halt_only_with_the_key();
    should_clear_sticky_bits_by_reading();
    should_step_and_mask();
    should_transfer_registers_while_halted();
    should_not_let_the_core_enable_debugging();
    should_resume_when_debugging_is_switched_off();
    should_keep_debug_state_over_all_resets_but_power_on();
    should_set_breakpoints_on_halfwords();
    should_set_watchpoints();
    should_count_cycles_only_when_enabled_and_unlocked();
    should_lead_a_debugger_through_the_rom_tables();
    puts("debug unit: 11 checks passed");
    return 0;
}
