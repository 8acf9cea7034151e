// SPDX-License-Identifier: GPL-2.0-or-later
// Flash stores, gated memories, trapped pages, memory protection, code that changes.
#include "programs.h"
#include "test_board.h"
#include <string.h>
#include <time.h>

#define CFSR UINT32_C(0xE000ED28)
#define MMFAR UINT32_C(0xE000ED34)
#define BFAR UINT32_C(0xE000ED38)

#define RASR_NO_ACCESS (0u << 24)
#define RASR_PRIVILEGED (1u << 24)
#define RASR_READ_ONLY (6u << 24)
#define RASR_FULL (3u << 24)
#define RASR_XN (1u << 28)
#define RASR_SIZE(log2) ((((log2)-1u) << 1) | 1u)

static uint32_t reg(TestBoard *board, unsigned number) { return core_register(board->core, number); }

static uint32_t scs(TestBoard *board, uint32_t address) {
    uint32_t value;
    CHECK(bus_read(board->bus, MASTER_DEBUG, address, 4, &value) == BUS_OK);
    return value;
}

static void should_pass_flash_stores_with_their_width(void) {
    TestBoard *board = test_board_new();
    test_board_start(board, PROGRAM_flash_stores);
    CHECK(test_board_run(board, 1000));
    CHECK_EQUAL(5, board->flash_writes);
    CHECK_EQUAL(4, board->flash_write_bytes);
    CHECK_EQUAL(0x08100004, board->flash_write_address);
    CHECK_EQUAL(5, board->flash_write_value);
    CHECK_EQUAL(0, board->flash[0x100000]); // only the controller writes
    test_board_free(board);
}

static void should_pass_flash_stores_fast(void) {
    TestBoard *board = test_board_new();
    test_board_start(board, PROGRAM_flash_many);
    core_set_register(board->core, 0, 200000);
    clock_t start = clock();
    CHECK(test_board_run(board, 10000000));
    double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    CHECK_EQUAL(200000, board->flash_writes);
    CHECK(seconds < 2.0); // generous for a sanitizer build
    test_board_free(board);
}

static void should_fault_on_gated_memory(void) {
    TestBoard *board = test_board_new();
    test_board_start(board, PROGRAM_mpu_read);
    core_set_register(board->core, 6, D2_SRAM + 0x40);
    core_set_register(board->core, 4, DTCM); // a region that changes nothing here
    core_set_register(board->core, 5, RASR_FULL | RASR_SIZE(17));
    test_board_set_vector(board, 5, PROGRAM_record_frame);
    CHECK(test_board_run(board, 1000));
    CHECK_EQUAL(5, reg(board, 10));
    CHECK_EQUAL(D2_SRAM + 0x40, scs(board, BFAR));
    board->d2_accessible = true;
    bus_memory_access_changed(board->bus, D2_SRAM, true);
    test_board_set_word(board, D2_SRAM + 0x40, 0x12345678);
    test_board_start(board, PROGRAM_mpu_read);
    core_set_register(board->core, 6, D2_SRAM + 0x40);
    core_set_register(board->core, 4, DTCM);
    core_set_register(board->core, 5, RASR_FULL | RASR_SIZE(17));
    CHECK(test_board_run(board, 1000));
    CHECK_EQUAL(2, reg(board, 7));
    CHECK_EQUAL(0x12345678, reg(board, 8));
    board->d2_accessible = false;
    bus_memory_access_changed(board->bus, D2_SRAM, false);
    core_set_register(board->core, 15, PROGRAM_mpu_read);
    core_resume(board->core);
    test_board_set_vector(board, 5, PROGRAM_record_frame);
    CHECK(test_board_run(board, 1000));
    CHECK_EQUAL(5, reg(board, 10));
    test_board_free(board);
}

// Region 0 covers [base, 2^log2) with `rights`; `program` accesses `address`.
static TestBoard *run_protected(uint32_t program, uint32_t base, uint32_t rasr, uint32_t address) {
    TestBoard *board = test_board_new();
    test_board_start(board, program);
    for (unsigned exception = 3; exception < 7; exception++) {
        test_board_set_vector(board, exception, PROGRAM_record_frame);
    }
    core_set_register(board->core, 4, base);
    core_set_register(board->core, 5, rasr);
    core_set_register(board->core, 6, address);
    core_set_register(board->core, 8, 88);
    CHECK(test_board_run(board, 1000));
    return board;
}

