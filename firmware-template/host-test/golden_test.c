// SPDX-License-Identifier: Apache-2.0
// Both directions of every frame in protocol/golden/frames.txt.
#include "check.h"
#include "frame.h"
#include "messages.h"

#define MAX_SEALED (FRAME_OVERHEAD_BYTES + 2048U)

typedef struct Golden {
    char name[64];
    FrameHeader header;
    uint8_t payload[2048];
    size_t payload_bytes;
    uint8_t line[FRAME_MAX_LINE_BYTES(MAX_SEALED)];
    size_t line_bytes;
} Golden;

static size_t from_hex(const char *text, uint8_t *bytes, size_t capacity) {
    size_t size = 0;
    for (unsigned byte; sscanf(text, "%2x", &byte) == 1; text += 2) {
        CHECK(size < capacity);
        bytes[size++] = (uint8_t)byte;
    }
    return size;
}

static void check_encoding(const Golden *golden) {
    static uint8_t sealed[MAX_SEALED], line[FRAME_MAX_LINE_BYTES(MAX_SEALED)];
    frame_put_header(sealed, &golden->header);
    memcpy(sealed + FRAME_HEADER_BYTES, golden->payload, golden->payload_bytes);
    FrameEncoder encoder;
    frame_encoder_start(&encoder, sealed, frame_seal(sealed, golden->payload_bytes));
    CHECK_EQUAL(golden->line_bytes, frame_encoder_drain(&encoder, line, sizeof line));
    CHECK(memcmp(golden->line, line, golden->line_bytes) == 0);
}

static void check_decoding(const Golden *golden) {
    static uint8_t buffer[MAX_SEALED];
    FrameDecoder decoder;
    frame_decoder_start(&decoder, buffer, sizeof buffer);
    size_t consumed;
    CHECK_EQUAL(FRAME_RECEIVED, frame_decoder_feed(&decoder, golden->line, golden->line_bytes, &consumed));
    FrameHeader header = frame_get_header(buffer);
    CHECK_EQUAL(golden->header.type, header.type);
    CHECK_EQUAL(golden->header.flags, header.flags);
    CHECK_EQUAL(golden->header.credit, header.credit);
    CHECK_EQUAL(golden->header.session, header.session);
    CHECK_EQUAL(golden->header.sequence, header.sequence);
    CHECK_EQUAL(golden->header.acknowledge, header.acknowledge);
    CHECK_EQUAL(golden->payload_bytes, decoder.size - FRAME_HEADER_BYTES);
    CHECK(memcmp(golden->payload, buffer + FRAME_HEADER_BYTES, golden->payload_bytes) == 0);
}

static void check_hello(const Golden *golden) {
    Hello hello;
    CHECK(hello_decode(&hello, golden->payload, golden->payload_bytes));
    CHECK_EQUAL(1, hello.protocol_version);
    CHECK_EQUAL(FIRMWARE_BASE, hello.firmware_kind);
    CHECK_EQUAL(CLOCK_SOURCE_HSE_BYPASS, hello.clock_source);
    CHECK_EQUAL(0, hello.voltage_scale);
    CHECK_EQUAL(RESET_CAUSE_SOFTWARE, hello.reset_cause);
    CHECK_EQUAL(BOOT_OK, hello.boot_error);
    CHECK_EQUAL(8, hello.window_frames);
    CHECK_EQUAL(2048, hello.max_payload_bytes);
    CHECK(strcmp("0.1.0", hello.firmware_version) == 0);
    CHECK(hello.model_hash[0] == 0 && hello.model_hash[31] == 31);
    CHECK_EQUAL(0x20036450U, hello.idcode);
    CHECK(memcmp("VIRT\1\2\3\4\5\6\7\10", hello.unique_id, UNIQUE_ID_BYTES) == 0);
    CHECK_EQUAL(2U << 20, hello.flash_bytes);
    CHECK_EQUAL(480000000U, hello.cpu_hz);
    CHECK_EQUAL(240000000U, hello.axi_hz);
    CHECK_EQUAL(120000000U, hello.uart_kernel_hz);
    CHECK_EQUAL(130, hello.uart_divider);
    CHECK_EQUAL(5, hello.boot_count);
    CHECK_EQUAL(0x01440000U, hello.reset_flags);
    CHECK_EQUAL(CRASH_BUS_FAULT, hello.crash.kind);
    CHECK_EQUAL(2, hello.crash.count);
    CHECK_EQUAL(0x08001234U, hello.crash.pc);
    CHECK_EQUAL(0x08001201U, hello.crash.lr);
    CHECK_EQUAL(0x61000000U, hello.crash.psr);
    CHECK_EQUAL(0x00008200U, hello.crash.cfsr);
    CHECK_EQUAL(0x40000000U, hello.crash.hfsr);
    CHECK_EQUAL(0x21000000U, hello.crash.fault_address);
    uint8_t encoded[HELLO_BYTES];
    hello_encode(&hello, encoded);
    CHECK(memcmp(golden->payload, encoded, HELLO_BYTES) == 0);
}

static void check_statistics(const Golden *golden) {
    const uint8_t *body = golden->payload + MESSAGE_HEADER_BYTES;
    Statistics statistics;
    CHECK(statistics_decode(&statistics, body, golden->payload_bytes - MESSAGE_HEADER_BYTES));
    CHECK_EQUAL(1ULL << 40, statistics.uptime_cycles);
    CHECK_EQUAL(1ULL << 39, statistics.idle_cycles);
    CHECK_EQUAL(1234567890123ULL, statistics.received_bytes);
    CHECK_EQUAL(9876543210ULL, statistics.sent_bytes);
    CHECK_EQUAL(1, statistics.received_frames);
    CHECK_EQUAL(8, statistics.timeouts);
    CHECK_EQUAL(13, statistics.receive_overflows);
    CHECK_EQUAL(17, statistics.unexpected_frames);
    uint8_t encoded[STATISTICS_BYTES];
    statistics_encode(&statistics, encoded);
    CHECK(memcmp(body, encoded, STATISTICS_BYTES) == 0);
}

static void check(const Golden *golden) {
    printf("%s\n", golden->name);
    check_encoding(golden);
    check_decoding(golden);
    if (strcmp(golden->name, "hello") == 0) {
        check_hello(golden);
    } else if (strcmp(golden->name, "statistics-answer") == 0) {
        check_statistics(golden);
    }
}

int main(int argc, char **argv) {
    CHECK(argc == 2);
    FILE *file = fopen(argv[1], "r");
    CHECK(file != NULL);
    static char text[8192];
    static Golden golden;
    unsigned checked = 0;
    while (fgets(text, sizeof text, file) != NULL) {
        unsigned type, flags, credit, session, sequence, acknowledge;
        if (sscanf(text, "frame %63s", golden.name) == 1) {
            golden.payload_bytes = 0;
        } else if (sscanf(text, "header %x %x %x %x %x %x", &type, &flags, &credit, &session, &sequence,
                          &acknowledge) == 6) {
            golden.header = (FrameHeader){(uint8_t)type, (uint8_t)flags,     (uint16_t)credit,
                                          session,       (uint16_t)sequence, (uint16_t)acknowledge};
        } else if (strncmp(text, "payload ", 8) == 0) {
            golden.payload_bytes = from_hex(text + 8, golden.payload, sizeof golden.payload);
        } else if (strncmp(text, "line ", 5) == 0) {
            golden.line_bytes = from_hex(text + 5, golden.line, sizeof golden.line);
            check(&golden);
            checked++;
        }
    }
    fclose(file);
    CHECK_EQUAL(19, checked);
    return 0;
}
