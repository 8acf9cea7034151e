// SPDX-License-Identifier: GPL-2.0-or-later
// Exceptions and the floating-point context, through the core: frames, EXC_RETURN, FPCA, nesting,
// tail-chaining; and random programs of floating-point, DSP and IT blocks that interrupts break into at any
// instruction, whose results must be those of the reference all the same. exception_fp_test [--seed S]
#include "exception_handlers.h"
#include "it_block.h"
#include "test_board.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

// Interrupts by their priority, most urgent first. TIMED comes from the test device's timer.
enum { URGENT = 2, TIMED = 5, SLOW = 3, CHAINED = 4 };
enum { IRQ_EXCEPTION = 16 };

#define PROGRAM_ADDRESS (FLASH + 0x10380U) // across the end of a page of translated code
#define HANDLERS_ADDRESS (FLASH + 0x8000)
#define HANDLER_BYTES 0x400U
#define RECORD (DTCM + 0x4000)
#define PROCESS_STACK (DTCM + 0x3000)

#define FROM_THREAD 0xFFFFFFF9U // EXC_RETURN without floating-point context
#define FROM_THREAD_FLOAT 0xFFFFFFE9U
#define FROM_PROCESS_FLOAT 0xFFFFFFEDU
#define FROM_PROCESS 0xFFFFFFFDU
#define FROM_HANDLER 0xFFFFFFF1U
#define FROM_HANDLER_FLOAT 0xFFFFFFE1U

static void set_register(TestBoard *board, uint32_t address, uint32_t value) {
    CHECK(bus_write(board->bus, MASTER_DEBUG, address, 4, value) == BUS_OK);
}

static void place(TestBoard *board, uint32_t address, const Code *code) {
    memcpy(board->flash + (address - FLASH), code->halfwords, 2 * (size_t)code->count);
    bus_memory_written(board->bus, address, 2 * code->count);
}

static void install(TestBoard *board, HandlerOptions options) {
    Code code = {.count = 0};
    emit_handler(&code, options);
    CHECK(2 * code.count <= HANDLER_BYTES);
    uint32_t address = HANDLERS_ADDRESS + options.irq * HANDLER_BYTES;
    place(board, address, &code);
    test_board_set_vector(board, IRQ_EXCEPTION + options.irq, address);
}

// Reset with FPU and interrupts enabled, about to run PROGRAM_ADDRESS.
static void start(TestBoard *board) {
    core_reset(board->core, DTCM, false);
    set_register(board, 0xE000ED88, 0xF << 20); // CPACR: CP10, CP11
    static const uint8_t order[] = {URGENT, TIMED, SLOW, CHAINED};
    for (unsigned i = 0; i < 4; i++) {
        CHECK(bus_write(board->bus, MASTER_DEBUG, 0xE000E400 + order[i], 1, (i + 1) << 4) == BUS_OK);
        set_register(board, 0xE000E100, 1U << order[i]);
    }
    board->log_count = 0;
}

static TestBoard *new_board(void) {
    TestBoard *board = test_board_new();
    test_board_start(board, PROGRAM_ADDRESS);
    return board;
}

static void run(TestBoard *board, const Code *program) {
    place(board, PROGRAM_ADDRESS, program);
    start(board);
    CHECK(test_board_run(board, 1000000));
}

static void check_log(const TestBoard *board, const uint32_t *expected, size_t count) {
    for (size_t i = 0; i < count && i < board->log_count; i++) {
        CHECK_EQUAL(expected[i], board->log[i].value);
    }
    CHECK_EQUAL(count, board->log_count);
}

#define CHECK_LOG(board, ...)                                                                                \
    check_log(board, (const uint32_t[]){__VA_ARGS__}, sizeof((const uint32_t[]){__VA_ARGS__}) / 4)