static void expect_denied(uint32_t program, uint32_t base, uint32_t rasr, uint32_t address, uint32_t cfsr) {
    TestBoard *board = run_protected(program, base, rasr, address);
    CHECK_EQUAL(4, reg(board, 10));
    CHECK_EQUAL(cfsr, scs(board, CFSR));
    if ((cfsr & 0x80) != 0) {
        CHECK_EQUAL(address, scs(board, MMFAR));
        CHECK_EQUAL(1, reg(board, 7));
        CHECK_EQUAL(88, reg(board, 8));
    }
    test_board_free(board);
}

static void expect_granted(uint32_t program, uint32_t base, uint32_t rasr, uint32_t address) {
    TestBoard *board = run_protected(program, base, rasr, address);
    CHECK_EQUAL(0, scs(board, CFSR));
    CHECK_EQUAL(2, reg(board, 7));
    test_board_free(board);
}

static void should_enforce_memory_protection(void) {
    uint32_t no_access = RASR_NO_ACCESS | RASR_SIZE(16);
    uint32_t read_only = RASR_READ_ONLY | RASR_SIZE(16);
    uint32_t privileged = RASR_PRIVILEGED | RASR_SIZE(16);
    expect_denied(PROGRAM_mpu_read, AXI_SRAM, no_access, AXI_SRAM + 0x10, 0x82);
    expect_denied(PROGRAM_mpu_write, AXI_SRAM, no_access, AXI_SRAM + 0x10, 0x82);
    expect_granted(PROGRAM_mpu_read, AXI_SRAM, no_access, AXI_SRAM + 0x10000);
    expect_granted(PROGRAM_mpu_read, AXI_SRAM, read_only, AXI_SRAM + 0x10);
    expect_denied(PROGRAM_mpu_write, AXI_SRAM, read_only, AXI_SRAM + 0x10, 0x82);
    expect_granted(PROGRAM_mpu_write, AXI_SRAM, privileged, AXI_SRAM + 0x10);
    expect_denied(PROGRAM_mpu_read, DEVICE, no_access, DEVICE + 4, 0x82);
    expect_denied(PROGRAM_mpu_execute, AXI_SRAM, RASR_FULL | RASR_XN | RASR_SIZE(16), AXI_SRAM + 1, 0x01);
    // The protection comes before the bus, which has nothing there.
    expect_denied(PROGRAM_mpu_execute, 0x70000000, RASR_FULL | RASR_XN | RASR_SIZE(16), 0x70000001, 0x01);
}

static void should_enforce_regions_smaller_than_a_page(void) {
    uint32_t guard = RASR_NO_ACCESS | RASR_SIZE(5);
    expect_denied(PROGRAM_mpu_write, AXI_SRAM + 0x120, guard, AXI_SRAM + 0x13C, 0x82);
    expect_granted(PROGRAM_mpu_write, AXI_SRAM + 0x120, guard, AXI_SRAM + 0x140);
    expect_granted(PROGRAM_mpu_read, AXI_SRAM + 0x120, guard, AXI_SRAM + 0x11C);
    TestBoard *board = run_protected(PROGRAM_mpu_write, AXI_SRAM + 0x120, guard, AXI_SRAM + 0x140);
    CHECK_EQUAL(88, test_board_word(board, AXI_SRAM + 0x140));
    test_board_free(board);
}

static void should_keep_unprivileged_code_out(void) {
    // Without regions for the program's code and stack the fetch faults, and so does pushing the frame.
    TestBoard *board = run_protected(PROGRAM_mpu_unprivileged, AXI_SRAM, RASR_FULL | RASR_SIZE(16), AXI_SRAM);
    CHECK_EQUAL(4, reg(board, 10));
    CHECK_EQUAL(0x11, scs(board, CFSR));
    test_board_free(board);
    board = run_protected(PROGRAM_unprivileged_ppb, 0, 0, 0);
    CHECK_EQUAL(5, reg(board, 10));
    CHECK_EQUAL(0xE000ED00, scs(board, BFAR));
    test_board_free(board);
}

