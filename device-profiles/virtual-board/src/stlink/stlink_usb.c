// SPDX-License-Identifier: GPL-2.0-or-later
// The command blocks that a host sends over USB, as an ST-Link V3 (firmware V3J10M3) or V2-1 (V2J37M27)
// answers them.
#include "fault/faults.h"
#include "stlink/stlink_probe.h"
#include <string.h>

enum {
    USB_GET_VERSION = 0xF1,
    USB_DEBUG = 0xF2,
    USB_GET_MODE = 0xF5,
    USB_GET_VOLTAGE = 0xF7,
    USB_GET_VERSION_V3 = 0xFB,
};

enum {
    DEBUG_READ_MEMORY_32 = 0x07,
    DEBUG_WRITE_MEMORY_32 = 0x08,
    DEBUG_READ_MEMORY_8 = 0x0C,
    DEBUG_WRITE_MEMORY_8 = 0x0D,
    DEBUG_EXIT = 0x21,
    DEBUG_ENTER = 0x30,
    DEBUG_READ_IDCODES = 0x31,
    DEBUG_RESET_SYSTEM = 0x32,
    DEBUG_READ_REGISTER = 0x33,
    DEBUG_WRITE_REGISTER = 0x34,
    DEBUG_WRITE_DEBUG_REGISTER = 0x35,
    DEBUG_READ_DEBUG_REGISTER = 0x36,
    DEBUG_READ_ALL_REGISTERS = 0x3A,
    DEBUG_LAST_STATUS = 0x3B,
    DEBUG_DRIVE_NRST = 0x3C,
    DEBUG_LAST_STATUS_2 = 0x3E,
    DEBUG_START_TRACE = 0x40,
    DEBUG_STOP_TRACE = 0x41,
    DEBUG_TRACE_COUNT = 0x42,
    DEBUG_SET_SWD_DIVISOR = 0x43,
    DEBUG_READ_DAP_REGISTER = 0x45,
    DEBUG_WRITE_DAP_REGISTER = 0x46,
    DEBUG_READ_MEMORY_16 = 0x47,
    DEBUG_WRITE_MEMORY_16 = 0x48,
    DEBUG_OPEN_AP = 0x4B,
    DEBUG_CLOSE_AP = 0x4C,
    DEBUG_WRITE_MEMORY_32_FIXED = 0x50,
    DEBUG_MISC_OUT = 0x51,
    DEBUG_MISC_IN = 0x52,
    DEBUG_READ_MEMORY_32_FIXED = 0x54,
    DEBUG_SET_FREQUENCY = 0x61,
    DEBUG_GET_FREQUENCIES = 0x62,
};

enum { MODE_MASS_STORAGE = 1, MODE_DEBUG = 2 };
enum { NRST_LOW = 0, NRST_HIGH = 1, NRST_PULSE = 2 };

#define ENTER_SWD_NO_RESET 0xA3
// Byte accesses must fit one USB packet; the probe splits words and halfwords itself, up to its buffer.
#define BYTES_AT_ONCE_V3 512u
#define BYTES_AT_ONCE_V2_1 64u
#define BUFFER_BYTES 6144u
#define REPLY_BYTES_MAX 96u
#define VOLTAGE_REFERENCE 1490u // ADC counts of 1.2 V; the target's half then reads 3.300403 V
#define VOLTAGE_TARGET 2049u

static const uint32_t v3_frequencies_khz[] = {24000, 8000, 3300, 1000, 200, 50};

void stlink_probe_init(StlinkProbe *probe, Board *board) {
    memset(probe, 0, sizeof *probe);
    probe->board = board;
    probe->mode = MODE_MASS_STORAGE;
    probe->swd_khz = 1000;
    probe->last_status = STLINK_OK;
    stlink_dap_reset(probe);
}

static bool is_v3(const StlinkProbe *probe) { return probe->board->options.probe == PROBE_V3; }

static void reply_version(const StlinkProbe *probe, uint8_t *reply) {
    static const uint8_t v3[6] = {0x30, 0x00, 0x83, 0x04, 0x4E, 0x37};
    static const uint8_t v2_1[6] = {0x29, 0x5B, 0x83, 0x04, 0x4B, 0x37};
    memcpy(reply, is_v3(probe) ? v3 : v2_1, sizeof v3);
}

static void reply_version_v3(const StlinkProbe *probe, uint8_t *reply) {
    static const uint8_t version[12] = {3, 0, 10, 3, 0, 0, 0, 0, 0x83, 0x04, 0x4E, 0x37};
    if (is_v3(probe)) {
        memcpy(reply, version, sizeof version);
    }
}

