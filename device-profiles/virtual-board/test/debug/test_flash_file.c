// SPDX-License-Identifier: GPL-2.0-or-later
// The flash file survives a restart with contents, torn words, options and wear; a damaged one is refused and
// kept.
#include "chip/flash.h"
#include "fake_board.h"
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BANK1 0x52002000u

static char path[] = "/tmp/flash-file-test-XXXXXX";
static Board *board;

static bool start(void) {
    BoardOptions options = {.serial = "TEST", .fast_flash = true, .flash_file = path};
    board = fake_board_new(&options);
    board->flash = fake_board_flash(board);
    bool started = board->flash != NULL;
    if (!started) {
        fake_board_free(board);
    }
    return started;
}

static void stop(void) {
    flash_free(board->flash);
    fake_board_free(board);
}

static void poke(uint32_t address, uint32_t value) {
    CHECK_EQUAL(BUS_OK, bus_write(board->bus, MASTER_CPU, address, 4, value));
}

static long file_bytes(void) {
    struct stat status;
    return stat(path, &status) == 0 ? (long)status.st_size : -1;
}

static void program(uint32_t address, uint32_t seed) {
    poke(BANK1 + 0x04, 0x45670123);
    poke(BANK1 + 0x04, 0xCDEF89AB);
    poke(BANK1 + 0x0C, 0x32);
    for (uint32_t i = 0; i < 8; i++) {
        poke(address + 4 * i, seed + i);
    }
}

static void should_keep_everything_across_restarts(void) {
    CHECK(start());
    program(0x08000000, 0x600D0000);
    poke(BANK1 + 0x0C, 0xB4 | 0x200);
    fake_arm(board, FAULT_FLASH_TORN_WORD, 0x08010000, 0);
    CHECK_EQUAL(-1, file_bytes());
    poke(BANK1 + 0x0C, 0x31); // locking writes the file
    CHECK(file_bytes() > 2 * 1024 * 1024);
    stop();
    CHECK(start());
    uint32_t value = 0;
    CHECK_EQUAL(BUS_OK, bus_read(board->bus, MASTER_CPU, 0x08000000, 4, &value));
    CHECK_EQUAL(0x600D0000, value);
    CHECK_EQUAL(BUS_ERROR, bus_read(board->bus, MASTER_CPU, 0x08010000, 4, &value));
    CHECK_EQUAL(1, flash_sector_erases(board->flash, 2));
    CHECK_EQUAL(0, flash_sector_erases(board->flash, 0));
    stop();
}

static void should_write_the_file_a_second_after_a_change(void) {
    CHECK(start());
    program(0x08000020, 1);
    CHECK_EQUAL(-1, file_bytes());
    timeline_jump_to(board->timeline, PICOSECONDS_PER_SECOND);
    timeline_fire_due(board->timeline);
    CHECK(file_bytes() > 2 * 1024 * 1024);
    stop();
}

static void should_refuse_a_damaged_file_and_keep_it(void) {
    CHECK(start());
    program(0x08000020, 1);
    stop();
    long size_bytes = file_bytes();
    FILE *file = fopen(path, "r+b");
    CHECK(file != NULL);
    fseek(file, 1000000, SEEK_SET);
    int byte = fgetc(file);
    fseek(file, 1000000, SEEK_SET);
    fputc(byte ^ 4, file);
    fclose(file);
    CHECK(!start());
    CHECK_EQUAL(size_bytes, file_bytes());
    CHECK_EQUAL(0, truncate(path, 100000));
    CHECK(!start());
    CHECK_EQUAL(100000, file_bytes());
}

int main(void) {
    int fd = mkstemp(path);
    CHECK(fd >= 0);
    close(fd);
    unlink(path);
    should_keep_everything_across_restarts();
    unlink(path);
    should_write_the_file_a_second_after_a_change();
    unlink(path);
    should_refuse_a_damaged_file_and_keep_it();
    unlink(path);
    puts("flash file: 3 checks passed");
    return 0;
}