// The default map forbids execution outside code, SRAM and external RAM, whether anything is there or not.
static void should_refuse_fetches_by_the_default_map(void) {
    static const struct {
        uint32_t address;
        uint32_t cfsr;
    } cases[] = {{DEVICE, 0x001},     {0x5FFFFFF0, 0x001}, {0xA0000000, 0x001}, {0xE000E000, 0x001},
                 {0xE0100000, 0x001}, {0xFF000000, 0x001}, {0x70000000, 0x100}, {0x1F000000, 0x100}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        TestBoard *board = test_board_new();
        test_board_start(board, PROGRAM_branch_to_r6);
        core_set_register(board->core, 6, cases[i].address | 1u);
        test_board_set_vector(board, 3, PROGRAM_record_frame);
        CHECK(test_board_run(board, 1000));
        CHECK_EQUAL(cases[i].cfsr, scs(board, CFSR));
        CHECK_EQUAL(cases[i].address, test_board_word(board, reg(board, 11) + 24));
        test_board_free(board);
    }
}

static void should_see_code_that_changes_itself(void) {
    TestBoard *board = test_board_new();
    memcpy(board->axi_sram, board->flash + (PROGRAM_self_modifying - FLASH),
           PROGRAM_self_modifying_end - PROGRAM_self_modifying);
    bus_memory_written(board->bus, AXI_SRAM, 256);
    test_board_start(board, AXI_SRAM);
    CHECK(test_board_run(board, 1000));
    CHECK_EQUAL(8, reg(board, 1));
    CHECK_EQUAL(2, reg(board, 2));
    test_board_free(board);
}

// The same block length, other instructions: two 16-bit ones where a 32-bit one was. Count and effect must
// follow.
static void should_see_code_written_from_outside(void) {
    TestBoard *board = test_board_new();
    test_board_start(board, AXI_SRAM);
    test_board_set_word(board, AXI_SRAM, 0x0105F04F);     // mov.w r1, #5
    test_board_set_word(board, AXI_SRAM + 4, 0xBE00BF00); // nop; bkpt
    CHECK(test_board_run(board, 1000));
    CHECK_EQUAL(5, reg(board, 1));
    CHECK_EQUAL(2, timeline_cycles(board->timeline));
    test_board_set_word(board, AXI_SRAM, 0x31023107); // adds r1, #7; adds r1, #2
    core_set_register(board->core, 15, AXI_SRAM);
    core_resume(board->core);
    CHECK(test_board_run(board, 1000));
    CHECK_EQUAL(14, reg(board, 1));
    CHECK_EQUAL(5, timeline_cycles(board->timeline));
    test_board_free(board);
}

static void should_know_the_place_of_a_fault_in_rewritten_code(void) {
    TestBoard *board = test_board_new();
    test_board_start(board, PROGRAM_fault_in_rewritten_code);
    test_board_set_vector(board, 3, PROGRAM_record_frame);
    CHECK(test_board_run(board, 1000));
    CHECK_EQUAL(2, reg(board, 2));
    CHECK_EQUAL(PROGRAM_fault_in_rewritten_code_at, test_board_word(board, reg(board, 11) + 24));
    test_board_free(board);
}

#define FLASH_END (FLASH + 0x200000u)

static void should_not_read_past_a_memory(void) {
    TestBoard *board = test_board_new();
    uint32_t size_bytes = PROGRAM_end_of_flash_end - PROGRAM_end_of_flash;
    uint32_t start = FLASH_END - size_bytes;
    memcpy(board->flash + (start - FLASH), board->flash + (PROGRAM_end_of_flash - FLASH), size_bytes);
    test_board_start(board, start);
    test_board_set_vector(board, 3, PROGRAM_record_frame);
    CHECK(test_board_run(board, 1000));
    uint32_t at = start + (PROGRAM_end_of_flash_at - PROGRAM_end_of_flash);
    CHECK_EQUAL(at, test_board_word(board, reg(board, 11) + 24));
    // The first half of a 32-bit instruction with nothing behind: the fetch of the rest is a bus error.
    memcpy(board->flash + (FLASH_END - 2 - FLASH), "\xB0\xEE", 2);
    test_board_start(board, FLASH_END - 2);
    core_halt(board->core);
    core_step(board->core, true);
    CHECK_EQUAL(0x100, scs(board, CFSR));
    test_board_free(board);
}