static void reply_voltage(const StlinkProbe *probe, uint8_t *reply) {
    bool zero = !probe->board->powered || fault_armed(probe->board->faults, FAULT_STLINK_ZERO_VOLT);
    stlink_put32(reply, VOLTAGE_REFERENCE);
    stlink_put32(reply + 4, zero ? 0 : VOLTAGE_TARGET);
}

static StlinkStatus reply_frequencies(uint8_t *reply) {
    uint32_t count = sizeof v3_frequencies_khz / sizeof v3_frequencies_khz[0];
    stlink_put32(reply + 8, count);
    for (uint32_t i = 0; i < count; i++) {
        stlink_put32(reply + 12 + 4 * i, v3_frequencies_khz[i]);
    }
    return STLINK_OK;
}

static StlinkStatus enter_debug(StlinkProbe *probe, uint8_t how) {
    if (how != ENTER_SWD_NO_RESET || !stlink_target_answers(probe)) {
        return STLINK_IDCODE_ERROR;
    }
    stlink_dap_reset(probe);
    probe->mode = MODE_DEBUG;
    return STLINK_OK;
}

static StlinkStatus reply_idcodes(const StlinkProbe *probe, uint8_t *reply) {
    bool answers = stlink_target_answers(probe);
    stlink_put32(reply + 4, answers ? STLINK_DPIDR : 0);
    return answers ? STLINK_OK : STLINK_IDCODE_ERROR;
}

static StlinkStatus drive_nrst(StlinkProbe *probe, uint8_t how) {
    if (how == NRST_LOW || how == NRST_PULSE) {
        board_hold_nreset(probe->board, true);
    }
    if (how == NRST_HIGH || how == NRST_PULSE) {
        board_hold_nreset(probe->board, false);
    }
    return STLINK_OK;
}

static StlinkStatus reply_last_status(StlinkProbe *probe, uint8_t *reply) {
    StlinkStatus status = probe->last_status;
    stlink_put32(reply + 4, probe->fault_address);
    probe->last_status = STLINK_OK;
    probe->fault_address = 0;
    return status;
}

static StlinkStatus with_value(uint8_t *reply, StlinkStatus status, uint32_t value) {
    stlink_put32(reply + 4, value);
    return status;
}

// Commands whose reply begins with a status byte.
static StlinkStatus debug_command(StlinkProbe *probe, const uint8_t *cdb, uint8_t *reply) {
    uint32_t value = 0;
    StlinkStatus status;
    switch (cdb[1]) {
    case DEBUG_ENTER:
        return enter_debug(probe, cdb[2]);
    case DEBUG_READ_IDCODES:
        return reply_idcodes(probe, reply);
    case DEBUG_RESET_SYSTEM:
        return stlink_hla_system_reset(probe);
    case DEBUG_READ_REGISTER:
        status = stlink_hla_read_register(probe, cdb[2], &value);
        return with_value(reply, status, value);
    case DEBUG_WRITE_REGISTER:
        return stlink_hla_write_register(probe, cdb[2], stlink_get32(cdb + 3));
    case DEBUG_WRITE_DEBUG_REGISTER:
        return stlink_write_word(probe, 0, stlink_get32(cdb + 2), stlink_get32(cdb + 6));
    case DEBUG_READ_DEBUG_REGISTER:
        status = stlink_read_word(probe, 0, stlink_get32(cdb + 2), &value);
        return with_value(reply, status, value);
    case DEBUG_READ_ALL_REGISTERS:
        return stlink_hla_read_all_registers(probe, reply + 4);
    case DEBUG_LAST_STATUS:
    case DEBUG_LAST_STATUS_2:
        return reply_last_status(probe, reply);
    case DEBUG_DRIVE_NRST:
        return drive_nrst(probe, cdb[2]);
    case DEBUG_START_TRACE:
    case DEBUG_STOP_TRACE:
        return STLINK_OK;
    case DEBUG_SET_SWD_DIVISOR:
        return is_v3(probe) ? STLINK_DP_ERROR : STLINK_OK;
    case DEBUG_READ_DAP_REGISTER:
        status = stlink_dap_read(probe, stlink_get16(cdb + 2), stlink_get16(cdb + 4), &value);
        return with_value(reply, status, value);
    case DEBUG_WRITE_DAP_REGISTER:
        return stlink_dap_write(probe, stlink_get16(cdb + 2), stlink_get16(cdb + 4), stlink_get32(cdb + 6));
    case DEBUG_OPEN_AP:
    case DEBUG_CLOSE_AP:
        return stlink_dap_open_port(probe, cdb[2], cdb[1] == DEBUG_OPEN_AP);
    case DEBUG_SET_FREQUENCY:
        probe->swd_khz = stlink_get32(cdb + 4);
        return with_value(reply, STLINK_OK, probe->swd_khz);
    case DEBUG_GET_FREQUENCIES:
        return reply_frequencies(reply);
    default:
        return STLINK_DP_ERROR; // a command this firmware does not know
    }
}