static void emit_use_float(Code *code, unsigned single) { // VMOV.F32 s, #1.0
    emit32(code, 0xEEB70A00U | (single >> 1) << 12 | (single & 1) << 22);
}
static void emit_breakpoint(Code *code) { emit16(code, 0xBE00); }
static void emit_process_stack(Code *code) {
    emit_move_word(code, 0, PROCESS_STACK);
    emit32(code, 0xF3808809U); // MSR PSP, r0
    emit16(code, 0x2002);      // MOVS r0, #2
    emit32(code, 0xF3808814U); // MSR CONTROL, r0: SPSEL
    emit32(code, 0xF3BF8F6FU); // ISB
}

// ---- what EXC_RETURN says, and FPCA

static void should_stack_a_basic_frame_without_floating_point_context(void) {
    TestBoard *board = new_board();
    install(board, (HandlerOptions){LOGS_EXC_RETURN | LOGS_CONTROL, SLOW, 0});
    Code code = {.count = 0};
    emit_raise(&code, SLOW);
    emit_breakpoint(&code);
    run(board, &code);
    CHECK_LOG(board, FROM_THREAD, 0);
    CHECK_EQUAL(0, core_register(board->core, 20) >> 24);
    test_board_free(board);
}

static void should_report_the_context_in_exc_return_and_fpca(void) {
    TestBoard *board = new_board();
    install(board, (HandlerOptions){LOGS_EXC_RETURN | LOGS_CONTROL, SLOW, 0});
    Code code = {.count = 0};
    emit_use_float(&code, 0);
    emit_raise(&code, SLOW);
    emit_breakpoint(&code);
    run(board, &code);
    CHECK_LOG(board, FROM_THREAD_FLOAT, 0);
    CHECK_EQUAL(4, core_register(board->core, 20) >> 24); // the thread has its context back
    install(board, (HandlerOptions){LOGS_EXC_RETURN | USES_FPU | LOGS_CONTROL, SLOW, 0});
    run(board, &code);
    CHECK_LOG(board, FROM_THREAD_FLOAT, 4); // the handler began one of its own
    test_board_free(board);
}

static void should_use_the_process_stack(void) {
    for (unsigned with_float = 0; with_float < 2; with_float++) {
        TestBoard *board = new_board();
        install(board, (HandlerOptions){LOGS_EXC_RETURN | USES_FPU, SLOW, 0});
        Code code = {.count = 0};
        emit_process_stack(&code);
        if (with_float) {
            emit_use_float(&code, 15);
        }
        emit_raise(&code, SLOW);
        emit_breakpoint(&code);
        run(board, &code);
        CHECK_LOG(board, with_float ? FROM_PROCESS_FLOAT : FROM_PROCESS);
        CHECK_EQUAL(PROCESS_STACK, core_register(board->core, 18));
        CHECK_EQUAL(with_float ? 6 : 2, core_register(board->core, 20) >> 24);
        CHECK_EQUAL(with_float ? 0x3F800000 : CLOBBER, core_register(board->core, 64 + 15));
        test_board_free(board);
    }
}

static void should_not_stack_automatically_when_aspen_is_clear(void) {
    TestBoard *board = new_board();
    install(board, (HandlerOptions){LOGS_EXC_RETURN, SLOW, 0});
    Code code = {.count = 0};
    emit_move_word(&code, 0, 0xE000EF34); // FPCCR
    emit16(&code, 0x2100);                // MOVS r1, #0
    emit16(&code, 0x6001);                // STR r1, [r0]
    emit_use_float(&code, 0);
    emit_raise(&code, SLOW);
    emit_breakpoint(&code);
    run(board, &code);
    CHECK_LOG(board, FROM_THREAD);
    test_board_free(board);
}

// ---- nesting and tail-chaining

