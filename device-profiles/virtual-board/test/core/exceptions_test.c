// SPDX-License-Identifier: GPL-2.0-or-later
// Exception entry and return, faults, priorities, the floating-point context.
#include "programs.h"
#include "test_board.h"

#define CFSR UINT32_C(0xE000ED28)
#define HFSR UINT32_C(0xE000ED2C)
#define MMFAR UINT32_C(0xE000ED34)
#define BFAR UINT32_C(0xE000ED38)
#define SHCSR UINT32_C(0xE000ED24)

enum { HARD_FAULT = 3, MEM_MANAGE = 4, BUS_FAULT = 5, USAGE_FAULT = 6, SVCALL = 11, SYSTICK = 15, IRQ = 16 };

static uint32_t reg(TestBoard *board, unsigned number) { return core_register(board->core, number); }

static uint32_t scs(TestBoard *board, uint32_t address) {
    uint32_t value;
    CHECK(bus_read(board->bus, MASTER_DEBUG, address, 4, &value) == BUS_OK);
    return value;
}

static void set_scs(TestBoard *board, uint32_t address, uint32_t value) {
    CHECK(bus_write(board->bus, MASTER_DEBUG, address, 4, value) == BUS_OK);
}

// Runs `entry` with `exception` going to record_frame; its BKPT is reached.
static TestBoard *run_to_handler(uint32_t entry, unsigned exception, bool enable_faults) {
    TestBoard *board = test_board_new();
    test_board_start(board, entry);
    test_board_set_vector(board, exception, PROGRAM_record_frame);
    if (enable_faults) {
        set_scs(board, SHCSR, 0x70000);
    }
    CHECK(test_board_run(board, 100000));
    CHECK_EQUAL(exception, reg(board, 10));
    return board;
}

static uint32_t frame(TestBoard *board, unsigned word) {
    return test_board_word(board, reg(board, 11) + 4 * word);
}

static void should_stack_registers_on_svc(void) {
    TestBoard *board = run_to_handler(PROGRAM_svc_with_registers, SVCALL, false);
    static const uint32_t expected[] = {0x11111111, 0x22222222, 0x33333333,
                                        0x44444444, 0xCCCCCCCC, 0xEEEEEEEE};
    for (unsigned i = 0; i < 6; i++) {
        CHECK_EQUAL(expected[i], frame(board, i));
    }
    CHECK_EQUAL(PROGRAM_svc_return_address, frame(board, 6));
    CHECK_EQUAL(0x81000000, frame(board, 7)); // N, T
    CHECK_EQUAL(STACK_TOP - 32, reg(board, 11));
    CHECK_EQUAL(0xFFFFFFF9, reg(board, 9));
    CHECK_EQUAL(0x01000000 | SVCALL, reg(board, 16) & 0x010001FF);
    test_board_free(board);
}

static void should_align_process_stack_and_return_unprivileged(void) {
    TestBoard *board = run_to_handler(PROGRAM_svc_from_process_stack, SVCALL, false);
    CHECK_EQUAL(0x20006004 - 4 - 32, reg(board, 11));
    CHECK_EQUAL(0x01000200, frame(board, 7) & 0x010003FF); // SP was padded
    CHECK_EQUAL(0xFFFFFFFD, reg(board, 9));
    CHECK_EQUAL(1, reg(board, 20) >> 24); // CONTROL: nPRIV stays, SPSEL reads 0 in handler mode
    CHECK_EQUAL(STACK_TOP, reg(board, 17));
    test_board_set_vector(board, SVCALL, PROGRAM_plain_return);
    test_board_start(board, PROGRAM_svc_from_process_stack);
    test_board_set_vector(board, SVCALL, PROGRAM_plain_return);
    CHECK(test_board_run(board, 1000));
    CHECK_EQUAL(3, reg(board, 5));
    CHECK_EQUAL(0x20006004, reg(board, 18));
    CHECK_EQUAL(0x20006004, reg(board, 13));
    test_board_free(board);
}

static void should_return_to_thread(void) {
    TestBoard *board = test_board_new();
    test_board_start(board, PROGRAM_svc_returns);
    test_board_set_vector(board, SVCALL, PROGRAM_plain_return);
    CHECK(test_board_run(board, 1000));
    CHECK_EQUAL(1, reg(board, 11));
    CHECK_EQUAL(reg(board, 4), reg(board, 5));
    CHECK_EQUAL(0, reg(board, 16) & 0x1FF);
    test_board_free(board);
}