static bool memory_command(uint8_t command, MemoryTransfer *transfer, bool *is_write) {
    static const struct {
        uint8_t command;
        uint8_t access_bytes;
        bool is_write;
        bool fixed_address;
    } commands[] = {
        {DEBUG_READ_MEMORY_32, 4, false, false},      {DEBUG_WRITE_MEMORY_32, 4, true, false},
        {DEBUG_READ_MEMORY_16, 2, false, false},      {DEBUG_WRITE_MEMORY_16, 2, true, false},
        {DEBUG_READ_MEMORY_8, 1, false, false},       {DEBUG_WRITE_MEMORY_8, 1, true, false},
        {DEBUG_READ_MEMORY_32_FIXED, 4, false, true}, {DEBUG_WRITE_MEMORY_32_FIXED, 4, true, true},
    };
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (commands[i].command == command) {
            transfer->access_bytes = commands[i].access_bytes;
            transfer->fixed_address = commands[i].fixed_address;
            *is_write = commands[i].is_write;
            return true;
        }
    }
    return false;
}

// The outcome is fetched with a later status command. A host reads at least two bytes, even for one.
static bool run_memory_command(StlinkProbe *probe, const uint8_t *cdb, bool to_probe, const uint8_t *data,
                               uint8_t *reply, uint32_t size_bytes) {
    MemoryTransfer transfer = {
        .address = stlink_get32(cdb + 2), .size_bytes = stlink_get16(cdb + 6), .port = cdb[8]};
    bool is_write = false;
    if (!memory_command(cdb[1], &transfer, &is_write)) {
        return false;
    }
    uint32_t limit = transfer.access_bytes != 1 ? BUFFER_BYTES
                     : is_v3(probe)             ? BYTES_AT_ONCE_V3
                                                : BYTES_AT_ONCE_V2_1;
    if (transfer.size_bytes > size_bytes || transfer.size_bytes > limit || is_write != to_probe) {
        probe->last_status = STLINK_AP_ERROR;
    } else if (is_write) {
        stlink_memory_write(probe, &transfer, data);
    } else {
        stlink_memory_read(probe, &transfer, reply);
    }
    return true;
}

static void run_debug(StlinkProbe *probe, const uint8_t *cdb, bool is_write, const uint8_t *data,
                      uint8_t *reply, uint32_t size_bytes) {
    if (cdb[1] == DEBUG_EXIT) {
        probe->mode = MODE_MASS_STORAGE;
        stlink_dap_reset(probe);
    } else if (cdb[1] == DEBUG_MISC_OUT && is_write) {
        stlink_misc_run(probe, stlink_get32(cdb + 2), data, size_bytes);
    } else if (cdb[1] == DEBUG_MISC_IN && !is_write) {
        memcpy(reply, probe->misc_reply, size_bytes);
    } else if (cdb[1] != DEBUG_TRACE_COUNT &&
               !run_memory_command(probe, cdb, is_write, data, reply, size_bytes)) {
        uint8_t whole[REPLY_BYTES_MAX] = {0};
        whole[0] = (uint8_t)debug_command(probe, cdb, whole);
        if (!is_write) {
            memcpy(reply, whole, size_bytes < sizeof whole ? size_bytes : sizeof whole);
        }
    }
}

void stlink_probe_command(StlinkProbe *probe, const uint8_t cdb[STLINK_CDB_BYTES], bool is_write,
                          const uint8_t *data, uint8_t *reply, uint32_t size_bytes) {
    uint8_t whole[REPLY_BYTES_MAX] = {0};
    switch (cdb[0]) {
    case USB_DEBUG:
        run_debug(probe, cdb, is_write, data, reply, size_bytes);
        return;
    case USB_GET_VERSION:
        reply_version(probe, whole);
        break;
    case USB_GET_VERSION_V3:
        reply_version_v3(probe, whole);
        break;
    case USB_GET_MODE:
        whole[0] = probe->mode;
        break;
    case USB_GET_VOLTAGE:
        reply_voltage(probe, whole);
        break;
    default:
        break;
    }
    if (!is_write) {
        memcpy(reply, whole, size_bytes < sizeof whole ? size_bytes : sizeof whole);
    }
}
