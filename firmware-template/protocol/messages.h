// SPDX-License-Identifier: Apache-2.0
// Contents of hello frames and of messages (SPEC.md, "Hello" and "Messages"): structs and their bytes on the
// wire.
#ifndef HILDA_MESSAGES_H
#define HILDA_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROTOCOL_VERSION 1U

#define HELLO_REQUEST_BYTES 6U
#define HELLO_BYTES 132U
#define MESSAGE_HEADER_BYTES 4U
#define STATISTICS_BYTES 100U
#define CRASH_REQUEST_BYTES 1U
#define RATE_REQUEST_BYTES 4U
#define RATE_BYTES 4U
#define NETWORK_BYTES 20U
#define INFER_ANSWER_HEAD_BYTES 24U // before the layers' cycles and the outputs
#define ERROR_MAX_TEXT_BYTES 120U
// What a host may state. It takes every answer that is not streamed in one fragment, and its window stays far
// below the half circle of sequence numbers.
#define HOST_LEAST_MAX_PAYLOAD_BYTES 128U
#define HOST_MOST_MAX_PAYLOAD_BYTES 2048U
#define HOST_MOST_WINDOW_FRAMES 8192U

#define MODEL_HASH_BYTES 32U
#define UNIQUE_ID_BYTES 12U
#define FIRMWARE_VERSION_BYTES 16U

enum {
    MESSAGE_ECHO = 0x0001,
    MESSAGE_STATISTICS = 0x0002,
    MESSAGE_RESET = 0x0003,
    MESSAGE_CRASH = 0x0004,
    MESSAGE_RATE = 0x0005,
    MESSAGE_NETWORK = 0x0010,
    MESSAGE_INFER = 0x0011,
    MESSAGE_REPLY = 0x8000, // set in the type of an answer
    MESSAGE_ERROR = 0xFFFF,
};

enum {
    ERROR_UNKNOWN_MESSAGE = 1,
    ERROR_BAD_LENGTH = 2,
    ERROR_BAD_ARGUMENT = 3,
};

enum { FIRMWARE_BASE = 1, FIRMWARE_NETWORK = 2 };
enum { CLOCK_SOURCE_HSE_BYPASS = 1, CLOCK_SOURCE_HSI = 2 };

enum {
    RESET_CAUSE_UNKNOWN = 0,
    RESET_CAUSE_POWER_ON = 1,
    RESET_CAUSE_BROWN_OUT = 2,
    RESET_CAUSE_PIN = 3,
    RESET_CAUSE_SOFTWARE = 4,
    RESET_CAUSE_INDEPENDENT_WATCHDOG = 5,
    RESET_CAUSE_WINDOW_WATCHDOG = 6,
    RESET_CAUSE_LOW_POWER = 7,
};

enum {
    CRASH_NONE = 0,
    CRASH_HARD_FAULT = 1,
    CRASH_MEMORY_FAULT = 2,
    CRASH_BUS_FAULT = 3,
    CRASH_USAGE_FAULT = 4,
    CRASH_UNEXPECTED_INTERRUPT = 5,
    CRASH_WATCHDOG = 6,
};

// What a crash request provokes.
enum {
    PROVOKE_UNDEFINED_INSTRUCTION = 0,
    PROVOKE_BUS_FAULT = 1,
    PROVOKE_NULL_READ = 2,
    PROVOKE_STACK_OVERFLOW = 3,
    PROVOKE_HANG = 4,
};

// The steps of the start-up that can miss their deadline.
enum {
    BOOT_OK = 0,
    BOOT_SUPPLY_NOT_READY = 1,      // PWR_CSR1.ACTVOSRDY
    BOOT_VOLTAGE_NOT_READY = 2,     // PWR_D3CR.VOSRDY after asking for VOS1
    BOOT_OVERDRIVE_NOT_READY = 3,   // PWR_D3CR.VOSRDY after SYSCFG_PWRCR.ODEN
    BOOT_FLASH_LATENCY_REFUSED = 4, // FLASH_ACR reads back differently
    BOOT_HSI_NOT_READY = 5,
    BOOT_PLL_NOT_READY = 6,
    BOOT_SWITCH_REFUSED = 7,   // RCC_CFGR.SWS
    BOOT_UNKNOWN_REVISION = 8, // clocked like revision Y, the slower one
};

typedef struct HelloRequest {
    uint16_t protocol_version;
    uint16_t window_frames;
    uint16_t max_payload_bytes;
} HelloRequest;