static void should_fault_on_undefined_instruction(void) {
    TestBoard *board = run_to_handler(PROGRAM_undefined_instruction, USAGE_FAULT, true);
    CHECK_EQUAL(0x00010000, scs(board, CFSR));
    CHECK_EQUAL(PROGRAM_undefined_instruction + 2, frame(board, 6));
    test_board_start(board, PROGRAM_undefined_instruction); // now with a handler that skips it
    test_board_set_vector(board, USAGE_FAULT, PROGRAM_skip_instruction);
    set_scs(board, SHCSR, 0x70000);
    CHECK(test_board_run(board, 1000));
    CHECK_EQUAL(PROGRAM_undefined_after, reg(board, 15));
    test_board_free(board);
}

// A precise bus fault: status, address, stacked PC, and nothing of the instruction or what follows it
// happened.
static void expect_bus_fault(uint32_t entry, uint32_t at, uint32_t address, uint32_t r1, bool check_r1) {
    TestBoard *board = run_to_handler(entry, BUS_FAULT, true);
    CHECK_EQUAL(0x00008200, scs(board, CFSR));
    CHECK_EQUAL(address, scs(board, BFAR));
    CHECK_EQUAL(at, frame(board, 6));
    CHECK_EQUAL(1, frame(board, 2)); // R2 as before the next instruction
    if (check_r1) {
        CHECK_EQUAL(r1, frame(board, 1));
    }
    test_board_free(board);
}

static void should_raise_precise_bus_faults(void) {
    expect_bus_fault(PROGRAM_read_unmapped, PROGRAM_read_unmapped_at, 0x70000008, 55, true);
    expect_bus_fault(PROGRAM_write_unmapped, PROGRAM_write_unmapped_at, 0x70000004, 0, false);
    expect_bus_fault(PROGRAM_device_error_read, PROGRAM_device_error_read_at, DEVICE + 0x10, 77, true);
    expect_bus_fault(PROGRAM_device_error_write, PROGRAM_device_error_write_at, DEVICE + 0x10, 0, false);
}

static void should_survive_many_faults(void) {
    TestBoard *board = test_board_new();
    test_board_start(board, PROGRAM_many_faults);
    test_board_set_vector(board, HARD_FAULT, PROGRAM_skip_instruction);
    core_set_register(board->core, 4, 20000);
    CHECK(test_board_run(board, 100000000));
    CHECK_EQUAL(40000, reg(board, 11));
    CHECK_EQUAL(STACK_TOP, reg(board, 13));
    test_board_free(board);
}

static void should_restart_it_block_after_fault(void) {
    TestBoard *board = run_to_handler(PROGRAM_fault_in_it_block, BUS_FAULT, true);
    CHECK_EQUAL(PROGRAM_fault_in_it_block_at, frame(board, 6));
    CHECK_EQUAL(1, frame(board, 2));
    CHECK_EQUAL(0, reg(board, 16) & 0x0600FC00); // the handler runs outside the IT block
    test_board_start(board, PROGRAM_fault_in_it_block);
    test_board_set_vector(board, BUS_FAULT, PROGRAM_skip_instruction);
    set_scs(board, SHCSR, 0x70000);
    CHECK(test_board_run(board, 1000));
    // The handler skips the load without moving ITSTATE on: what is left runs under the conditions one place
    // earlier.
    CHECK_EQUAL(1, reg(board, 11));
    CHECK_EQUAL(1 + 16, reg(board, 2));
    test_board_free(board);
}

static void should_fault_on_bad_fetches(void) {
    TestBoard *board = run_to_handler(PROGRAM_branch_to_unmapped, BUS_FAULT, true);
    CHECK_EQUAL(0x00000100, scs(board, CFSR));
    CHECK_EQUAL(0x70000000, frame(board, 6));
    test_board_free(board);
    board = run_to_handler(PROGRAM_branch_to_device, MEM_MANAGE, true);
    CHECK_EQUAL(0x00000001, scs(board, CFSR));
    CHECK_EQUAL(0x40000000, frame(board, 6));
    test_board_free(board);
    board = run_to_handler(PROGRAM_branch_to_arm, USAGE_FAULT, true);
    CHECK_EQUAL(0x00020000, scs(board, CFSR));
    CHECK_EQUAL(PROGRAM_svc_returns, frame(board, 6));
    CHECK_EQUAL(0, frame(board, 7) & 0x01000000);
    test_board_free(board);
}

