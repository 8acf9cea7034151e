// SPDX-License-Identifier: GPL-2.0-or-later
// The probe's firmware: ST-Link USB commands on one side, the SWD port of the chip on the other. Knows
// nothing of TCP. Command numbers and status codes are those of OpenOCD's src/jtag/drivers/stlink_usb.c.
#ifndef VB_STLINK_PROBE_H
#define VB_STLINK_PROBE_H

#include "board/board.h"

#define STLINK_CDB_BYTES 16u
#define STLINK_DATA_BYTES_MAX 10240u // the largest data phase of one command
#define STLINK_ACCESS_PORTS                                                                                  \
    3u // 0 Cortex-M7 AHB-AP, 1 D1 AXI-AP, 2 APB-AP of the system debug bus (RM0433 60.4)

typedef enum {
    STLINK_OK = 0x80,
    STLINK_IDCODE_ERROR = 0x09,
    STLINK_AP_FAULT = 0x11,
    STLINK_AP_ERROR = 0x12,
    STLINK_DP_ERROR = 0x16,
    STLINK_BAD_AP = 0x1D,
} StlinkStatus;

typedef struct AccessPort {
    bool open;
    uint32_t csw;
    uint32_t tar;
} AccessPort;

typedef struct StlinkProbe {
    Board *board;
    uint8_t mode;
    uint32_t swd_khz;
    uint32_t power_requests; // CDBGPWRUPREQ and CSYSPWRUPREQ
    uint32_t select;
    bool sticky_error;
    AccessPort ports[STLINK_ACCESS_PORTS];
    StlinkStatus last_status; // of the last memory command
    uint32_t fault_address;
    uint8_t
        misc_reply[STLINK_DATA_BYTES_MAX]; // RW_MISC: values, then status words, for the IN command to fetch
} StlinkProbe;

void stlink_probe_init(StlinkProbe *probe, Board *board);
// One USB command. `data` holds size_bytes bytes for a write; a read fills `reply`, which arrives zeroed.
void stlink_probe_command(StlinkProbe *probe, const uint8_t cdb[STLINK_CDB_BYTES], bool is_write,
                          const uint8_t *data, uint8_t *reply, uint32_t size_bytes);

// stlink_dap.c: registers of the debug port and the access ports.
#define STLINK_DEBUG_PORT 0xFFFFu
StlinkStatus stlink_dap_read(StlinkProbe *probe, unsigned port, unsigned address, uint32_t *value);
StlinkStatus stlink_dap_write(StlinkProbe *probe, unsigned port, unsigned address, uint32_t value);
StlinkStatus stlink_dap_open_port(StlinkProbe *probe, unsigned port, bool open);
void stlink_dap_reset(StlinkProbe *probe);
// Whether the chip is there for the wire debug: it has power, and the two lines are whole.
bool stlink_target_answers(const StlinkProbe *probe);
#define STLINK_DPIDR 0x6BA02477u

// stlink_memory.c: memory behind an access port.
typedef struct MemoryTransfer {
    unsigned port;
    uint32_t address;
    uint32_t size_bytes;   // of the whole transfer
    unsigned access_bytes; // 1, 2 or 4
    bool fixed_address;
} MemoryTransfer;

StlinkStatus stlink_memory_read(StlinkProbe *probe, const MemoryTransfer *transfer, uint8_t *out);
StlinkStatus stlink_memory_write(StlinkProbe *probe, const MemoryTransfer *transfer, const uint8_t *in);
StlinkStatus stlink_read_word(StlinkProbe *probe, unsigned port, uint32_t address, uint32_t *value);
StlinkStatus stlink_write_word(StlinkProbe *probe, unsigned port, uint32_t address, uint32_t value);
void stlink_misc_run(StlinkProbe *probe, uint32_t items, const uint8_t *data, uint32_t size_bytes);

// stlink_hla.c: commands that work on the core rather than on memory.
StlinkStatus stlink_hla_read_register(StlinkProbe *probe, unsigned regsel, uint32_t *value);
StlinkStatus stlink_hla_write_register(StlinkProbe *probe, unsigned regsel, uint32_t value);
StlinkStatus stlink_hla_read_all_registers(StlinkProbe *probe, uint8_t *out); // 21 words
StlinkStatus stlink_hla_system_reset(StlinkProbe *probe);

static inline uint32_t stlink_get16(const uint8_t *bytes) {
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8;
}
static inline uint32_t stlink_get32(const uint8_t *bytes) {
    return stlink_get16(bytes) | stlink_get16(bytes + 2) << 16;
}
static inline void stlink_put32(uint8_t *bytes, uint32_t value) {
    for (unsigned i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(value >> 8 * i);
    }
}

#endif