typedef struct CrashRecord {
    uint8_t kind;   // CRASH_…
    uint16_t count; // since power-on
    uint32_t pc;
    uint32_t lr;
    uint32_t psr;
    uint32_t cfsr;          // ARMv7-M ARM B3.2.15
    uint32_t hfsr;          // ARMv7-M ARM B3.2.16
    uint32_t fault_address; // MMFAR or BFAR where CFSR says it is valid, else 0
} CrashRecord;

typedef struct Hello {
    uint16_t protocol_version;
    uint8_t firmware_kind;
    uint8_t clock_source;
    uint8_t voltage_scale; // 0 to 3: VOS0 to VOS3
    uint8_t reset_cause;
    uint8_t boot_error; // BOOT_…, the first step that failed
    uint16_t window_frames;
    uint16_t max_payload_bytes;
    char firmware_version[FIRMWARE_VERSION_BYTES]; // ASCII, padded with zeros
    uint8_t model_hash[MODEL_HASH_BYTES];          // all zero: no network in this firmware
    uint32_t idcode;                               // DBGMCU_IDCODE: REV_ID in bits 31:16, DEV_ID in 11:0
    uint8_t unique_id[UNIQUE_ID_BYTES];
    uint32_t flash_bytes;
    uint32_t cpu_hz;
    uint32_t axi_hz;
    uint32_t uart_kernel_hz;
    uint32_t uart_divider; // the real baud rate is uart_kernel_hz / uart_divider
    uint32_t boot_count;   // since power-on, this boot included
    uint32_t reset_flags;  // RCC_RSR at boot
    CrashRecord crash;     // the last one since power-on
} Hello;

typedef struct Statistics {
    uint64_t uptime_cycles; // of the CPU clock, sleep included
    uint64_t idle_cycles;   // of them asleep
    uint64_t received_bytes;
    uint64_t sent_bytes;
    uint32_t received_frames;
    uint32_t sent_frames;
    uint32_t crc_errors;
    uint32_t resyncs;
    uint32_t retransmits;
    uint32_t duplicates;
    uint32_t gaps;
    uint32_t timeouts;
    uint32_t uart_overruns;
    uint32_t uart_framing_errors;
    uint32_t uart_noise_errors;
    uint32_t dma_errors;
    uint32_t receive_overflows; // received bytes that the DMA overwrote before they were read
    uint32_t stack_bytes;
    uint32_t stack_peak_bytes;
    uint32_t sessions;          // opened since boot
    uint32_t unexpected_frames; // of other sessions, or without one
} Statistics;

typedef struct MessageHeader {
    uint16_t type;
    uint16_t tag; // the answer carries the tag of the request
} MessageHeader;

typedef struct NetworkReport {
    uint32_t input_bytes;
    uint32_t output_count;
    uint32_t layer_count;
    uint32_t arena_bytes;
    uint32_t arena_peak_bytes; // written since boot
} NetworkReport;

// What an infer answer begins with.
typedef struct InferHead {
    uint64_t finished_at_cycles; // by the clock of Statistics.uptime_cycles
    uint64_t inference_cycles;   // sum of the layers'
    uint64_t elapsed_cycles;     // the link's work included
} InferHead;

void hello_request_encode(const HelloRequest *request, uint8_t bytes[HELLO_REQUEST_BYTES]);
// False when too short. Longer ones come from later versions; what follows is ignored. The same holds below.
bool hello_request_decode(HelloRequest *request, const uint8_t *bytes, size_t size);

void hello_encode(const Hello *hello, uint8_t bytes[HELLO_BYTES]);
bool hello_decode(Hello *hello, const uint8_t *bytes, size_t size);

void message_header_encode(MessageHeader header, uint8_t bytes[MESSAGE_HEADER_BYTES]);
MessageHeader message_header_decode(const uint8_t bytes[MESSAGE_HEADER_BYTES]);

void statistics_encode(const Statistics *statistics, uint8_t bytes[STATISTICS_BYTES]);
bool statistics_decode(Statistics *statistics, const uint8_t *bytes, size_t size);

void network_report_encode(const NetworkReport *report, uint8_t bytes[NETWORK_BYTES]);
bool network_report_decode(NetworkReport *report, const uint8_t *bytes, size_t size);

void infer_head_encode(const InferHead *head, uint8_t bytes[INFER_ANSWER_HEAD_BYTES]);
bool infer_head_decode(InferHead *head, const uint8_t *bytes, size_t size);

// Bits per second.
uint32_t rate_request_decode(const uint8_t bytes[RATE_REQUEST_BYTES]);
void rate_encode(uint32_t uart_divider, uint8_t bytes[RATE_BYTES]);

// Code and text; returns the size. Texts beyond ERROR_MAX_TEXT_BYTES are cut.
size_t error_encode(uint16_t code, const char *text, uint8_t bytes[2U + ERROR_MAX_TEXT_BYTES]);

#endif
