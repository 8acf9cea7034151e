// SPDX-License-Identifier: GPL-2.0-or-later
#include "test_board.h"
#include "programs.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static BusResult device_read(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                             uint32_t *value) {
    (void)master;
    (void)size_bytes;
    TestBoard *board = context;
    *value = 0;
    switch (offset) {
    case DEVICE_CYCLES:
        *value = (uint32_t)timeline_cycles(board->timeline);
        return BUS_OK;
    case DEVICE_ERROR:
        return BUS_ERROR;
    default:
        *value = board->scratch;
        return BUS_OK;
    }
}

static void gate_d2_sram(TestBoard *board, bool accessible) {
    board->d2_accessible = accessible;
    bus_memory_access_changed(board->bus, D2_SRAM, accessible);
    bus_memory_access_changed(board->bus, D2_SRAM_ALIAS, accessible);
}

static BusResult device_write(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                              uint32_t value) {
    (void)master;
    (void)size_bytes;
    TestBoard *board = context;
    switch (offset) {
    case DEVICE_SCRATCH:
        board->scratch = value;
        break;
    case DEVICE_RAISE:
        core_set_irq_line(board->core, value, true);
        break;
    case DEVICE_LOWER:
        core_set_irq_line(board->core, value, false);
        break;
    case DEVICE_ERROR:
        return BUS_ERROR;
    case DEVICE_EVENT:
        timeline_schedule(board->timeline, &board->event,
                          timeline_now(board->timeline) + picoseconds_of_ticks(value, CPU_HZ));
        break;
    case DEVICE_LOG:
        if (board->log_count < LOG_ENTRIES) {
            board->log[board->log_count++] = (LogEntry){value, timeline_cycles(board->timeline)};
        }
        break;
    case DEVICE_WRITTEN:
        bus_memory_written(board->bus, value, 4);
        break;
    case DEVICE_GATE:
        gate_d2_sram(board, value != 0);
        break;
    default:
        break;
    }
    return BUS_OK;
}

static void on_event(void *context) {
    TestBoard *board = context;
    board->event_cycle = timeline_cycles(board->timeline);
    core_set_irq_line(board->core, 5, true);
}

static BusResult flash_write(void *context, BusMaster master, uint32_t address, unsigned size_bytes,
                             uint32_t value) {
    (void)master;
    TestBoard *board = context;
    board->flash_writes++;
    board->flash_write_address = address;
    board->flash_write_bytes = size_bytes;
    board->flash_write_value = value;
    return BUS_OK;
}

static BusResult flash_trapped_read(void *context, BusMaster master, uint32_t address, unsigned size_bytes,
                                    uint32_t *value) {
    (void)master;
    TestBoard *board = context;
    if ((address & 0xFE0u) == 0x020u) { // one torn word in every trapped page
        return BUS_ERROR;
    }
    memcpy(value, board->flash + (address - FLASH), size_bytes);
    return BUS_OK;
}

static bool d2_accessible(void *context, BusMaster master) {
    (void)master;
    return ((TestBoard *)context)->d2_accessible;
}

static void on_debug_event(void *context, uint32_t dfsr_bit) {
    TestBoard *board = context;
    board->halt_reason = dfsr_bit;
    board->halts++;
}

static void on_reset_request(void *context) { ((TestBoard *)context)->reset_requests++; }
static bool debug_enabled(void *context) { return ((TestBoard *)context)->debug_enabled; }
static uint32_t vector_catch(void *context) { return ((TestBoard *)context)->vector_catch; }

static void on_maintenance(void *context, CacheOperation operation, bool by_address, uint32_t address) {
    TestBoard *board = context;
    board->maintained_operation = operation;
    board->maintained_address = by_address ? address : UINT32_MAX;
}

// Between pages that nobody may touch: what reads past a memory crashes.
#define GUARD_BYTES 4096u