static void set_d2_accessible(TestBoard *board) {
    board->d2_accessible = true;
    bus_memory_access_changed(board->bus, D2_SRAM, true);
    bus_memory_access_changed(board->bus, D2_SRAM_ALIAS, true);
}

static void should_see_code_written_under_another_name(void) {
    TestBoard *board = test_board_new();
    set_d2_accessible(board);
    CHECK(bus_write(board->bus, MASTER_DEBUG, D2_SRAM, 4, 0xBE003105) == BUS_OK); // adds r1, #5; bkpt
    test_board_start(board, D2_SRAM_ALIAS);
    CHECK(test_board_run(board, 1000));
    CHECK_EQUAL(5, reg(board, 1));
    CHECK(bus_write(board->bus, MASTER_DMA1, D2_SRAM, 4, 0xBE003107) == BUS_OK);
    test_board_start(board, D2_SRAM_ALIAS);
    CHECK(test_board_run(board, 1000));
    CHECK_EQUAL(7, reg(board, 1));
    test_board_free(board);
}

static void should_invalidate_the_instruction_cache(void) {
    static const struct {
        uint32_t address;
        uint32_t value;
    } cases[] = {{0xE000EF50, 0}, {0xE000EF58, D2_SRAM + 0x44}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        TestBoard *board = test_board_new();
        set_d2_accessible(board);
        test_board_set_word(board, D2_SRAM + 0x40, 0x47703501); // adds r5, #1; bx lr
        test_board_start(board, PROGRAM_invalidate_instruction_cache);
        core_set_register(board->core, 1, D2_SRAM_ALIAS + 0x40);
        core_set_register(board->core, 2, 0x3507); // adds r5, #7
        core_set_register(board->core, 3, cases[i].address);
        core_set_register(board->core, 4, cases[i].value);
        core_set_register(board->core, 6, D2_SRAM + 0x41);
        CHECK(test_board_run(board, 1000));
        CHECK_EQUAL(8, reg(board, 5));
        test_board_free(board);
    }
}

static void should_complain_about_a_misaligned_vector_table(void) {
    TestBoard *board = test_board_new();
    CHECK(bus_write(board->bus, MASTER_DEBUG, 0xE000ED08, 4, DTCM + 0x400) == BUS_OK);
    CHECK_EQUAL(0, board->lints);
    CHECK(bus_write(board->bus, MASTER_DEBUG, 0xE000ED08, 4, DTCM + 0x200) == BUS_OK);
    CHECK_EQUAL(1, board->lints);
    CHECK(strstr(board->lint, "0x20000200") != NULL);
    test_board_free(board);
}

// `count` times "udiv r1, r2, r3" at `address`, then BKPT.
static void write_divisions(TestBoard *board, uint32_t address, unsigned count) {
    for (unsigned i = 0; i < count; i++) {
        test_board_set_word(board, address + 4 * i, 0xF1F3FBB2);
    }
    test_board_set_word(board, address + 4 * count, 0xBE00BE00);
}

static unsigned count_division_faults(TestBoard *board, uint32_t address, uint32_t divisor) {
    test_board_start(board, address);
    test_board_set_vector(board, 3, PROGRAM_skip_instruction);
    CHECK(bus_write(board->bus, MASTER_DEBUG, 0xE000ED14, 4, 1u << 4) == BUS_OK); // CCR.DIV_0_TRP
    core_set_register(board->core, 3, divisor);
    CHECK(test_board_run(board, 1000000));
    return reg(board, 11);
}

static void should_trap_divisions_in_code_that_comes_and_goes(void) {
    TestBoard *board = test_board_new();
    write_divisions(board, AXI_SRAM, 1000);
    CHECK_EQUAL(0, count_division_faults(board, AXI_SRAM, 1));
    for (unsigned i = 0; i < 1000; i++) {
        test_board_set_word(board, AXI_SRAM + 4 * i, 0xBF00BF00);
    }
    write_divisions(board, AXI_SRAM + 0x8000, 1000);
    CHECK_EQUAL(1000, count_division_faults(board, AXI_SRAM + 0x8000, 0));
    CHECK_EQUAL(0, board->lints);
    write_divisions(board, AXI_SRAM + 0x10000, 30); // these are too many
    count_division_faults(board, AXI_SRAM + 0x10000, 1);
    CHECK_EQUAL(1, board->lints);
    test_board_free(board);
}

