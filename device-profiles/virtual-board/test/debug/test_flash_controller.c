// SPDX-License-Identifier: GPL-2.0-or-later
// The flash controller as RM0433 chapter 4 describes it and OpenOCD's src/flash/nor/stm32h7x.c uses it.
#include "chip/flash.h"
#include "fake_board.h"
#include <string.h>

#define BANK1 0x52002000u
#define BANK2 0x52002100u
#define KEYR 0x04u
#define OPTKEYR 0x08u
#define CR 0x0Cu
#define SR 0x10u
#define CCR 0x14u
#define OPTCR 0x18u
#define OPTSR_CUR 0x1Cu
#define OPTSR_PRG 0x20u
#define WPSN_CUR 0x38u
#define WPSN_PRG 0x3Cu
#define CR_PG 0x02u
#define CR_SER_START 0xB4u // x64
#define SR_BUSY 0x05u      // BSY and QW
#define SR_EOP (1u << 16)
#define SR_WRPERR (1u << 17)
#define SR_PGSERR (1u << 18)
#define SR_STRBERR (1u << 19)
#define SR_INCERR (1u << 21)
#define SR_OPERR (1u << 22)
#define SR_SNECCERR (1u << 25)
#define SR_DBECCERR (1u << 26)
#define MILLISECOND (PICOSECONDS_PER_SECOND / 1000)

static Board *board;

static void start_with(bool fast) {
    BoardOptions options = {.serial = "TEST", .fast_flash = fast};
    board = fake_board_new(&options);
    board->flash = fake_board_flash(board);
    CHECK(board->flash != NULL);
}

static void start(void) { start_with(true); }

static void stop(void) {
    flash_free(board->flash);
    fake_board_free(board);
}

static uint32_t peek(uint32_t address) {
    uint32_t value = 0;
    CHECK_EQUAL(BUS_OK, bus_read(board->bus, MASTER_CPU, address, 4, &value));
    return value;
}

static BusResult try_peek(uint32_t address) {
    uint32_t value = 0;
    return bus_read(board->bus, MASTER_CPU, address, 4, &value);
}

static BusResult try_poke(uint32_t address, uint32_t value) {
    return bus_write(board->bus, MASTER_CPU, address, 4, value);
}

static void poke(uint32_t address, uint32_t value) { CHECK_EQUAL(BUS_OK, try_poke(address, value)); }

static void unlock(uint32_t bank) {
    poke(bank + KEYR, 0x45670123);
    poke(bank + KEYR, 0xCDEF89AB);
    CHECK_EQUAL(0, peek(bank + CR) & 1);
}

static void program(uint32_t bank, uint32_t address, uint32_t seed) {
    poke(bank + CR, 0x30 | CR_PG);
    for (uint32_t i = 0; i < 8; i++) {
        poke(address + 4 * i, seed + i);
    }
}

static void let_pass(Picoseconds time) {
    timeline_jump_to(board->timeline, timeline_now(board->timeline) + time);
    timeline_fire_due(board->timeline);
}

static void should_unlock_each_bank_by_its_keys(void) {
    start();
    CHECK_EQUAL(0x31, peek(BANK1 + CR));
    poke(BANK1 + CR, 0x32);
    CHECK_EQUAL(0x31, peek(BANK1 + CR)); // locked: ignored
    unlock(BANK1);
    CHECK_EQUAL(0x31, peek(BANK2 + CR));
    CHECK_EQUAL(BUS_ERROR, try_poke(BANK1 + KEYR, 0x45670123)); // keys when open
    CHECK_EQUAL(1, peek(BANK1 + CR) & 1);
    CHECK_EQUAL(BUS_ERROR, try_poke(BANK1 + KEYR, 0x45670123)); // refused until reset
    flash_reset(board->flash);
    unlock(BANK1);
    stop();
}

static void should_refuse_wrong_keys_until_reset(void) {
    start();
    poke(BANK1 + KEYR, 0x45670123);
    CHECK_EQUAL(BUS_ERROR, try_poke(BANK1 + KEYR, 0x45670123));
    CHECK_EQUAL(BUS_ERROR, try_poke(BANK1 + KEYR, 0xCDEF89AB));
    CHECK_EQUAL(1, peek(BANK1 + CR) & 1);
    stop();
}

static void should_program_a_word_of_32_bytes_in_any_order(void) {
    start();
    unlock(BANK2);
    poke(BANK2 + CR, 0x32);
    for (uint32_t i = 0; i < 8; i++) {
        uint32_t place = (i * 5 + 3) % 8;
        CHECK_EQUAL(0xFFFFFFFF, peek(0x08100040 + 4 * place));
        poke(0x08100040 + 4 * place, 0x1000 + place);
        CHECK_EQUAL(i < 7 ? 2 : 0, peek(BANK2 + SR) & 2); // WBNE
    }
    for (uint32_t i = 0; i < 8; i++) {
        CHECK_EQUAL(0x1000 + i, peek(0x08100040 + 4 * i));
    }
    CHECK_EQUAL(SR_EOP, peek(BANK2 + SR));
    stop();
}