static uint8_t *host_memory(size_t bytes) {
    uint8_t *all =
        mmap(NULL, bytes + 2 * GUARD_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (all == MAP_FAILED || mprotect(all + GUARD_BYTES, bytes, PROT_READ | PROT_WRITE) != 0) {
        abort();
    }
    return all + GUARD_BYTES;
}

static void release(void *context, const Memory *memory) {
    (void)context;
    if (memory->base == D2_SRAM_ALIAS) {
        return;
    }
    munmap(memory->host - GUARD_BYTES, memory->size_bytes + 2 * GUARD_BYTES);
}

static void on_lint(void *context, const char *kind, const char *message) {
    TestBoard *board = context;
    board->lints++;
    snprintf(board->lint, sizeof board->lint, "%s: %s", kind, message);
}

static void attach_alias(TestBoard *board, uint32_t base, uint32_t alias_base) {
    Memory memory = *bus_find_memory(board->bus, base, 1);
    memory.base = alias_base;
    bus_attach_memory(board->bus, &memory);
}

static uint8_t *attach(TestBoard *board, const char *name, MemoryKind kind, uint32_t base,
                       uint32_t size_bytes) {
    Memory memory = {.name = name,
                     .kind = kind,
                     .base = base,
                     .size_bytes = size_bytes,
                     .host = host_memory(size_bytes),
                     .context = board,
                     .write = kind == MEMORY_FLASH ? flash_write : NULL,
                     .read = kind == MEMORY_FLASH ? flash_trapped_read : NULL,
                     .accessible = base == D2_SRAM ? d2_accessible : NULL};
    bus_attach_memory(board->bus, &memory);
    return memory.host;
}

static TestBoard *new_board(bool with_model, struct Profile *profile) {
    TestBoard *board = calloc(1, sizeof *board);
    board->timeline = timeline_new();
    timeline_set_cpu_hz(board->timeline, CPU_HZ);
    board->bus = bus_new();
    board->itcm = attach(board, "ITCM", MEMORY_ITCM, ITCM, 64 << 10);
    board->dtcm = attach(board, "DTCM", MEMORY_DTCM, DTCM, 128 << 10);
    board->flash = attach(board, "flash", MEMORY_FLASH, FLASH, 2048 << 10);
    board->axi_sram = attach(board, "AXI SRAM", MEMORY_SRAM, AXI_SRAM, 512 << 10);
    board->d2_sram = attach(board, "D2 SRAM", MEMORY_SRAM, D2_SRAM, 288 << 10);
    attach_alias(board, D2_SRAM, D2_SRAM_ALIAS);
    bus_attach_device(board->bus, &(Device){.name = "test device",
                                            .base = DEVICE,
                                            .size_bytes = 0x100,
                                            .context = board,
                                            .read = device_read,
                                            .write = device_write});
    board->event = (Event){.name = "test", .fire = on_event, .context = board};
    board->debug_enabled = true;
    CoreConfig config = {.bus = board->bus,
                         .timeline = board->timeline,
                         .context = board,
                         .system_reset_request = on_reset_request,
                         .debug_event = on_debug_event,
                         .halting_debug_enabled = debug_enabled,
                         .vector_catch = vector_catch,
                         .lint = on_lint,
                         .instruction_timing = !with_model,
                         .profile = profile};
    board->core = core_new(&config);
    if (board->core == NULL) {
        exit(1);
    }
    core_attach_system_control_space(board->core);
    core_on_cache_maintenance(board->core, on_maintenance, board);
    memcpy(board->flash, programs, sizeof programs);
    return board;
}

TestBoard *test_board_new(void) { return new_board(false, NULL); }
TestBoard *test_board_new_with_model(void) { return new_board(true, NULL); }

TestBoard *test_board_new_with_profile(struct Profile *profile) { return new_board(true, profile); }

void test_board_free(TestBoard *board) {
    core_free(board->core);
    bus_each_memory(board->bus, release, NULL);
    bus_free(board->bus);
    timeline_free(board->timeline);
    free(board);
}

void test_board_set_word(TestBoard *board, uint32_t address, uint32_t value) {
    const Memory *memory = bus_find_memory(board->bus, address, 4);
    CHECK(memory != NULL);
    memcpy(memory->host + (address - memory->base), &value, 4);
    bus_memory_written(board->bus, address, 4);
}

uint32_t test_board_word(TestBoard *board, uint32_t address) {
    const Memory *memory = bus_find_memory(board->bus, address, 4);
    CHECK(memory != NULL);
    uint32_t value;
    memcpy(&value, memory->host + (address - memory->base), 4);
    return value;
}

void test_board_set_vector(TestBoard *board, unsigned exception, uint32_t handler) {
    test_board_set_word(board, DTCM + 4 * exception, handler | 1u);
}

void test_board_start(TestBoard *board, uint32_t entry) {
    test_board_set_word(board, DTCM, STACK_TOP);
    test_board_set_vector(board, 1, entry);
    for (unsigned exception = 2; exception < 166; exception++) {
        test_board_set_vector(board, exception, PROGRAM_unexpected);
    }
    core_reset(board->core, DTCM, false);
}

bool test_board_run(TestBoard *board, uint64_t cycles) {
    Picoseconds deadline = timeline_now(board->timeline) + picoseconds_of_ticks(cycles, CPU_HZ);
    for (;;) {
        CoreState state = core_run(board->core, deadline);
        if (state == CORE_HALTED) {
            return true;
        }
        if (state != CORE_SLEEPS || timeline_next_event(board->timeline) > deadline) {
            return false;
        }
        timeline_jump_to(board->timeline, timeline_next_event(board->timeline));
        timeline_fire_due(board->timeline);
    }
}

// ---- harness ----

static const char *current_test = "";

void test_failed(const char *file, int line, const char *what) {
    fprintf(stderr, "%s:%d: %s: not true: %s\n", file, line, current_test, what);
    exit(1);
}

void test_equal(const char *file, int line, const char *what, uint64_t expected, uint64_t actual) {
    if (expected != actual) {
        fprintf(stderr, "%s:%d: %s: %s: expected %llu (0x%llx), got %llu (0x%llx)\n", file, line,
                current_test, what, (unsigned long long)expected, (unsigned long long)expected,
                (unsigned long long)actual, (unsigned long long)actual);
        exit(1);
    }
}

int run_tests(int argc, char **argv, const Test *tests, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (argc < 2 || strstr(tests[i].name, argv[1]) != NULL) {
            current_test = tests[i].name;
            printf("%s\n", current_test);
            fflush(stdout);
            tests[i].run();
        }
    }
    return 0;
}