static void should_trap_single_pages(void) {
    TestBoard *board = test_board_new();
    test_board_set_word(board, FLASH + 0x180000, 0x600DF00D);
    bus_trap_page(board->bus, FLASH + 0x180000, true);
    for (unsigned round = 0; round < 2; round++) {
        test_board_start(board, PROGRAM_mpu_read);
        test_board_set_vector(board, 5, PROGRAM_record_frame);
        core_set_register(board->core, 4, DTCM);
        core_set_register(board->core, 5, RASR_FULL | RASR_SIZE(17));
        core_set_register(board->core, 6, FLASH + 0x180000 + (round == 0 ? 0 : 0x24));
        CHECK(test_board_run(board, 1000));
        if (round == 0) {
            CHECK_EQUAL(0x600DF00D, reg(board, 8));
        } else {
            CHECK_EQUAL(FLASH + 0x180024, scs(board, BFAR));
        }
    }
    // Instructions run from the page's good words, and fault in the bad one.
    memcpy(board->flash + 0x180000, "\x01\x30\x01\x30\x0C\xE0", 6); // adds r0, #1 twice; b to +0x20
    test_board_start(board, FLASH + 0x180000);
    test_board_set_vector(board, 3, PROGRAM_record_frame);
    CHECK(test_board_run(board, 1000));
    CHECK_EQUAL(0x100, scs(board, CFSR));
    CHECK_EQUAL(2, test_board_word(board, reg(board, 11)));
    CHECK_EQUAL(FLASH + 0x180020, test_board_word(board, reg(board, 11) + 24));
    test_board_free(board);
}

static void should_call_back_for_cache_maintenance(void) {
    TestBoard *board = test_board_new();
    test_board_start(board, PROGRAM_maintain_cache);
    CHECK(test_board_run(board, 1000));
    CHECK_EQUAL(CACHE_CLEAN, board->maintained_operation);
    CHECK_EQUAL(0x24000040, board->maintained_address);
    CHECK(core_is_cacheable(board->core, AXI_SRAM));
    CHECK(core_is_cacheable(board->core, FLASH));
    CHECK(!core_is_cacheable(board->core, DTCM));
    CHECK(!core_is_cacheable(board->core, DEVICE));
    test_board_free(board);
    uint32_t non_cacheable = RASR_FULL | (1u << 19) | RASR_SIZE(16); // TEX 1, C 0, B 0
    board = run_protected(PROGRAM_mpu_read, AXI_SRAM, non_cacheable, AXI_SRAM);
    CHECK(!core_is_cacheable(board->core, AXI_SRAM));
    CHECK(core_is_cacheable(board->core, AXI_SRAM + 0x10000));
    test_board_free(board);
}

int main(int argc, char **argv) {
    static const Test tests[] = {TEST(should_pass_flash_stores_with_their_width),
                                 TEST(should_pass_flash_stores_fast),
                                 TEST(should_fault_on_gated_memory),
                                 TEST(should_enforce_memory_protection),
                                 TEST(should_enforce_regions_smaller_than_a_page),
                                 TEST(should_keep_unprivileged_code_out),
                                 TEST(should_refuse_fetches_by_the_default_map),
                                 TEST(should_see_code_that_changes_itself),
                                 TEST(should_see_code_written_from_outside),
                                 TEST(should_know_the_place_of_a_fault_in_rewritten_code),
                                 TEST(should_not_read_past_a_memory),
                                 TEST(should_see_code_written_under_another_name),
                                 TEST(should_invalidate_the_instruction_cache),
                                 TEST(should_complain_about_a_misaligned_vector_table),
                                 TEST(should_trap_divisions_in_code_that_comes_and_goes),
                                 TEST(should_trap_single_pages),
                                 TEST(should_call_back_for_cache_maintenance)};
    return run_tests(argc, argv, tests, sizeof tests / sizeof *tests);
}