static void should_fault_on_unaligned_access(void) {
    TestBoard *board = run_to_handler(PROGRAM_unaligned_device, USAGE_FAULT, true);
    CHECK_EQUAL(0x01000000, scs(board, CFSR));
    test_board_free(board);
    board = run_to_handler(PROGRAM_unaligned_word_trapped, USAGE_FAULT, true);
    CHECK_EQUAL(0x01000000, scs(board, CFSR));
    test_board_free(board);
    board = test_board_new();
    test_board_start(board, PROGRAM_unaligned_word);
    CHECK(test_board_run(board, 1000)); // plain words may be unaligned
    CHECK_EQUAL(0xFFFFFFFF, reg(board, 14));
    test_board_free(board);
}

static void should_fault_on_unaligned_doubles_and_multiples(void) {
    static const struct {
        uint32_t program;
        uint32_t offset; // of the instruction
    } cases[] = {
        {PROGRAM_unaligned_double, 2}, {PROGRAM_unaligned_multiple, 10}, {PROGRAM_unaligned_float, 2}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        TestBoard *board = test_board_new();
        test_board_start(board, cases[i].program);
        test_board_set_vector(board, HARD_FAULT, PROGRAM_record_frame);
        CHECK(bus_write(board->bus, MASTER_DEBUG, 0xE000ED88, 4, 0xF << 20) == BUS_OK); // CPACR
        CHECK(test_board_run(board, 1000));
        CHECK_EQUAL(0x01000000, scs(board, CFSR));
        CHECK_EQUAL(cases[i].program + cases[i].offset, frame(board, 6));
        if (cases[i].program == PROGRAM_unaligned_multiple) { // the second of ITTT EQ
            CHECK_EQUAL(0x20004001, frame(board, 0));
            CHECK_EQUAL(5, frame(board, 3));
            CHECK_EQUAL(0x00000400, frame(board, 7) & 0x0600FC00);
        }
        test_board_free(board);
    }
    TestBoard *board = test_board_new();
    test_board_start(board, PROGRAM_doubles_aligned_to_words);
    CHECK(bus_write(board->bus, MASTER_DEBUG, 0xE000ED88, 4, 0xF << 20) == BUS_OK);
    CHECK(test_board_run(board, 1000));
    CHECK_EQUAL(0x3FF00000, reg(board, 2));
    CHECK_EQUAL(0x3FF00000, reg(board, 64 + 3));
    CHECK_EQUAL(0x3FF00000, test_board_word(board, 0x2000400C));
    CHECK_EQUAL(0, scs(board, CFSR));
    test_board_free(board);
}

static void should_trap_division_by_zero(void) {
    TestBoard *board = run_to_handler(PROGRAM_divide_by_zero, USAGE_FAULT, true);
    CHECK_EQUAL(0x02000000, scs(board, CFSR));
    CHECK_EQUAL(PROGRAM_divide_by_zero_at, frame(board, 6));
    CHECK_EQUAL(10, reg(board, 4));
    test_board_free(board);
}

static void should_escalate_to_hard_fault_and_lock_up(void) {
    TestBoard *board = run_to_handler(PROGRAM_read_unmapped, HARD_FAULT, false);
    CHECK_EQUAL(0x40000000, scs(board, HFSR));
    CHECK_EQUAL(0x00008200, scs(board, CFSR));
    test_board_start(board, PROGRAM_read_unmapped);
    test_board_set_vector(board, HARD_FAULT, PROGRAM_fault_in_hard_fault);
    CHECK(!test_board_run(board, 1000));
    CHECK_EQUAL(CORE_LOCKED_UP, core_state(board->core));
    CHECK_EQUAL(0xFFFFFFFE, reg(board, 15));
    test_board_free(board);
}

static void should_report_stacking_errors(void) {
    TestBoard *board = test_board_new();
    test_board_start(board, PROGRAM_stack_to_unmapped);
    test_board_set_vector(board, HARD_FAULT, PROGRAM_irq_once);
    test_board_run(board, 200);
    CHECK((scs(board, CFSR) & 0x1000) != 0); // STKERR
    CHECK((scs(board, HFSR) & 0x40000000) != 0);
    test_board_free(board);
}

