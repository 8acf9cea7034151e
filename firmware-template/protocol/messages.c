// SPDX-License-Identifier: Apache-2.0
#include "messages.h"

#include "byte_order.h"

#include <string.h>

void hello_request_encode(const HelloRequest *request, uint8_t bytes[HELLO_REQUEST_BYTES]) {
    put_u16(bytes, request->protocol_version);
    put_u16(bytes + 2, request->window_frames);
    put_u16(bytes + 4, request->max_payload_bytes);
}

bool hello_request_decode(HelloRequest *request, const uint8_t *bytes, size_t size) {
    if (size < HELLO_REQUEST_BYTES) {
        return false;
    }
    *request = (HelloRequest){get_u16(bytes), get_u16(bytes + 2), get_u16(bytes + 4)};
    return true;
}

void hello_encode(const Hello *hello, uint8_t bytes[HELLO_BYTES]) {
    memset(bytes, 0, HELLO_BYTES);
    put_u16(bytes, hello->protocol_version);
    bytes[2] = hello->firmware_kind;
    bytes[3] = hello->clock_source;
    bytes[4] = hello->voltage_scale;
    bytes[5] = hello->reset_cause;
    bytes[6] = hello->boot_error;
    bytes[7] = hello->crash.kind;
    put_u16(bytes + 8, hello->window_frames);
    put_u16(bytes + 10, hello->max_payload_bytes);
    put_u16(bytes + 12, hello->crash.count);
    memcpy(bytes + 16, hello->firmware_version, FIRMWARE_VERSION_BYTES);
    memcpy(bytes + 32, hello->model_hash, MODEL_HASH_BYTES);
    put_u32(bytes + 64, hello->idcode);
    memcpy(bytes + 68, hello->unique_id, UNIQUE_ID_BYTES);
    put_u32(bytes + 80, hello->flash_bytes);
    put_u32(bytes + 84, hello->cpu_hz);
    put_u32(bytes + 88, hello->axi_hz);
    put_u32(bytes + 92, hello->uart_kernel_hz);
    put_u32(bytes + 96, hello->uart_divider);
    put_u32(bytes + 100, hello->boot_count);
    put_u32(bytes + 104, hello->reset_flags);
    put_u32(bytes + 108, hello->crash.pc);
    put_u32(bytes + 112, hello->crash.lr);
    put_u32(bytes + 116, hello->crash.psr);
    put_u32(bytes + 120, hello->crash.cfsr);
    put_u32(bytes + 124, hello->crash.hfsr);
    put_u32(bytes + 128, hello->crash.fault_address);
}

bool hello_decode(Hello *hello, const uint8_t *bytes, size_t size) {
    if (size < HELLO_BYTES) {
        return false;
    }
    *hello = (Hello){
        .protocol_version = get_u16(bytes),
        .firmware_kind = bytes[2],
        .clock_source = bytes[3],
        .voltage_scale = bytes[4],
        .reset_cause = bytes[5],
        .boot_error = bytes[6],
        .window_frames = get_u16(bytes + 8),
        .max_payload_bytes = get_u16(bytes + 10),
        .idcode = get_u32(bytes + 64),
        .flash_bytes = get_u32(bytes + 80),
        .cpu_hz = get_u32(bytes + 84),
        .axi_hz = get_u32(bytes + 88),
        .uart_kernel_hz = get_u32(bytes + 92),
        .uart_divider = get_u32(bytes + 96),
        .boot_count = get_u32(bytes + 100),
        .reset_flags = get_u32(bytes + 104),
        .crash = {.kind = bytes[7],
                  .count = get_u16(bytes + 12),
                  .pc = get_u32(bytes + 108),
                  .lr = get_u32(bytes + 112),
                  .psr = get_u32(bytes + 116),
                  .cfsr = get_u32(bytes + 120),
                  .hfsr = get_u32(bytes + 124),
                  .fault_address = get_u32(bytes + 128)},
    };
    memcpy(hello->firmware_version, bytes + 16, FIRMWARE_VERSION_BYTES);
    memcpy(hello->model_hash, bytes + 32, MODEL_HASH_BYTES);
    memcpy(hello->unique_id, bytes + 68, UNIQUE_ID_BYTES);
    return true;
}

void message_header_encode(MessageHeader header, uint8_t bytes[MESSAGE_HEADER_BYTES]) {
    put_u16(bytes, header.type);
    put_u16(bytes + 2, header.tag);
}

MessageHeader message_header_decode(const uint8_t bytes[MESSAGE_HEADER_BYTES]) {
    return (MessageHeader){get_u16(bytes), get_u16(bytes + 2)};
}

// The 64-bit fields come first, in the order of the struct; then the 32-bit ones.
#define STATISTICS_WIDE_FIELDS 4U