static void should_report_sequence_errors(void) {
    start();
    unlock(BANK1);
    poke(0x08000000, 1); // PG not set
    CHECK_EQUAL(SR_PGSERR, peek(BANK1 + SR));
    poke(BANK1 + CCR, SR_PGSERR);
    poke(BANK1 + CR, 0x32);
    poke(0x08000000, 1);
    poke(0x08000000, 2); // the same bytes again
    CHECK_EQUAL(SR_STRBERR | 2, peek(BANK1 + SR));
    poke(0x08000020, 1); // another flash word before the first is complete
    CHECK_EQUAL(SR_STRBERR | SR_INCERR, peek(BANK1 + SR));
    poke(0x08000020, 1);
    CHECK(peek(BANK1 + SR) & SR_PGSERR); // INCERR not cleared
    CHECK_EQUAL(0xFFFFFFFF, peek(0x08000000));
    stop();
}

static void should_force_a_partial_word(void) {
    start();
    unlock(BANK1);
    poke(BANK1 + CR, 0x32);
    poke(0x08000004, 0x12345678);
    poke(BANK1 + CR, 0x72);
    CHECK_EQUAL(0x12345678, peek(0x08000004));
    CHECK_EQUAL(0xFFFFFFFF, peek(0x08000000));
    CHECK_EQUAL(0x32, peek(BANK1 + CR)); // FW clears itself
    stop();
}

static void should_fail_a_word_written_twice_without_erase(void) {
    start();
    unlock(BANK1);
    program(BANK1, 0x08000000, 0x0F0F1234);
    program(BANK1, 0x08000000, 0x13572468);
    CHECK_EQUAL(BUS_ERROR, try_peek(0x08000010));
    CHECK(peek(BANK1 + SR) & SR_DBECCERR);
    CHECK_EQUAL(0xFFFFFFFF, peek(0x08000020)); // the neighbour reads
    CHECK(bus_find_memory(board->bus, 0x08000020, 4) == NULL);
    poke(BANK1 + CR, CR_SER_START);
    CHECK_EQUAL(0xFFFFFFFF, peek(0x08000010));
    CHECK(bus_find_memory(board->bus, 0x08000020, 4) != NULL);
    program(BANK1, 0x08000000, 0x13572468);
    program(BANK1, 0x08000000, 0x13572468); // the same data keep the check bits
    CHECK_EQUAL(0x13572468, peek(0x08000000));
    stop();
}

static void should_take_data_sheet_times(void) {
    start_with(false);
    unlock(BANK1);
    poke(BANK1 + CR, CR_SER_START | 0x300);
    CHECK_EQUAL(SR_BUSY, peek(BANK1 + SR));
    CHECK_EQUAL(0, peek(BANK2 + SR));
    let_pass(999 * MILLISECOND);
    CHECK_EQUAL(SR_BUSY, peek(BANK1 + SR));
    CHECK(peek(BANK1 + CR) & 0x80);
    let_pass(MILLISECOND);
    CHECK_EQUAL(SR_EOP, peek(BANK1 + SR));
    CHECK_EQUAL(0, peek(BANK1 + CR) & 0x80);
    CHECK_EQUAL(1, flash_sector_erases(board->flash, 3));
    program(BANK1, 0x08060000, 5);
    CHECK_EQUAL(0xFFFFFFFF, peek(0x08060000));
    let_pass(MILLISECOND / 10);
    CHECK_EQUAL(5, peek(0x08060000));
    stop();
}

// Polls of the core, this many cycles apart, until the bank is no longer busy.
static unsigned polls_until_done(unsigned cycles_apart) {
    unsigned polls = 0;
    while ((peek(BANK1 + SR) & SR_BUSY) != 0) {
        timeline_advance_cycles(board->timeline, cycles_apart);
        timeline_fire_due(board->timeline);
        polls++;
    }
    return polls;
}

static void nothing(void *context) { (void)context; }

