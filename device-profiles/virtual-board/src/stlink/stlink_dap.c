// SPDX-License-Identifier: GPL-2.0-or-later
// Registers of the SW-DP and of the three MEM-APs (ARM IHI 0031, RM0433 60.4).
#include "fault/faults.h"
#include "stlink/stlink_probe.h"

enum { DP_ABORT_OR_DPIDR = 0x0, DP_CTRL_STAT = 0x4, DP_SELECT = 0x8, DP_TARGETID = 0x24, DP_DLPIDR = 0x34 };
enum {
    AP_CSW = 0x00,
    AP_TAR = 0x04,
    AP_DRW = 0x0C,
    AP_BD0 = 0x10,
    AP_BD3 = 0x1C,
    AP_BASE = 0xF8,
    AP_IDR = 0xFC
};

#define CTRL_STICKYERR (1u << 5)
#define CTRL_POWER_REQUESTS                                                                                  \
    0x50000000u // CSYSPWRUPREQ, CDBGPWRUPREQ; the acknowledge bits are one place higher
#define ABORT_STKERRCLR (1u << 2)
#define TARGETID 0x04500041u // designer STMicroelectronics, part 0x450
#define CSW_SIZE_MASK 7u
#define CSW_ADDRESS_INCREMENT_SINGLE (1u << 4)
#define CSW_DEVICE_ENABLED (1u << 6)
#define CSW_READ_ONLY 0xC0u

static const uint32_t identification[STLINK_ACCESS_PORTS] = {0x84770001, 0x84770001, 0x54770002};
static const uint32_t rom_base[STLINK_ACCESS_PORTS] = {0xE00FE003, 0x00000002, 0xE00E0003};

void stlink_dap_reset(StlinkProbe *probe) {
    probe->power_requests = 0;
    probe->select = 0;
    probe->sticky_error = false;
    for (unsigned i = 0; i < STLINK_ACCESS_PORTS; i++) {
        probe->ports[i] = (AccessPort){.csw = CSW_DEVICE_ENABLED};
    }
}

bool stlink_target_answers(const StlinkProbe *probe) {
    return probe->board->powered && !fault_armed(probe->board->faults, FAULT_SWD_DEAD);
}

StlinkStatus stlink_dap_open_port(StlinkProbe *probe, unsigned port, bool open) {
    if (!stlink_target_answers(probe)) {
        return STLINK_DP_ERROR;
    }
    if (port >= STLINK_ACCESS_PORTS) {
        return STLINK_BAD_AP;
    }
    probe->ports[port].open = open;
    return STLINK_OK;
}

static StlinkStatus read_debug_port(const StlinkProbe *probe, unsigned address, uint32_t *value) {
    switch (address) {
    case DP_ABORT_OR_DPIDR:
        *value = STLINK_DPIDR;
        break;
    case DP_CTRL_STAT: // the acknowledge bits follow the requests
        *value =
            probe->power_requests | probe->power_requests << 1 | (probe->sticky_error ? CTRL_STICKYERR : 0);
        break;
    case DP_TARGETID:
        *value = TARGETID;
        break;
    case DP_DLPIDR:
        *value = 1;
        break;
    default: // RDBUFF after a completed transfer, RESEND
        *value = 0;
        break;
    }
    return STLINK_OK;
}

static StlinkStatus write_debug_port(StlinkProbe *probe, unsigned address, uint32_t value) {
    if (address == DP_ABORT_OR_DPIDR && (value & ABORT_STKERRCLR) != 0) {
        probe->sticky_error = false;
    } else if (address == DP_CTRL_STAT) {
        probe->power_requests = value & CTRL_POWER_REQUESTS;
    } else if (address == DP_SELECT) {
        probe->select = value;
    }
    return STLINK_OK;
}

static bool is_data_register(unsigned address) {
    return address == AP_DRW || (address >= AP_BD0 && address <= AP_BD3);
}

// Narrow data stand in the byte lanes of their address.
static StlinkStatus transfer_data(StlinkProbe *probe, unsigned port, unsigned address, bool is_write,
                                  uint32_t *value) {
    AccessPort *access = &probe->ports[port];
    uint32_t csw = access->csw;
    bool banked = address != AP_DRW;
    MemoryTransfer transfer = {.port = port,
                               .address = banked ? (access->tar & ~0xFu) + (address - AP_BD0) : access->tar,
                               .access_bytes = banked ? 4 : 1u << (csw & CSW_SIZE_MASK)};
    if (transfer.access_bytes > 4) {
        return STLINK_AP_ERROR;
    }
    transfer.size_bytes = transfer.access_bytes;
    uint32_t tar = access->tar;
    unsigned lane = 8 * (transfer.address & 3u);
    uint8_t bytes[4] = {0};
    StlinkStatus status;
    if (is_write) {
        stlink_put32(bytes, *value >> lane);
        status = stlink_memory_write(probe, &transfer, bytes);
    } else {
        status = stlink_memory_read(probe, &transfer, bytes);
        *value = stlink_get32(bytes) << lane;
    }
    probe->sticky_error = probe->sticky_error || status == STLINK_AP_FAULT;
    bool increments = !banked && (csw & CSW_ADDRESS_INCREMENT_SINGLE) != 0 && status == STLINK_OK;
    access->tar = tar + (increments ? transfer.access_bytes : 0);
    return status;
}

StlinkStatus stlink_dap_read(StlinkProbe *probe, unsigned port, unsigned address, uint32_t *value) {
    *value = 0;
    if (!stlink_target_answers(probe)) {
        return STLINK_DP_ERROR;
    }
    if (port == STLINK_DEBUG_PORT) {
        return read_debug_port(probe, address, value);
    }
    if (port >= STLINK_ACCESS_PORTS) {
        return address == AP_IDR ? STLINK_OK : STLINK_BAD_AP; // an absent port identifies itself as 0
    }
    if (is_data_register(address)) {
        return transfer_data(probe, port, address, false, value);
    }
    switch (address) {
    case AP_CSW:
        *value = probe->ports[port].csw;
        break;
    case AP_TAR:
        *value = probe->ports[port].tar;
        break;
    case AP_BASE:
        *value = rom_base[port];
        break;
    case AP_IDR:
        *value = identification[port];
        break;
    default: // CFG: little-endian, 32 bits
        break;
    }
    return STLINK_OK;
}

StlinkStatus stlink_dap_write(StlinkProbe *probe, unsigned port, unsigned address, uint32_t value) {
    if (!stlink_target_answers(probe)) {
        return STLINK_DP_ERROR;
    }
    if (port == STLINK_DEBUG_PORT) {
        return write_debug_port(probe, address, value);
    }
    if (port >= STLINK_ACCESS_PORTS) {
        return STLINK_BAD_AP;
    }
    if (is_data_register(address)) {
        return transfer_data(probe, port, address, true, &value);
    }
    if (address == AP_CSW) {
        probe->ports[port].csw = (value & ~CSW_READ_ONLY) | CSW_DEVICE_ENABLED;
    } else if (address == AP_TAR) {
        probe->ports[port].tar = value;
    }
    return STLINK_OK;
}