static void should_nest_with_and_without_context_of_the_handler(void) {
    TestBoard *board = new_board();
    install(board, (HandlerOptions){LOGS_EXC_RETURN | USES_FPU, URGENT, 0});
    Code code = {.count = 0};
    emit_use_float(&code, 15);
    emit_raise(&code, SLOW);
    emit_breakpoint(&code);
    install(board, (HandlerOptions){LOGS_EXC_RETURN | RAISES_EARLY | USES_FPU, SLOW, URGENT});
    run(board, &code);
    CHECK_LOG(board, FROM_THREAD_FLOAT, FROM_HANDLER);
    CHECK_EQUAL(0x3F800000, core_register(board->core, 64 + 15));
    install(board, (HandlerOptions){LOGS_EXC_RETURN | USES_FPU | RAISES_LATE | LOGS_FLOAT | LOGS_CONTROL,
                                    SLOW, URGENT});
    run(board, &code);
    CHECK_LOG(board, FROM_THREAD_FLOAT, FROM_HANDLER_FLOAT, CLOBBER, 4);
    CHECK_EQUAL(0x3F800000, core_register(board->core, 64 + 15));
    CHECK_EQUAL(DTCM + 0x8000, core_register(board->core, 17)); // every frame is gone
    test_board_free(board);
}

static void should_tail_chain_on_the_same_frame(void) {
    TestBoard *board = new_board();
    install(board, (HandlerOptions){LOGS_EXC_RETURN | USES_FPU | LOGS_CONTROL, CHAINED, 0});
    install(board, (HandlerOptions){LOGS_EXC_RETURN | USES_FPU | RAISES_LATE | LOGS_FLOAT, SLOW, CHAINED});
    Code code = {.count = 0};
    emit_use_float(&code, 15);
    emit_raise(&code, SLOW);
    emit_breakpoint(&code);
    run(board, &code);
    CHECK_LOG(board, FROM_THREAD_FLOAT, CLOBBER, FROM_THREAD_FLOAT, 4);
    CHECK_EQUAL(0x3F800000, core_register(board->core, 64 + 15));
    CHECK_EQUAL(4, core_register(board->core, 20) >> 24);
    test_board_free(board);
}

// ---- frame

static void should_lay_out_the_extended_frame(void) {
    TestBoard *board = new_board();
    Code handler = {.count = 0};
    emit_breakpoint(&handler);
    place(board, HANDLERS_ADDRESS, &handler);
    test_board_set_vector(board, IRQ_EXCEPTION + SLOW, HANDLERS_ADDRESS);
    Code code = {.count = 0};
    for (unsigned i = 0; i < 32; i++) {
        emit_move_word(&code, 2, 0x51000000 + i);
        emit32(&code, 0xEE002A10U | (i >> 1) << 16 | (i & 1) << 7); // VMOV Si, r2
    }
    emit_move_word(&code, 2, 0x02C00010);
    emit32(&code, 0xEEE12A10U); // VMSR FPSCR, r2
    emit_raise(&code, SLOW);
    uint32_t after = PROGRAM_ADDRESS + 2 * code.count;
    emit_breakpoint(&code);
    run(board, &code);
    uint32_t frame = core_register(board->core, 13);
    CHECK_EQUAL(STACK_TOP - 104, frame);
    CHECK_EQUAL(after, test_board_word(board, frame + 24));
    CHECK_EQUAL(SLOW, test_board_word(board, frame + 4)); // r1
    for (unsigned i = 0; i < 16; i++) {
        CHECK_EQUAL(0x51000000 + i, test_board_word(board, frame + 32 + 4 * i));
    }
    CHECK_EQUAL(0x02C00010, test_board_word(board, frame + 96));
    for (unsigned i = 16; i < 32; i++) { // the callee saves these
        CHECK_EQUAL(0x51000000 + i, core_register(board->core, 64 + i));
    }
    CHECK_EQUAL(0, core_register(board->core, 20) >> 24);
    test_board_free(board);
}

// ---- random programs broken into by interrupts

enum { RANDOM_PROGRAMS = 400, BLOCKS = 8, DEVICE_REGISTER = 9, IRQ_REGISTER = 8 };

static unsigned raised; // times the reference came across the raising store

static void encode_raising_store(const Instruction *instruction, const Fields *fields, Code *code) {
    (void)instruction;
    (void)fields;
    emit32(code, 0xF8C00000U | DEVICE_REGISTER << 16 | IRQ_REGISTER << 12); // STR r8, [r9]
}