static void should_let_time_pass_for_a_spinning_core(void) {
    start_with(false);
    timeline_set_cpu_hz(board->timeline, 64000000);
    unlock(BANK1);
    program(BANK1, 0x08000000, 1); // 100 us, 6400 cycles
    Picoseconds started = timeline_now(board->timeline);
    CHECK(polls_until_done(10) < 30);
    Picoseconds took = timeline_now(board->timeline) - started;
    CHECK(took >= MILLISECOND / 10 && took < MILLISECOND / 10 + 20 * PICOSECONDS_PER_SECOND / 64000000);
    program(BANK1, 0x08000020, 1);
    CHECK_EQUAL(64, polls_until_done(100)); // it does something between its polls
    program(BANK1, 0x08000040, 1);
    Event other = {.name = "other", .fire = nothing};
    Picoseconds due = timeline_now(board->timeline) + MILLISECOND / 20;
    timeline_schedule(board->timeline, &other, due);
    while (timeline_is_queued(&other)) {
        CHECK(timeline_now(board->timeline) <= due);
        peek(BANK1 + SR);
        timeline_advance_cycles(board->timeline, 1);
        timeline_fire_due(board->timeline);
    }
    CHECK(timeline_now(board->timeline) < due + MILLISECOND / 1000);
    CHECK(polls_until_done(10) < 30);
    stop();
}

static void should_tear_the_word_of_an_interrupted_program(void) {
    start_with(false);
    unlock(BANK1);
    program(BANK1, 0x08020000, 0xAAAA0000);
    flash_power_lost(board->flash);
    CHECK_EQUAL(BUS_ERROR, try_peek(0x08020000));
    CHECK_EQUAL(0xFFFFFFFF, peek(0x08020020));
    unlock(BANK1);
    poke(BANK1 + CR, CR_SER_START | 0x100);
    let_pass(100 * MILLISECOND);
    flash_reset(board->flash); // in the middle of the erase
    unsigned failing = 0;
    for (uint32_t address = 0x08020000; address < 0x08040000; address += 32) {
        failing += try_peek(address) == BUS_ERROR ? 1 : 0;
    }
    CHECK(failing > 1000 && failing < 3096);
    stop();
}

static void should_obey_write_protection(void) {
    start();
    fake_arm(board, FAULT_FLASH_WRITE_PROTECT, 0x0101, 0);
    CHECK_EQUAL(0xFE, peek(BANK1 + WPSN_CUR));
    CHECK_EQUAL(0xFE, peek(BANK2 + WPSN_CUR));
    unlock(BANK1);
    poke(BANK1 + CR, CR_SER_START);
    CHECK_EQUAL(SR_WRPERR, peek(BANK1 + SR));
    poke(BANK1 + CCR, SR_WRPERR);
    program(BANK1, 0x08000000, 1);
    CHECK_EQUAL(SR_WRPERR, peek(BANK1 + SR));
    CHECK_EQUAL(0xFFFFFFFF, peek(0x08000000));
    poke(BANK1 + CCR, SR_WRPERR);
    poke(BANK1 + CR, CR_SER_START | 0x100);
    CHECK_EQUAL(SR_EOP, peek(BANK1 + SR));
    stop();
}

static void should_fail_operations_when_told(void) {
    start();
    unlock(BANK1);
    fake_arm(board, FAULT_FLASH_PROGRAM_ERROR, 0, 0);
    program(BANK1, 0x08000000, 1);
    CHECK_EQUAL(SR_OPERR, peek(BANK1 + SR)); // and no EOP
    CHECK_EQUAL(0xFFFFFFFF, peek(0x08000000));
    fake_disarm(board, FAULT_FLASH_PROGRAM_ERROR);
    program(BANK1, 0x08000000, 1);
    CHECK_EQUAL(1, peek(0x08000000));
    poke(BANK1 + CCR, SR_OPERR | SR_EOP);
    fake_arm(board, FAULT_FLASH_ERASE_FAILURE, 0, 0);
    poke(BANK1 + CR, CR_SER_START);
    CHECK_EQUAL(SR_OPERR, peek(BANK1 + SR));
    CHECK_EQUAL(1, peek(0x08000000));
    stop();
}

static void should_show_bad_bits_and_torn_words(void) {
    start();
    unlock(BANK1);
    program(BANK1, 0x08000000, 0x100);
    fake_arm(board, FAULT_FLASH_BAD_BIT, 0x08000001, 0);
    CHECK_EQUAL(0x000, peek(0x08000000));
    CHECK_EQUAL(0x000, ((const uint32_t *)(const void *)flash_contents(board->flash))[0]);
    fake_disarm(board, FAULT_FLASH_BAD_BIT);
    CHECK_EQUAL(0x100, peek(0x08000000));
    fake_arm(board, FAULT_FLASH_TORN_WORD, 0x0801FFF4, 0);
    CHECK_EQUAL(BUS_ERROR, try_peek(0x0801FFE0));
    CHECK_EQUAL(0xFFFFFFFF, peek(0x0801FFDC));
    poke(BANK1 + CR, CR_SER_START);
    CHECK_EQUAL(0xFFFFFFFF, peek(0x0801FFE0)); // an erase heals it
    stop();
}

