// SPDX-License-Identifier: Apache-2.0
#include "check.h"
#include "messages.h"

static void should_refuse_what_is_too_short(void) {
    uint8_t bytes[HELLO_BYTES] = {0};
    Hello hello;
    HelloRequest request;
    Statistics statistics;
    CHECK(!hello_decode(&hello, bytes, HELLO_BYTES - 1));
    CHECK(!hello_request_decode(&request, bytes, HELLO_REQUEST_BYTES - 1));
    CHECK(!statistics_decode(&statistics, bytes, STATISTICS_BYTES - 1));
    NetworkReport report;
    InferHead head;
    CHECK(!network_report_decode(&report, bytes, NETWORK_BYTES - 1));
    CHECK(!infer_head_decode(&head, bytes, INFER_ANSWER_HEAD_BYTES - 1));
}

static void should_ignore_what_later_versions_append(void) {
    uint8_t bytes[HELLO_REQUEST_BYTES + 3] = {1, 0, 64, 0, 0, 8, 0xEE, 0xEE, 0xEE};
    HelloRequest request;
    CHECK(hello_request_decode(&request, bytes, sizeof bytes));
    CHECK_EQUAL(1, request.protocol_version);
    CHECK_EQUAL(64, request.window_frames);
    CHECK_EQUAL(2048, request.max_payload_bytes);
    uint8_t again[HELLO_REQUEST_BYTES];
    hello_request_encode(&request, again);
    CHECK(memcmp(bytes, again, HELLO_REQUEST_BYTES) == 0);
}

static void should_cut_long_error_texts(void) {
    char text[ERROR_MAX_TEXT_BYTES + 50];
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = 0;
    uint8_t bytes[2 + ERROR_MAX_TEXT_BYTES];
    CHECK_EQUAL(2 + ERROR_MAX_TEXT_BYTES, error_encode(ERROR_BAD_LENGTH, text, bytes));
    CHECK_EQUAL(5, error_encode(ERROR_BAD_LENGTH, "abc", bytes));
    CHECK(memcmp(bytes, "\2\0abc", 5) == 0);
}

static void should_carry_the_message_header(void) {
    uint8_t bytes[MESSAGE_HEADER_BYTES];
    message_header_encode((MessageHeader){0x8002, 0xBEEF}, bytes);
    CHECK(memcmp(bytes, "\x02\x80\xEF\xBE", 4) == 0);
    MessageHeader header = message_header_decode(bytes);
    CHECK_EQUAL(0x8002, header.type);
    CHECK_EQUAL(0xBEEF, header.tag);
}

static void should_lay_out_network_messages_as_specified(void) {
    uint8_t bytes[INFER_ANSWER_HEAD_BYTES];
    network_report_encode(&(NetworkReport){0x04030201, 0x08070605, 0x0C0B0A09, 0x100F0E0D, 0x14131211},
                          bytes);
    for (uint8_t i = 0; i < NETWORK_BYTES; i++) {
        CHECK_EQUAL(i + 1, bytes[i]);
    }
    NetworkReport report;
    CHECK(network_report_decode(&report, bytes, NETWORK_BYTES));
    CHECK_EQUAL(0x14131211, report.arena_peak_bytes);
    infer_head_encode(&(InferHead){0x0807060504030201, 0x100F0E0D0C0B0A09, 0x1817161514131211}, bytes);
    for (uint8_t i = 0; i < INFER_ANSWER_HEAD_BYTES; i++) {
        CHECK_EQUAL(i + 1, bytes[i]);
    }
    InferHead head;
    CHECK(infer_head_decode(&head, bytes, INFER_ANSWER_HEAD_BYTES));
    CHECK_EQUAL(0x1817161514131211, head.elapsed_cycles);
}

int main(void) {
    should_refuse_what_is_too_short();
    should_ignore_what_later_versions_append();
    should_cut_long_error_texts();
    should_carry_the_message_header();
    should_lay_out_network_messages_as_specified();
    return 0;
}