static void do_raising_store(const Instruction *instruction, const Fields *fields, State *state) {
    (void)instruction;
    (void)fields;
    (void)state;
    raised++;
}

static const Instruction raising_store = {
    .name = "raise", .encode = encode_raising_store, .reference = do_raising_store};

static bool touches_reserved(const Fields *fields) {
    const unsigned numbers[] = {fields->d, fields->n, fields->m, fields->a};
    for (unsigned i = 0; i < 4; i++) {
        if (numbers[i] == DEVICE_REGISTER || numbers[i] == IRQ_REGISTER) {
            return true;
        }
    }
    return false;
}

// No barriers (a known deviation in IT blocks) and no memory: the bases of several accesses would collide.
static bool block_is_usable(const Block *block) {
    for (unsigned i = 0; i <= block->count; i++) {
        const Instruction *instruction = block->slots[i].instruction;
        bool is_float = (instruction->operands & (FLOAT_SINGLE | FLOAT_DOUBLE)) != 0;
        if (instruction->prepare != NULL || instruction->opcode >> 20 == 0xF3B ||
            (!is_float && touches_reserved(&block->slots[i].fields))) {
            return false;
        }
    }
    return true;
}

static void choose_usable_block(Random *random, Block *block) {
    do {
        choose_block(random, random_below(random, CONDITIONS), 1 + random_below(random, SHAPES), block);
    } while (!block_is_usable(block));
    if (random_below(random, 2) == 0) {
        block->slots[random_below(random, block->count)].instruction = &raising_store;
    }
}

static void random_state(Random *random, State *state) {
    uint64_t words[sizeof(State) / 8];
    for (size_t i = 0; i < sizeof words / 8; i++) {
        words[i] = random_below(random, 2) ? random_double(random) : random_operand(random);
    }
    memcpy(state, words, sizeof(State));
    state->apsr &= APSR_MASK;
    state->fpscr &= 0xF3C0009F;
    state->address = 0; // unused: no memory accesses
    state->r[IRQ_REGISTER] = SLOW;
    state->r[DEVICE_REGISTER] = DEVICE + DEVICE_RAISE;
}

static void report_difference(unsigned program, const State *expected, const State *got) {
    for (size_t i = 0; i < sizeof(State) / 4; i++) {
        uint32_t words[2];
        memcpy(&words[0], (const uint8_t *)expected + 4 * i, 4);
        memcpy(&words[1], (const uint8_t *)got + 4 * i, 4);
        if (words[0] != words[1]) {
            fprintf(stderr, "program %u: word %zu of the state: expected %08" PRIx32 ", got %08" PRIx32 "\n",
                    program, i, words[0], words[1]);
        }
    }
}

// Frames grow below the record, which SP points to: 4 bytes off a multiple of 8 every other time.
static unsigned check_program(TestBoard *board, Random *random, unsigned number) {
    uint32_t record = RECORD + number % 2 * 4;
    State state;
    random_state(random, &state);
    memcpy(board->dtcm + (record - DTCM), &state, sizeof state);
    Code code = {.count = 0};
    emit_move_word(&code, 1, record);
    emit16(&code, 0x468D); // MOV sp, r1
    Code stub;
    stub_start(&stub, STUB_FLOAT);
    for (unsigned i = 0; i < stub.count; i++) {
        emit16(&code, stub.halfwords[i]);
    }
    raised = 0;
    for (unsigned i = 0; i < BLOCKS; i++) {
        Block block;
        choose_usable_block(random, &block);
        encode_block(&block, PROGRAM_ADDRESS + 2 * code.count, &code);
        run_block(&block, &state);
        if (random_below(random, 2) == 0) {
            emit16(&code, 0xE7FF); // B to the next instruction: ends a block of translated code
        }
    }
    stub_finish(&code, STUB_FLOAT);
    emit_breakpoint(&code);
    place(board, PROGRAM_ADDRESS, &code);
    start(board);
    timeline_schedule(board->timeline, &board->event,
                      timeline_now(board->timeline) +
                          picoseconds_of_ticks(1 + random_below(random, 120), CPU_HZ));
    CHECK(test_board_run(board, 100000));
    timeline_cancel(board->timeline, &board->event);
    core_set_irq_line(board->core, TIMED, false);
    if (memcmp(&state, board->dtcm + (record - DTCM), sizeof state) != 0) {
        State got;
        memcpy(&got, board->dtcm + (record - DTCM), sizeof got);
        report_difference(number, &state, &got);
        CHECK(!"the state after the interrupts is that of the reference");
    }
    return raised;
}

