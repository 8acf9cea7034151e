// SPDX-License-Identifier: GPL-2.0-or-later
// The data cache between core and DMA, in the worst case.
#include "chip/chip_internal.h"
#include "chip/data_cache.h"
#include "chip_test.h"

#define CCR 0xE000ED14u
#define CCR_DC (1u << 16)
#define DCIMVAC 0xE000EF5Cu
#define DCISW 0xE000EF60u
#define DCCMVAC 0xE000EF68u
#define DCCSW 0xE000EF6Cu
#define DCCIMVAC 0xE000EF70u
#define MPU_CTRL 0xE000ED94u
#define MPU_RNR 0xE000ED98u
#define MPU_RBAR 0xE000ED9Cu
#define MPU_RASR 0xE000EDA0u

static uint32_t dma_sees(Board *board, uint32_t address) {
    uint32_t value;
    CHECK_EQUAL(BUS_OK, data_cache_read(board->chip->data_cache, MASTER_DMA1, address, 4, &value));
    return value;
}

static void dma_writes(Board *board, uint32_t address, uint32_t value) {
    CHECK_EQUAL(BUS_OK, data_cache_write(board->chip->data_cache, MASTER_DMA1, address, 4, value));
}

static Board *start(bool cache) {
    Board *board = test_board(REVISION_V);
    poke(board, AXI_SRAM, 1);
    poke(board, AXI_SRAM + 32, 2);
    if (cache) {
        set_bits(board, CCR, CCR_DC);
        dma_sees(board, AXI_SRAM); // the model notices that the cache is on
    }
    return board;
}

static void shouldBeCoherentWithoutTheCache(void) {
    Board *board = start(false);
    dma_writes(board, AXI_SRAM, 5);
    CHECK_EQUAL(5, peek(board, AXI_SRAM));
    poke(board, AXI_SRAM, 6);
    CHECK_EQUAL(6, dma_sees(board, AXI_SRAM));
    CHECK(!has_lint(board, "dma-cacheable"));
    test_board_free(board);
}

static void shouldHideFromTheDmaWhatIsNotCleaned(void) {
    Board *board = start(true);
    poke(board, AXI_SRAM, 6);
    CHECK_EQUAL(1, dma_sees(board, AXI_SRAM));
    poke(board, DCCMVAC, AXI_SRAM + 32); // another line
    CHECK_EQUAL(1, dma_sees(board, AXI_SRAM));
    poke(board, DCCMVAC, AXI_SRAM);
    CHECK_EQUAL(6, dma_sees(board, AXI_SRAM));
    CHECK(has_lint(board, "dma-cacheable"));
    test_board_free(board);
}

static void shouldHideFromTheCoreWhatTheDmaWroteUntilItInvalidates(void) {
    Board *board = start(true);
    dma_writes(board, AXI_SRAM, 5);
    CHECK_EQUAL(1, peek(board, AXI_SRAM));
    poke(board, DCCMVAC, AXI_SRAM); // the line is not dirty: nothing is written back
    CHECK_EQUAL(5, dma_sees(board, AXI_SRAM));
    poke(board, DCIMVAC, AXI_SRAM);
    CHECK_EQUAL(5, peek(board, AXI_SRAM));
    test_board_free(board);
}

// Two variables in one line: the core's dirty line overwrites what the DMA wrote.
static void shouldLoseDataOnASharedLine(void) {
    Board *board = start(true);
    dma_writes(board, AXI_SRAM, 5);
    poke(board, AXI_SRAM + 4, 7);
    poke(board, DCCIMVAC, AXI_SRAM);
    CHECK_EQUAL(1, peek(board, AXI_SRAM));
    CHECK_EQUAL(7, peek(board, AXI_SRAM + 4));
    test_board_free(board);
}

static void shouldDiscardWritesThatAreInvalidated(void) {
    Board *board = start(true);
    poke(board, AXI_SRAM, 6);
    poke(board, DCIMVAC, AXI_SRAM);
    CHECK_EQUAL(1, peek(board, AXI_SRAM));
    test_board_free(board);
}

static void for_all_sets(Board *board, uint32_t operation) {
    for (uint32_t way = 0; way < 4; way++) {
        for (uint32_t set = 0; set < 128; set++) {
            poke(board, operation, way << 30 | set << 5);
        }
    }
}

static void shouldCleanAndInvalidateBySet(void) {
    Board *board = start(true);
    poke(board, AXI_SRAM + 32, 8);
    poke(board, DCCSW, 2u << 5); // another set
    CHECK_EQUAL(2, dma_sees(board, AXI_SRAM + 32));
    for_all_sets(board, DCCSW);
    CHECK_EQUAL(8, dma_sees(board, AXI_SRAM + 32));
    dma_writes(board, AXI_SRAM, 9);
    for_all_sets(board, DCISW);
    CHECK_EQUAL(9, peek(board, AXI_SRAM));
    test_board_free(board);
}

