// SPDX-License-Identifier: GPL-2.0-or-later
// The flash file: contents, check bits, option bytes and wear, so that a board keeps what was programmed
// across restarts. Written beside and renamed, hence whole at any moment; a file that fails its checksum is
// refused, never overwritten.
#include "chip/flash_internal.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_VERSION 1u
#define SAVE_DELAY PICOSECONDS_PER_SECOND

static const char magic[8] = {'H', 'I', 'L', 'D', 'A', 'F', 'L', 'S'};

typedef struct Header {
    char magic[8];
    uint32_t version;
    uint32_t crc32; // of everything that follows
} Header;

typedef struct Body {
    FlashOptions options;
    uint32_t banks_swapped;
    uint32_t sector_erases[FLASH_SECTORS];
    uint16_t ecc[FLASH_WORDS];
    uint8_t contents[FLASH_BYTES];
} Body;

// CRC-32 of ISO-HDLC (reflected 0xEDB88320), a nibble at a time.
static uint32_t crc32_of(const uint8_t *bytes, size_t count) {
    uint32_t table[256];
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t value = i;
        for (unsigned bit = 0; bit < 8; bit++) {
            value = (value & 1u) != 0 ? value >> 1 ^ 0xEDB88320u : value >> 1;
        }
        table[i] = value;
    }
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < count; i++) {
        crc = crc >> 8 ^ table[(crc ^ bytes[i]) & 0xFFu];
    }
    return ~crc;
}

static Body *body_of(FlashController *flash) {
    Body *body = calloc(1, sizeof *body);
    if (body == NULL) {
        abort();
    }
    body->options = flash->current;
    body->banks_swapped = flash->banks_swapped ? 1 : 0;
    memcpy(body->sector_erases, flash->sector_erases, sizeof body->sector_erases);
    memcpy(body->ecc, flash->ecc, sizeof body->ecc);
    memcpy(body->contents, flash->contents, sizeof body->contents);
    body->contents[flash->bad_bit_offset] ^= flash->bad_bit_mask; // the fault is not in the cells
    return body;
}

static bool write_whole(const char *path, const Header *header, const Body *body) {
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        return false;
    }
    bool written = fwrite(header, sizeof *header, 1, file) == 1 && fwrite(body, sizeof *body, 1, file) == 1;
    return fclose(file) == 0 && written;
}

void flash_file_save(FlashController *flash) {
    const char *path = flash->config.file;
    timeline_cancel(flash->config.timeline, &flash->save);
    if (path == NULL || !flash->dirty) {
        return;
    }
    Body *body = body_of(flash);
    Header header = {.version = FILE_VERSION, .crc32 = crc32_of((const uint8_t *)body, sizeof *body)};
    memcpy(header.magic, magic, sizeof magic);
    char temporary[PATH_MAX];
    int length = snprintf(temporary, sizeof temporary, "%s.%ld.new", path, (long)getpid());
    if (length < 0 || (size_t)length >= sizeof temporary || !write_whole(temporary, &header, body) ||
        rename(temporary, path) != 0) {
        fprintf(stderr,
                "flash file %s: cannot write: %s; the flash contents live only until this board stops\n",
                path, strerror(errno));
        unlink(temporary);
    } else {
        flash->dirty = false;
    }
    free(body);
}

void flash_mark_dirty(FlashController *flash) {
    flash->dirty = true;
    Timeline *timeline = flash->config.timeline;
    if (flash->config.file != NULL && !timeline_is_queued(&flash->save)) {
        timeline_schedule(timeline, &flash->save, timeline_now(timeline) + SAVE_DELAY);
    }
}

static bool refuse(const char *path, const char *reason) {
    fprintf(stderr, "flash file %s: %s; give another path or delete the file to start with an erased flash\n",
            path, reason);
    return false;
}

static bool take_over(FlashController *flash, const char *path, FILE *file, Body *body) {
    Header header;
    if (fread(&header, sizeof header, 1, file) != 1 || memcmp(header.magic, magic, sizeof magic) != 0) {
        return refuse(path, "is not a flash file of a virtual board");
    }
    if (header.version != FILE_VERSION) {
        return refuse(path, "was written by another version of the virtual board");
    }
    if (fread(body, sizeof *body, 1, file) != 1 || fgetc(file) != EOF) {
        return refuse(path, "has the wrong length");
    }
    if (crc32_of((const uint8_t *)body, sizeof *body) != header.crc32) {
        return refuse(path, "is corrupt (checksum mismatch)");
    }
    flash->current = body->options;
    flash->banks_swapped = body->banks_swapped != 0;
    memcpy(flash->sector_erases, body->sector_erases, sizeof body->sector_erases);
    memcpy(flash->ecc, body->ecc, sizeof body->ecc);
    memcpy(flash->contents, body->contents, sizeof body->contents);
    return true;
}

bool flash_file_load(FlashController *flash) {
    const char *path = flash->config.file;
    if (path == NULL) {
        return true;
    }
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return errno == ENOENT || refuse(path, strerror(errno));
    }
    Body *body = malloc(sizeof *body);
    bool usable = body != NULL && take_over(flash, path, file, body);
    free(body);
    fclose(file);
    return usable;
}