static uint64_t seed;

// The slow handler nests or chains another one; each raising store must have been followed by both.
static void should_return_to_any_instruction_as_if_nothing_had_happened(void) {
    static const HandlerOptions slow[] = {
        {LOGS_EXC_RETURN | USES_FPU, SLOW, 0},
        {LOGS_EXC_RETURN | RAISES_EARLY | USES_FPU, SLOW, URGENT},
        {LOGS_EXC_RETURN | USES_FPU | RAISES_LATE | LOGS_FLOAT, SLOW, URGENT},
        {LOGS_EXC_RETURN | USES_FPU | RAISES_LATE, SLOW, CHAINED},
        {LOGS_EXC_RETURN | RAISES_LATE, SLOW, CHAINED},
    };
    static const uint32_t logged[][3] = {
        {FROM_THREAD_FLOAT},
        {FROM_THREAD_FLOAT, FROM_HANDLER},
        {FROM_THREAD_FLOAT, FROM_HANDLER_FLOAT, CLOBBER},
        {FROM_THREAD_FLOAT, FROM_THREAD_FLOAT},
        {FROM_THREAD_FLOAT, FROM_THREAD_FLOAT},
    };
    static const unsigned log_counts[] = {1, 2, 3, 2, 2};
    TestBoard *board = new_board();
    install(board, (HandlerOptions){LOGS_EXC_RETURN | USES_FPU, URGENT, 0});
    install(board, (HandlerOptions){LOGS_EXC_RETURN | USES_FPU, CHAINED, 0});
    install(board, (HandlerOptions){USES_FPU, TIMED, 0});
    Random random;
    random_seed(&random, seed);
    unsigned interrupts = 0;
    for (unsigned i = 0; i < RANDOM_PROGRAMS; i++) {
        unsigned kind = i % 5;
        install(board, slow[kind]);
        unsigned times = check_program(board, &random, i);
        CHECK_EQUAL(times * log_counts[kind], board->log_count);
        for (size_t k = 0; k < board->log_count; k++) {
            CHECK_EQUAL(logged[kind][k % log_counts[kind]], board->log[k].value);
        }
        interrupts += times;
    }
    printf("  seed %" PRIu64 ": %d programs, %u interrupts in them and one timed one each\n", seed,
           RANDOM_PROGRAMS, interrupts);
    CHECK(interrupts > RANDOM_PROGRAMS / 2);
    test_board_free(board);
}

int main(int argc, char **argv) {
    static const Test tests[] = {
        TEST(should_stack_a_basic_frame_without_floating_point_context),
        TEST(should_report_the_context_in_exc_return_and_fpca),
        TEST(should_use_the_process_stack),
        TEST(should_not_stack_automatically_when_aspen_is_clear),
        TEST(should_nest_with_and_without_context_of_the_handler),
        TEST(should_tail_chain_on_the_same_frame),
        TEST(should_lay_out_the_extended_frame),
        TEST(should_return_to_any_instruction_as_if_nothing_had_happened),
    };
    seed = (uint64_t)time(NULL);
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc) {
            seed = strtoull(argv[++i], NULL, 0);
        } else {
            fprintf(stderr, "exception_fp_test: cannot use %s; expected [--seed S]\n", argv[i]);
            return 2;
        }
    }
    return run_tests(1, argv, tests, sizeof tests / sizeof tests[0]);
}