static void shouldWriteBackWhenItIsSwitchedOff(void) {
    Board *board = start(true);
    poke(board, AXI_SRAM, 6);
    dma_writes(board, AXI_SRAM + 32, 9);
    poke(board, CCR, peek(board, CCR) & ~CCR_DC);
    CHECK_EQUAL(6, dma_sees(board, AXI_SRAM));
    CHECK_EQUAL(9, peek(board, AXI_SRAM + 32));
    test_board_free(board);
}

static void shouldNotCacheWhatTheMpuForbids(void) {
    Board *board = start(false);
    set_bits(board, RCC_AHB2ENR_, 1u << 29);
    poke(board, MPU_RNR, 0);
    poke(board, MPU_RBAR, SRAM1);
    poke(board, MPU_RASR, 3u << 24 | 1u << 19 | 16u << 1 | 1u); // 128 KB, TEX 1, not cacheable
    poke(board, MPU_CTRL, 5);
    set_bits(board, CCR, CCR_DC);
    poke(board, SRAM1, 3);
    CHECK_EQUAL(3, dma_sees(board, SRAM1));
    dma_writes(board, SRAM1, 4);
    CHECK_EQUAL(4, peek(board, SRAM1));
    CHECK(!has_lint(board, "dma-cacheable"));
    test_board_free(board);
}

static Board *start_with_region(uint32_t base, uint32_t rasr_attributes) {
    Board *board = start(false);
    poke(board, MPU_RNR, 0);
    poke(board, MPU_RBAR, base);
    poke(board, MPU_RASR, 3u << 24 | rasr_attributes | 16u << 1 | 1u); // 128 KB
    poke(board, MPU_CTRL, 5);
    set_bits(board, CCR, CCR_DC);
    dma_sees(board, AXI_SRAM);
    return board;
}

// TEX 0, C, and TEX 4 (outer not cached) with C: stores are in memory at once; what the DMA writes is hidden
// as ever.
static void shouldWriteThroughAtOnce(void) {
    static const uint32_t attributes[] = {1u << 17, 4u << 19 | 1u << 17};
    for (size_t i = 0; i < 2; i++) {
        Board *board = start_with_region(AXI_SRAM, attributes[i]);
        poke(board, AXI_SRAM, 6);
        CHECK_EQUAL(6, dma_sees(board, AXI_SRAM));
        CHECK(!has_lint(board, "dma-cacheable"));
        poke(board, AXI_SRAM + 32, 7);
        poke(board, DCIMVAC, AXI_SRAM + 32); // nothing is lost
        CHECK_EQUAL(7, peek(board, AXI_SRAM + 32));
        dma_writes(board, AXI_SRAM, 5);
        poke(board, AXI_SRAM + 4, 8);
        CHECK_EQUAL(6, peek(board, AXI_SRAM));
        CHECK(has_lint(board, "dma-cacheable"));
        poke(board, DCCIMVAC, AXI_SRAM); // on one line, but the core's store did not touch the DMA's bytes
        CHECK_EQUAL(5, peek(board, AXI_SRAM));
        CHECK_EQUAL(8, dma_sees(board, AXI_SRAM + 4));
        test_board_free(board);
    }
}

// A line that cannot be in the cache is not changed by its maintenance.
static void shouldIgnoreMaintenanceOfUncachedAddresses(void) {
    Board *board = start_with_region(AXI_SRAM, 1u << 19); // TEX 1: not cacheable
    poke(board, AXI_SRAM, 6);
    dma_writes(board, AXI_SRAM + 4, 7);
    poke(board, DCIMVAC, AXI_SRAM);
    CHECK_EQUAL(6, peek(board, AXI_SRAM));
    CHECK_EQUAL(7, peek(board, AXI_SRAM + 4));
    test_board_free(board);
}

int main(void) {
    shouldBeCoherentWithoutTheCache();
    shouldHideFromTheDmaWhatIsNotCleaned();
    shouldHideFromTheCoreWhatTheDmaWroteUntilItInvalidates();
    shouldLoseDataOnASharedLine();
    shouldDiscardWritesThatAreInvalidated();
    shouldCleanAndInvalidateBySet();
    shouldWriteBackWhenItIsSwitchedOff();
    shouldNotCacheWhatTheMpuForbids();
    shouldWriteThroughAtOnce();
    shouldIgnoreMaintenanceOfUncachedAddresses();
    return 0;
}
