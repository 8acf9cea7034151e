// SPDX-License-Identifier: GPL-2.0-or-later
// Memory behind the access ports. The probe clears the sticky error of the debug port itself after a fault,
// because the high-level transport gives its host no way to do so.
#include "bus/bus.h"
#include "chip/flash.h"
#include "fault/faults.h"
#include "stlink/stlink_probe.h"
#include <string.h>

#define PRIVATE_PERIPHERAL_BUS 0xE0000000u
#define SYSTEM_DEBUG_BUS 0xE00E0000u // as access port 2 sees it
#define SYSTEM_DEBUG_BUS_BYTES 0x20000u
#define SYSTEM_DEBUG_BUS_ON_THE_BUS 0x5C000000u
#define DBGMCU_IDCODE 0x5C001000u
#define OTHER_IDCODE 0x10006411u // an STM32F2: a chip that the H7 flash driver does not know

enum { MISC_ADDRESS = 1, MISC_WRITE = 2, MISC_READ = 3, MISC_ACCESS_PORT = 5 };

// RM0433 60.4: port 2 reaches the system debug bus only, port 1 everything but the core's private bus.
static bool route(unsigned port, uint32_t address, uint32_t *bus_address) {
    *bus_address = address;
    if (port == 2) {
        *bus_address = address - SYSTEM_DEBUG_BUS + SYSTEM_DEBUG_BUS_ON_THE_BUS;
        return address - SYSTEM_DEBUG_BUS < SYSTEM_DEBUG_BUS_BYTES;
    }
    return port == 0 || address < PRIVATE_PERIPHERAL_BUS;
}

static StlinkStatus check_access(const StlinkProbe *probe, const MemoryTransfer *transfer,
                                 uint32_t *bus_address) {
    const Board *board = probe->board;
    if (!stlink_target_answers(probe)) {
        return STLINK_DP_ERROR;
    }
    if (transfer->port >= STLINK_ACCESS_PORTS) {
        return STLINK_BAD_AP;
    }
    if (!route(transfer->port, transfer->address, bus_address) || flash_readout_level(board->flash) == 2) {
        return STLINK_AP_FAULT;
    }
    // While NRST is low only the debug registers answer: the bus matrix is in reset.
    if (board->nreset_held && transfer->port != 2 && transfer->address < PRIVATE_PERIPHERAL_BUS) {
        return STLINK_AP_FAULT;
    }
    if (transfer->address % transfer->access_bytes != 0 ||
        transfer->size_bytes % transfer->access_bytes != 0) {
        return STLINK_AP_ERROR;
    }
    return STLINK_OK;
}

static uint8_t *plain_memory(const StlinkProbe *probe, uint32_t address, uint32_t size_bytes,
                             bool for_writing) {
    const Memory *memory = bus_find_memory(probe->board->bus, address, size_bytes);
    if (memory == NULL ||
        (memory->accessible != NULL && !memory->accessible(memory->context, MASTER_DEBUG))) {
        return NULL;
    }
    bool writable = memory->write == NULL && (memory->kind == MEMORY_SRAM || memory->kind == MEMORY_ITCM ||
                                              memory->kind == MEMORY_DTCM);
    return for_writing && !writable ? NULL : memory->host + (address - memory->base);
}

static StlinkStatus finish(StlinkProbe *probe, const MemoryTransfer *transfer, StlinkStatus status,
                           uint32_t address) {
    if (transfer->port < STLINK_ACCESS_PORTS) {
        probe->ports[transfer->port].tar = address;
    }
    probe->last_status = status;
    probe->fault_address = status == STLINK_OK ? 0 : address;
    return status;
}

static BusResult read_one(const StlinkProbe *probe, uint32_t bus_address, unsigned access_bytes,
                          uint32_t *value) {
    BusResult result = bus_read(probe->board->bus, MASTER_DEBUG, bus_address, access_bytes, value);
    if (bus_address == DBGMCU_IDCODE && fault_armed(probe->board->faults, FAULT_STLINK_WRONG_IDCODE)) {
        *value = OTHER_IDCODE;
    }
    return result;
}