static void should_refuse_bad_exc_return(void) {
    TestBoard *board = test_board_new();
    test_board_start(board, PROGRAM_svc_returns);
    test_board_set_vector(board, SVCALL, PROGRAM_bad_exc_return);
    test_board_set_vector(board, USAGE_FAULT, PROGRAM_record_frame);
    set_scs(board, SHCSR, 0x70000);
    CHECK(test_board_run(board, 1000));
    CHECK_EQUAL(USAGE_FAULT, reg(board, 10));
    CHECK_EQUAL(0x00040000, scs(board, CFSR));
    test_board_free(board);
}

static void should_refuse_floating_point_while_off(void) {
    TestBoard *board = run_to_handler(PROGRAM_fpu_off, USAGE_FAULT, true);
    CHECK_EQUAL(0x00080000, scs(board, CFSR));
    CHECK_EQUAL(PROGRAM_fpu_off_at, frame(board, 6));
    CHECK_EQUAL(2, reg(board, 5));
    test_board_free(board);
}

static void should_switch_the_fpu_at_a_barrier(void) {
    TestBoard *board = run_to_handler(PROGRAM_fpu_switched_in_line, USAGE_FAULT, true);
    CHECK_EQUAL(0x00080000, scs(board, CFSR)); // NOCP, of the second access only
    CHECK_EQUAL(PROGRAM_fpu_switched_in_line_at, frame(board, 6));
    CHECK_EQUAL(0x00F00000, reg(board, 64));
    test_board_free(board);
}

static void should_stack_floating_point_context(void) {
    TestBoard *board = run_to_handler(PROGRAM_fpu_svc, SVCALL, false);
    CHECK_EQUAL(0xFFFFFFE9, reg(board, 9));
    CHECK_EQUAL(STACK_TOP - 104, reg(board, 11));
    CHECK_EQUAL(21, frame(board, 8));
    CHECK_EQUAL(21, frame(board, 8 + 15));
    CHECK_EQUAL(0x03000000, frame(board, 24));
    CHECK_EQUAL(0, reg(board, 20) >> 24); // FPCA is clear in the handler
    CHECK_EQUAL(STACK_TOP - 104 + 32, scs(board, 0xE000EF38));
    test_board_start(board, PROGRAM_fpu_svc);
    test_board_set_vector(board, SVCALL, PROGRAM_fpu_clobber);
    CHECK(test_board_run(board, 1000));
    CHECK_EQUAL(21, reg(board, 6));
    CHECK_EQUAL(4, reg(board, 7));
    CHECK_EQUAL(0, reg(board, 9));
    CHECK_EQUAL(0x03000000, reg(board, 33));
    test_board_free(board);
}

static void should_start_floating_point_context_from_fpdscr(void) {
    TestBoard *board = test_board_new();
    test_board_start(board, PROGRAM_fpu_default_context);
    CHECK(test_board_run(board, 1000));
    CHECK_EQUAL(0x00C00000, reg(board, 5));
    CHECK_EQUAL(1, reg(board, 64));
    test_board_free(board);
}

static void expect_log(const TestBoard *board, const uint32_t *values, size_t count) {
    CHECK_EQUAL(count, board->log_count);
    for (size_t i = 0; i < count; i++) {
        CHECK_EQUAL(values[i], board->log[i].value);
    }
}

static void should_nest_by_priority_and_tail_chain(void) {
    TestBoard *board = test_board_new();
    test_board_start(board, PROGRAM_irq_nesting);
    test_board_set_vector(board, IRQ + 1, PROGRAM_irq1_handler);
    test_board_set_vector(board, IRQ + 2, PROGRAM_irq2_handler);
    test_board_set_vector(board, IRQ + 3, PROGRAM_irq3_handler);
    CHECK(test_board_run(board, 10000));
    // IRQ 2 preempts IRQ 1, IRQ 3 of the same priority waits for its end.
    expect_log(board, (uint32_t[]){10, 20, 11, 30, 9}, 5);
    CHECK_EQUAL(0xFFFFFFF9, reg(board, 9));
    CHECK_EQUAL(STACK_TOP, reg(board, 13));
    test_board_free(board);
}