void statistics_encode(const Statistics *s, uint8_t bytes[STATISTICS_BYTES]) {
    const uint64_t wide[STATISTICS_WIDE_FIELDS] = {s->uptime_cycles, s->idle_cycles, s->received_bytes,
                                                   s->sent_bytes};
    const uint32_t narrow[] = {
        s->received_frames,
        s->sent_frames,
        s->crc_errors,
        s->resyncs,
        s->retransmits,
        s->duplicates,
        s->gaps,
        s->timeouts,
        s->uart_overruns,
        s->uart_framing_errors,
        s->uart_noise_errors,
        s->dma_errors,
        s->receive_overflows,
        s->stack_bytes,
        s->stack_peak_bytes,
        s->sessions,
        s->unexpected_frames,
    };
    _Static_assert(sizeof wide + sizeof narrow <= STATISTICS_BYTES, "the statistics fit");
    memset(bytes, 0, STATISTICS_BYTES);
    for (size_t i = 0; i < STATISTICS_WIDE_FIELDS; i++) {
        put_u64(bytes + 8 * i, wide[i]);
    }
    for (size_t i = 0; i < sizeof narrow / sizeof narrow[0]; i++) {
        put_u32(bytes + sizeof wide + 4 * i, narrow[i]);
    }
}

bool statistics_decode(Statistics *statistics, const uint8_t *bytes, size_t size) {
    if (size < STATISTICS_BYTES) {
        return false;
    }
    const uint8_t *narrow = bytes + 8 * STATISTICS_WIDE_FIELDS;
    *statistics = (Statistics){
        .uptime_cycles = get_u64(bytes),
        .idle_cycles = get_u64(bytes + 8),
        .received_bytes = get_u64(bytes + 16),
        .sent_bytes = get_u64(bytes + 24),
        .received_frames = get_u32(narrow),
        .sent_frames = get_u32(narrow + 4),
        .crc_errors = get_u32(narrow + 8),
        .resyncs = get_u32(narrow + 12),
        .retransmits = get_u32(narrow + 16),
        .duplicates = get_u32(narrow + 20),
        .gaps = get_u32(narrow + 24),
        .timeouts = get_u32(narrow + 28),
        .uart_overruns = get_u32(narrow + 32),
        .uart_framing_errors = get_u32(narrow + 36),
        .uart_noise_errors = get_u32(narrow + 40),
        .dma_errors = get_u32(narrow + 44),
        .receive_overflows = get_u32(narrow + 48),
        .stack_bytes = get_u32(narrow + 52),
        .stack_peak_bytes = get_u32(narrow + 56),
        .sessions = get_u32(narrow + 60),
        .unexpected_frames = get_u32(narrow + 64),
    };
    return true;
}

void network_report_encode(const NetworkReport *report, uint8_t bytes[NETWORK_BYTES]) {
    put_u32(bytes, report->input_bytes);
    put_u32(bytes + 4, report->output_count);
    put_u32(bytes + 8, report->layer_count);
    put_u32(bytes + 12, report->arena_bytes);
    put_u32(bytes + 16, report->arena_peak_bytes);
}

bool network_report_decode(NetworkReport *report, const uint8_t *bytes, size_t size) {
    if (size < NETWORK_BYTES) {
        return false;
    }
    *report = (NetworkReport){get_u32(bytes), get_u32(bytes + 4), get_u32(bytes + 8), get_u32(bytes + 12),
                              get_u32(bytes + 16)};
    return true;
}

void infer_head_encode(const InferHead *head, uint8_t bytes[INFER_ANSWER_HEAD_BYTES]) {
    put_u64(bytes, head->finished_at_cycles);
    put_u64(bytes + 8, head->inference_cycles);
    put_u64(bytes + 16, head->elapsed_cycles);
}

bool infer_head_decode(InferHead *head, const uint8_t *bytes, size_t size) {
    if (size < INFER_ANSWER_HEAD_BYTES) {
        return false;
    }
    *head = (InferHead){get_u64(bytes), get_u64(bytes + 8), get_u64(bytes + 16)};
    return true;
}

uint32_t rate_request_decode(const uint8_t bytes[RATE_REQUEST_BYTES]) { return get_u32(bytes); }

void rate_encode(uint32_t uart_divider, uint8_t bytes[RATE_BYTES]) { put_u32(bytes, uart_divider); }

size_t error_encode(uint16_t code, const char *text, uint8_t bytes[2U + ERROR_MAX_TEXT_BYTES]) {
    size_t length = strlen(text);
    if (length > ERROR_MAX_TEXT_BYTES) {
        length = ERROR_MAX_TEXT_BYTES;
    }
    put_u16(bytes, code);
    memcpy(bytes + 2, text, length);
    return 2 + length;
}
