// SPDX-License-Identifier: GPL-2.0-or-later
// Random register and array writes against a model that knows one bank and four flash words and nothing of
// how the controller is built. The seed is printed; pass it as the first argument to repeat a run.
#include "chip/flash.h"
#include "fake_board.h"
#include <string.h>
#include <time.h>

#define REGISTERS 0x52002000u
#define BASE 0x08000000u
#define WORDS 4u
#define STEPS 200000u
#define PG 0x02u
#define ERRORS_THAT_BLOCK ((1u << 21) | (1u << 18))

typedef struct Model {
    bool locked;
    unsigned keys; // given so far; 9 = refused
    uint32_t cr;
    uint32_t flags;
    uint8_t buffer[32];
    uint32_t mask;
    uint32_t word;
    uint8_t cells[WORDS][32];
    unsigned programmed[WORDS]; // times since the last erase
} Model;

static Model model;
static uint64_t state;

static uint32_t random_below(uint32_t limit) {
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((state >> 33) % limit);
}

static void model_reset(void) {
    model.locked = true;
    model.keys = 0;
    model.cr = 0x31;
    model.flags = 0;
    model.mask = 0;
}

static void model_commit(void) {
    for (unsigned i = 0; i < 32; i++) {
        model.cells[model.word][i] &= (model.mask >> i & 1u) != 0 ? model.buffer[i] : 0xFF;
    }
    model.programmed[model.word]++;
    model.mask = 0;
    model.flags |= 1u << 16;
}

static BusResult model_key(uint32_t key) {
    bool good = (model.keys == 0 && key == 0x45670123) || (model.keys == 1 && key == 0xCDEF89AB);
    model.keys = good ? model.keys + 1 : 9;
    model.locked = model.keys != 2;
    model.cr = model.locked ? model.cr | 1 : model.cr & ~1u;
    return good ? BUS_OK : BUS_ERROR;
}

static void model_control(uint32_t value) {
    if (model.locked) {
        return;
    }
    model.cr = value & ~0xC0u;
    if ((value & 0x40) != 0 && model.mask != 0) {
        model_commit();
    }
    if ((value & 0x80) != 0) {
        if ((value & 0x4) == 0 || (model.flags & ERRORS_THAT_BLOCK) != 0) {
            model.flags |= 1u << 18;
        } else {
            memset(model.cells, 0xFF, sizeof model.cells);
            memset(model.programmed, 0, sizeof model.programmed);
            model.flags |= 1u << 16;
        }
    }
    if ((value & 1) != 0) {
        model.locked = true;
        model.keys = 0;
    }
}

static void model_write(uint32_t offset, unsigned size_bytes, uint32_t value) {
    uint32_t word = offset / 32;
    if ((model.cr & PG) == 0 || (model.flags & ERRORS_THAT_BLOCK) != 0) {
        model.mask = 0;
        model.flags |= 1u << 18;
        return;
    }
    if (model.mask != 0 && model.word != word) {
        model.mask = 0;
        model.flags |= 1u << 21;
        return;
    }
    model.word = word;
    for (unsigned i = 0; i < size_bytes; i++) {
        uint32_t bit = 1u << (offset % 32 + i);
        model.flags |= (model.mask & bit) != 0 ? 1u << 19 : 0;
        model.mask |= bit;
        model.buffer[offset % 32 + i] = (uint8_t)(value >> 8 * i);
    }
    if (model.mask == UINT32_MAX) {
        model_commit();
    }
}

static void step_control(Board *board) {
    static const uint32_t values[] = {0x30, 0x32, 0x32, 0x32, 0x32, 0x72, 0xB4, 0xB0, 0x31, 0x33};
    uint32_t value = values[random_below(10)];
    model_control(value);
    CHECK_EQUAL(BUS_OK, bus_write(board->bus, MASTER_CPU, REGISTERS + 0x0C, 4, value));
}

static void step_key(Board *board) {
    static const uint32_t keys[] = {0x45670123, 0xCDEF89AB, 0x12345678};
    uint32_t key = random_below(50) == 0 ? keys[random_below(3)] : keys[model.keys == 1 ? 1 : 0];
    if (model.keys == 2 && random_below(50) != 0) {
        return; // open already
    }
    BusResult expected = model_key(key);
    CHECK_EQUAL(expected, bus_write(board->bus, MASTER_CPU, REGISTERS + 0x04, 4, key));
}

// Mostly the next bytes of the word in the buffer, so that words do get completed.
static void step_write(Board *board) {
    uint32_t offset = random_below(WORDS * 8) * 4;
    unsigned size_bytes = 4;
    if (model.mask != 0 && random_below(20) != 0) {
        offset = model.word * 32 + (uint32_t)__builtin_ctz(~model.mask);
        size_bytes = offset % 2 != 0 ? 1 : offset % 4 != 0 ? 2 : 4;
    } else if (random_below(4) == 0) {
        size_bytes = 1u << random_below(2);
        offset += size_bytes * random_below(4 / size_bytes);
    }
    uint32_t value = random_below(UINT32_MAX);
    model_write(offset, size_bytes, value);
    CHECK_EQUAL(BUS_OK, bus_write(board->bus, MASTER_CPU, BASE + offset, size_bytes, value));
}

static void compare(Board *board, unsigned *read_words) {
    uint32_t value;
    bus_read(board->bus, MASTER_CPU, REGISTERS + 0x0C, 4, &value);
    CHECK_EQUAL(model.cr, value);
    uint32_t word = random_below(WORDS);
    uint32_t status;
    bus_read(board->bus, MASTER_CPU, REGISTERS + 0x10, 4, &status);
    CHECK_EQUAL(model.flags | (model.mask != 0 ? 2 : 0),
                status & ~(3u << 25)); // ECC flags depend on the code
    CHECK(memcmp(flash_contents(board->flash) + word * 32, model.cells[word], 32) == 0 ||
          model.programmed[word] > 1);
    if (model.programmed[word] == 1) { // cells programmed once always read
        uint32_t expected;
        memcpy(&expected, model.cells[word], 4);
        CHECK_EQUAL(BUS_OK, bus_read(board->bus, MASTER_CPU, BASE + word * 32, 4, &value));
        CHECK_EQUAL(expected, value);
        ++*read_words;
    }
}

int main(int argc, char **argv) {
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : (uint64_t)time(NULL);
    printf("flash controller against its model, seed %llu\n", (unsigned long long)seed);
    fflush(stdout);
    state = seed;
    BoardOptions options = {.serial = "TEST", .fast_flash = true};
    Board *board = fake_board_new(&options);
    board->flash = fake_board_flash(board);
    memset(model.cells, 0xFF, sizeof model.cells);
    model_reset();
    unsigned read_words = 0;
    for (unsigned i = 0; i < STEPS; i++) {
        uint32_t choice = random_below(1000);
        if (choice < 2) {
            flash_reset(board->flash);
            model_reset();
        } else if (choice < 60) {
            step_key(board);
        } else if (choice < 160) {
            step_control(board);
        } else if (choice < 220) {
            CHECK_EQUAL(BUS_OK, bus_write(board->bus, MASTER_CPU, REGISTERS + 0x14, 4, 0x07EF0000));
            model.flags = 0;
        } else {
            step_write(board);
        }
        compare(board, &read_words);
    }
    CHECK(read_words > STEPS / 100);
    flash_free(board->flash);
    fake_board_free(board);
    printf("%u steps agree, %u reads of programmed words\n", STEPS, read_words);
    return 0;
}