static void should_hold_interrupts_behind_masks(void) {
    TestBoard *board = test_board_new();
    test_board_start(board, PROGRAM_primask_holds);
    test_board_set_vector(board, IRQ + 1, PROGRAM_irq_once);
    CHECK(test_board_run(board, 10000));
    expect_log(board, (uint32_t[]){50, 51, 60, 52}, 4);
    board->log_count = 0;
    test_board_start(board, PROGRAM_basepri_holds);
    test_board_set_vector(board, IRQ + 1, PROGRAM_irq_once);
    CHECK(test_board_run(board, 10000));
    expect_log(board, (uint32_t[]){51, 60, 52}, 3);
    CHECK_EQUAL(0x80, reg(board, 6)); // only four bits exist
    CHECK_EQUAL(0, reg(board, 20) & 0xFF00);
    test_board_free(board);
}

static void should_pend_again_while_line_is_high(void) {
    TestBoard *board = test_board_new();
    test_board_start(board, PROGRAM_svc_returns);
    core_set_irq_line(board->core, 40, true);
    uint32_t pending = UINT32_C(0xE000E204);
    CHECK_EQUAL(1u << 8, scs(board, pending));
    set_scs(board, UINT32_C(0xE000E284), 1u << 8);
    CHECK_EQUAL(1u << 8, scs(board, pending));
    core_set_irq_line(board->core, 40, false);
    set_scs(board, UINT32_C(0xE000E284), 1u << 8);
    CHECK_EQUAL(0, scs(board, pending));
    test_board_free(board);
}

static void should_identify_as_cortex_m7(void) {
    TestBoard *board = test_board_new();
    test_board_start(board, PROGRAM_svc_returns);
    CHECK_EQUAL(0x411FC271, scs(board, 0xE000ED00));
    CHECK_EQUAL(0x00001000, scs(board, 0xE000ED90));
    static const uint32_t coresight[] = {4, 0, 0, 0, 0x0C, 0xB0, 0x0B, 0, 0x0D, 0xE0, 0x05, 0xB1};
    for (uint32_t i = 0; i < 12; i++) {
        CHECK_EQUAL(coresight[i], scs(board, 0xE000EFD0 + 4 * i));
    }
    set_scs(board, 0xE000E400, 0xFFFFFFFF); // four priority bits
    CHECK_EQUAL(0xF0F0F0F0, scs(board, 0xE000E400));
    test_board_free(board);
}

static void should_catch_vectors_for_the_debugger(void) {
    TestBoard *board = test_board_new();
    board->vector_catch = 1u << 10; // VC_HARDERR
    test_board_start(board, PROGRAM_read_unmapped);
    CHECK(test_board_run(board, 1000));
    CHECK_EQUAL(8, board->halt_reason);
    CHECK_EQUAL(PROGRAM_unexpected, reg(board, 15));
    test_board_free(board);
}

int main(int argc, char **argv) {
    static const Test tests[] = {TEST(should_stack_registers_on_svc),
                                 TEST(should_align_process_stack_and_return_unprivileged),
                                 TEST(should_return_to_thread),
                                 TEST(should_fault_on_undefined_instruction),
                                 TEST(should_raise_precise_bus_faults),
                                 TEST(should_survive_many_faults),
                                 TEST(should_restart_it_block_after_fault),
                                 TEST(should_fault_on_bad_fetches),
                                 TEST(should_fault_on_unaligned_access),
                                 TEST(should_fault_on_unaligned_doubles_and_multiples),
                                 TEST(should_trap_division_by_zero),
                                 TEST(should_escalate_to_hard_fault_and_lock_up),
                                 TEST(should_report_stacking_errors),
                                 TEST(should_refuse_bad_exc_return),
                                 TEST(should_refuse_floating_point_while_off),
                                 TEST(should_switch_the_fpu_at_a_barrier),
                                 TEST(should_stack_floating_point_context),
                                 TEST(should_start_floating_point_context_from_fpdscr),
                                 TEST(should_nest_by_priority_and_tail_chain),
                                 TEST(should_hold_interrupts_behind_masks),
                                 TEST(should_pend_again_while_line_is_high),
                                 TEST(should_identify_as_cortex_m7),
                                 TEST(should_catch_vectors_for_the_debugger)};
    return run_tests(argc, argv, tests, sizeof tests / sizeof *tests);
}