StlinkStatus stlink_memory_read(StlinkProbe *probe, const MemoryTransfer *transfer, uint8_t *out) {
    uint32_t bus_address = 0;
    StlinkStatus status = check_access(probe, transfer, &bus_address);
    if (status != STLINK_OK) {
        return finish(probe, transfer, status, transfer->address);
    }
    const uint8_t *host =
        transfer->fixed_address ? NULL : plain_memory(probe, bus_address, transfer->size_bytes, false);
    if (host != NULL) {
        memcpy(out, host, transfer->size_bytes);
        return finish(probe, transfer, STLINK_OK, transfer->address + transfer->size_bytes);
    }
    for (uint32_t done = 0; done < transfer->size_bytes; done += transfer->access_bytes) {
        uint32_t step = transfer->fixed_address ? 0 : done;
        uint32_t value = 0;
        if (read_one(probe, bus_address + step, transfer->access_bytes, &value) != BUS_OK) {
            return finish(probe, transfer, STLINK_AP_FAULT, transfer->address + step);
        }
        for (unsigned i = 0; i < transfer->access_bytes; i++) {
            out[done + i] = (uint8_t)(value >> 8 * i);
        }
    }
    return finish(probe, transfer, STLINK_OK,
                  transfer->address + (transfer->fixed_address ? 0 : transfer->size_bytes));
}

StlinkStatus stlink_memory_write(StlinkProbe *probe, const MemoryTransfer *transfer, const uint8_t *in) {
    uint32_t bus_address = 0;
    StlinkStatus status = check_access(probe, transfer, &bus_address);
    if (status != STLINK_OK) {
        return finish(probe, transfer, status, transfer->address);
    }
    uint8_t *host =
        transfer->fixed_address ? NULL : plain_memory(probe, bus_address, transfer->size_bytes, true);
    if (host != NULL) {
        memcpy(host, in, transfer->size_bytes);
        bus_memory_written(probe->board->bus, bus_address, transfer->size_bytes);
        return finish(probe, transfer, STLINK_OK, transfer->address + transfer->size_bytes);
    }
    for (uint32_t done = 0; done < transfer->size_bytes; done += transfer->access_bytes) {
        uint32_t step = transfer->fixed_address ? 0 : done;
        uint32_t value = 0;
        for (unsigned i = 0; i < transfer->access_bytes; i++) {
            value |= (uint32_t)in[done + i] << 8 * i;
        }
        if (bus_write(probe->board->bus, MASTER_DEBUG, bus_address + step, transfer->access_bytes, value) !=
            BUS_OK) {
            return finish(probe, transfer, STLINK_AP_FAULT, transfer->address + step);
        }
    }
    return finish(probe, transfer, STLINK_OK,
                  transfer->address + (transfer->fixed_address ? 0 : transfer->size_bytes));
}

StlinkStatus stlink_read_word(StlinkProbe *probe, unsigned port, uint32_t address, uint32_t *value) {
    MemoryTransfer transfer = {.port = port, .address = address, .size_bytes = 4, .access_bytes = 4};
    uint8_t bytes[4] = {0};
    StlinkStatus status = stlink_memory_read(probe, &transfer, bytes);
    *value = stlink_get32(bytes);
    return status;
}

StlinkStatus stlink_write_word(StlinkProbe *probe, unsigned port, uint32_t address, uint32_t value) {
    MemoryTransfer transfer = {.port = port, .address = address, .size_bytes = 4, .access_bytes = 4};
    uint8_t bytes[4];
    stlink_put32(bytes, value);
    return stlink_memory_write(probe, &transfer, bytes);
}

// RW_MISC: a script of one-byte operations, padded to words, then one operand word for each. After the first
// error the rest is not carried out and reports the same status.
void stlink_misc_run(StlinkProbe *probe, uint32_t items, const uint8_t *data, uint32_t size_bytes) {
    uint32_t operands = (items + 3) / 4 * 4;
    memset(probe->misc_reply, 0, sizeof probe->misc_reply);
    if (items > STLINK_DATA_BYTES_MAX / 8 || operands + 4 * items > size_bytes) {
        return;
    }
    unsigned port = 0;
    uint32_t address = 0;
    StlinkStatus status = STLINK_OK;
    for (uint32_t i = 0; i < items; i++) {
        uint32_t operand = stlink_get32(data + operands + 4 * i);
        uint32_t value = 0;
        if (status != STLINK_OK) {
            // skipped
        } else if (data[i] == MISC_ACCESS_PORT) {
            port = operand;
            status = port < STLINK_ACCESS_PORTS ? STLINK_OK : STLINK_BAD_AP;
        } else if (data[i] == MISC_ADDRESS) {
            address = operand;
        } else if (data[i] == MISC_WRITE) {
            status = stlink_write_word(probe, port, address, operand);
        } else if (data[i] == MISC_READ) {
            status = stlink_read_word(probe, port, operand, &value);
        } else {
            status = STLINK_AP_ERROR;
        }
        stlink_put32(probe->misc_reply + 4 * i, value);
        stlink_put32(probe->misc_reply + 4 * (items + i), (uint32_t)status);
    }
}