static void should_hide_the_contents_from_the_debugger_at_level_1(void) {
    start();
    uint32_t value;
    fake_arm(board, FAULT_FLASH_READOUT_PROTECT, 0, 0);
    CHECK_EQUAL(BUS_ERROR, bus_read(board->bus, MASTER_DEBUG, 0x08000000, 4, &value));
    CHECK_EQUAL(0, peek(BANK1 + OPTSR_CUR) & 0xFF00);
    CHECK_EQUAL(0xFFFFFFFF, peek(0x08000000)); // the core still reads
    stop();
}

static void unlock_options(void) {
    poke(BANK1 + OPTKEYR, 0x08192A3B);
    poke(BANK1 + OPTKEYR, 0x4C5D6E7F);
}

static void should_program_option_bytes(void) {
    start_with(false);
    poke(BANK1 + OPTSR_PRG, 0);
    CHECK_EQUAL(0x0FC6AAF0, peek(BANK1 + OPTSR_PRG)); // locked
    unlock_options();
    poke(BANK2 + WPSN_PRG, 0x7F);
    poke(BANK1 + OPTCR, 2);
    CHECK_EQUAL(1, peek(BANK1 + OPTSR_CUR) & 1);
    CHECK_EQUAL(0xFF, peek(BANK2 + WPSN_CUR));
    let_pass(200 * MILLISECOND);
    CHECK_EQUAL(0, peek(BANK1 + OPTSR_CUR) & 1);
    CHECK_EQUAL(0x7F, peek(BANK2 + WPSN_CUR));
    CHECK_EQUAL(0xFF, peek(BANK1 + WPSN_CUR));
    stop();
}

static void should_erase_everything_when_protection_is_lifted(void) {
    start();
    unlock(BANK1);
    program(BANK1, 0x08000000, 7);
    unlock_options();
    poke(BANK1 + OPTSR_PRG, 0x0FC600F0);
    poke(BANK1 + OPTCR, 2);
    CHECK_EQUAL(1, flash_readout_level(board->flash));
    CHECK_EQUAL(7, peek(0x08000000));
    poke(BANK1 + OPTSR_PRG, 0x0FC6AAF0);
    poke(BANK1 + OPTCR, 2);
    CHECK_EQUAL(0, flash_readout_level(board->flash));
    CHECK_EQUAL(0xFFFFFFFF, peek(0x08000000));
    stop();
}

static void should_swap_banks_at_reset(void) {
    start();
    unlock(BANK1);
    program(BANK1, 0x08000020, 9);
    unlock_options();
    poke(BANK1 + OPTSR_PRG, 0x8FC6AAF0);
    poke(BANK1 + OPTCR, 2);
    CHECK_EQUAL(9, peek(0x08000020));
    flash_reset(board->flash);
    CHECK_EQUAL(9, peek(0x08100020));
    CHECK_EQUAL(0xFFFFFFFF, peek(0x08000020));
    CHECK_EQUAL(0x80000001, peek(BANK2 + OPTCR));
    stop();
}

static void should_raise_its_interrupt(void) {
    start();
    unlock(BANK1);
    poke(BANK1 + CR, 0x10032); // EOPIE, PG
    CHECK(!fake_core.irq[4]);
    for (uint32_t i = 0; i < 8; i++) {
        poke(0x08000000 + 4 * i, i);
    }
    CHECK(fake_core.irq[4]);
    poke(BANK1 + CCR, SR_EOP);
    CHECK(!fake_core.irq[4]);
    stop();
}

// RM0433 table 17.
static void should_know_the_wait_states(void) {
    CHECK_EQUAL(2, flash_required_wait_states(200000000, 1));
    CHECK_EQUAL(4, flash_required_wait_states(240000000, 0));
    CHECK_EQUAL(8, flash_required_wait_states(240000000, 1));
    CHECK_EQUAL(1, flash_required_wait_states(64000000, 3));
    CHECK_EQUAL(0, flash_required_wait_states(64000000, 1));
}

int main(void) {
    should_unlock_each_bank_by_its_keys();
    should_refuse_wrong_keys_until_reset();
    should_program_a_word_of_32_bytes_in_any_order();
    should_report_sequence_errors();
    should_force_a_partial_word();
    should_fail_a_word_written_twice_without_erase();
    should_take_data_sheet_times();
    should_let_time_pass_for_a_spinning_core();
    should_tear_the_word_of_an_interrupted_program();
    should_obey_write_protection();
    should_fail_operations_when_told();
    should_show_bad_bits_and_torn_words();
    should_hide_the_contents_from_the_debugger_at_level_1();
    should_program_option_bytes();
    should_erase_everything_when_protection_is_lifted();
    should_swap_banks_at_reset();
    should_raise_its_interrupt();
    should_know_the_wait_states();
    puts("flash controller: 18 checks passed");
    return 0;
}
