// SPDX-License-Identifier: GPL-2.0-or-later
// What a stream does with one request: direct mode, FIFO with packing, circular and double buffer
// (RM0433 15.3).
#include "chip/data_cache.h"
#include "chip/dma_internal.h"
#include "chip/rcc.h"
#include <string.h>

static Chip *chip_of(const DmaStream *stream) { return stream->dma->gate.chip; }

static bool uses_fifo(const DmaStream *stream) {
    return (stream->fcr & FCR_DMDIS) != 0 || dma_direction(stream) == MEMORY_TO_MEMORY;
}

// In direct mode MSIZE follows PSIZE.
static unsigned memory_bytes(const DmaStream *stream) {
    return uses_fifo(stream) ? 1u << (stream->cr >> 13 & 3u) : dma_peripheral_bytes(stream);
}

static unsigned threshold_bytes(const DmaStream *stream) {
    return ((stream->fcr & 3u) + 1) * DMA_FIFO_BYTES / 4;
}

static void stop_with(DmaStream *stream, uint32_t flag) {
    stream->flags |= flag;
    stream->cr &= ~(uint32_t)CR_EN;
    dma_update_interrupt(stream);
}

static uint32_t current_memory(const DmaStream *stream) {
    bool second = (stream->cr & (CR_DBM | CR_CT)) == (CR_DBM | CR_CT);
    return stream->memory[second];
}

// ---- accesses; a bus error ends the stream with TEIF ----

static bool bus_fails(DmaStream *stream, uint32_t address) {
    lints_note(chip_of(stream)->config.lints, "dma-bus-error",
               "DMA%u stream %u gets a bus error at 0x%08x (not reachable, or its clock is off): TEIF",
               stream->dma->index + 1, stream->index, (unsigned)address);
    stop_with(stream, FLAG_TE);
    return false;
}

static bool read_memory(DmaStream *stream, uint32_t *value) {
    unsigned size_bytes = memory_bytes(stream);
    uint32_t address = (current_memory(stream) + stream->memory_offset) & ~(size_bytes - 1);
    BusResult result =
        data_cache_read(chip_of(stream)->data_cache, stream->dma->master, address, size_bytes, value);
    stream->memory_offset += (stream->cr & CR_MINC) != 0 ? size_bytes : 0;
    return result == BUS_OK || bus_fails(stream, address);
}

static bool write_memory(DmaStream *stream, uint32_t value) {
    unsigned size_bytes = memory_bytes(stream);
    uint32_t address = (current_memory(stream) + stream->memory_offset) & ~(size_bytes - 1);
    BusResult result =
        data_cache_write(chip_of(stream)->data_cache, stream->dma->master, address, size_bytes, value);
    stream->memory_offset += (stream->cr & CR_MINC) != 0 ? size_bytes : 0;
    return result == BUS_OK || bus_fails(stream, address);
}

static uint32_t peripheral_address(DmaStream *stream) {
    unsigned size_bytes = dma_peripheral_bytes(stream);
    uint32_t address = (stream->par + stream->peripheral_offset) & ~(size_bytes - 1);
    stream->peripheral_offset += (stream->cr & CR_PINC) != 0 ? size_bytes : 0;
    return address;
}

static bool read_peripheral(DmaStream *stream, uint32_t *value) {
    uint32_t address = peripheral_address(stream);
    bool is_memory = dma_direction(stream) == MEMORY_TO_MEMORY;
    unsigned size_bytes = dma_peripheral_bytes(stream);
    BusResult result =
        is_memory
            ? data_cache_read(chip_of(stream)->data_cache, stream->dma->master, address, size_bytes, value)
            : bus_read(chip_of(stream)->config.bus, stream->dma->master, address, size_bytes, value);
    return result == BUS_OK || bus_fails(stream, address);
}

static bool write_peripheral(DmaStream *stream, uint32_t value) {
    uint32_t address = peripheral_address(stream);
    return bus_write(chip_of(stream)->config.bus, stream->dma->master, address, dma_peripheral_bytes(stream),
                     value) == BUS_OK ||
           bus_fails(stream, address);
}

// ---- FIFO ----

static void fifo_put(DmaStream *stream, uint32_t value, unsigned size_bytes) {
    memcpy(stream->fifo + stream->fifo_count, &value, size_bytes);
    stream->fifo_count += size_bytes;
}

static uint32_t fifo_take(DmaStream *stream, unsigned size_bytes) {
    uint32_t value = 0;
    memcpy(&value, stream->fifo, size_bytes);
    stream->fifo_count -= size_bytes;
    memmove(stream->fifo, stream->fifo + size_bytes, stream->fifo_count);
    return value;
}

static bool drain_fifo(DmaStream *stream) {
    while (stream->fifo_count >= memory_bytes(stream)) {
        if (!write_memory(stream, fifo_take(stream, memory_bytes(stream)))) {
            return false;
        }
    }
    return true;
}

// What is left at the end of a transfer goes out byte by byte.
static bool flush_fifo(DmaStream *stream) {
    if (!drain_fifo(stream)) {
        return false;
    }
    uint32_t address = current_memory(stream) + stream->memory_offset;
    while (stream->fifo_count > 0) {
        if (data_cache_write(chip_of(stream)->data_cache, stream->dma->master, address, 1,
                             fifo_take(stream, 1)) != BUS_OK) {
            return bus_fails(stream, address);
        }
        address++;
    }
    return true;
}

// ---- one item ----

static bool move_in(DmaStream *stream) {
    uint32_t value;
    if (!read_peripheral(stream, &value)) {
        return false;
    }
    if (!uses_fifo(stream)) {
        return write_memory(stream, value);
    }
    fifo_put(stream, value, dma_peripheral_bytes(stream));
    return stream->fifo_count < threshold_bytes(stream) || drain_fifo(stream);
}

static bool move_out(DmaStream *stream) {
    uint32_t value;
    unsigned size_bytes = dma_peripheral_bytes(stream);
    while (uses_fifo(stream) && stream->fifo_count < size_bytes) {
        if (!read_memory(stream, &value)) {
            return false;
        }
        fifo_put(stream, value, memory_bytes(stream));
    }
    if (uses_fifo(stream)) {
        return write_peripheral(stream, fifo_take(stream, size_bytes));
    }
    return read_memory(stream, &value) && write_peripheral(stream, value);
}

static void end_of_buffer(DmaStream *stream) {
    if (dma_direction(stream) != TO_PERIPHERAL && !flush_fifo(stream)) {
        return;
    }
    stream->fifo_count = 0;
    stream->flags |= FLAG_TC;
    if ((stream->cr & (CR_CIRC | CR_DBM)) == 0) {
        stream->cr &= ~(uint32_t)CR_EN;
        return;
    }
    stream->cr ^= (stream->cr & CR_DBM) != 0 ? CR_CT : 0;
    stream->ndtr = stream->reload;
    stream->memory_offset = 0;
    stream->peripheral_offset = 0;
}

void dma_transfer(DmaStream *stream) {
    bool moved = dma_direction(stream) == TO_PERIPHERAL ? move_out(stream) : move_in(stream);
    if (!moved) {
        return;
    }
    stream->ndtr--;
    if (stream->ndtr == stream->reload / 2 && stream->ndtr != 0) {
        stream->flags |= FLAG_HT;
    }
    if (stream->ndtr == 0) {
        end_of_buffer(stream);
    }
    dma_update_interrupt(stream);
}

void dma_copied(void *context) {
    DmaStream *stream = context;
    while ((stream->cr & CR_EN) != 0) {
        dma_transfer(stream);
    }
}

// ---- enabling ----

// RM0433 table 101: a burst must fit the threshold.
static bool fifo_is_misconfigured(const DmaStream *stream) {
    static const unsigned beats[4] = {1, 4, 8, 16};
    unsigned burst_bytes = beats[stream->cr >> 23 & 3u] * memory_bytes(stream);
    return uses_fifo(stream) && burst_bytes > 1 &&
           (burst_bytes > threshold_bytes(stream) || threshold_bytes(stream) % burst_bytes != 0);
}

static bool is_misaligned(const DmaStream *stream) {
    return stream->par % dma_peripheral_bytes(stream) != 0 || stream->memory[0] % memory_bytes(stream) != 0;
}

static void start_copy(DmaStream *stream) {
    Clocks clocks = rcc_clocks(chip_of(stream)->rcc);
    uint64_t cycles = (uint64_t)stream->ndtr * DMA_CYCLES_PER_ITEM;
    if (clocks.axi != 0) {
        timeline_schedule(chip_of(stream)->config.timeline, &stream->copied,
                          chip_now(chip_of(stream)) + picoseconds_of_ticks(cycles, clocks.axi));
    }
}

// RM0433 15.3.9 and 15.3.10: a copy has no request that could pace a second lap.
static bool is_endless_copy(const DmaStream *stream) {
    return dma_direction(stream) == MEMORY_TO_MEMORY && (stream->cr & (CR_CIRC | CR_DBM)) != 0;
}

void dma_enable(DmaStream *stream) {
    Chip *chip = chip_of(stream);
    unsigned controller = stream->dma->index + 1;
    if (stream->flags != 0) { // RM0433 15.5.5, EN: the flags must be cleared first
        lints_note(
            chip->config.lints, "dma-stale-flags",
            "DMA%u stream %u is enabled while flags 0x%x of the last transfer stand; it does not start",
            controller, stream->index, (unsigned)stream->flags);
        stream->cr &= ~(uint32_t)CR_EN;
        return;
    }
    if (stream->ndtr == 0) {
        stream->cr &= ~(uint32_t)CR_EN;
        return;
    }
    if (is_endless_copy(stream)) {
        lints_note(chip->config.lints, "dma-endless-copy",
                   "DMA%u stream %u: CIRC and DBM are forbidden from memory to memory; it does not start",
                   controller, stream->index);
        stream->cr &= ~(uint32_t)CR_EN;
        return;
    }
    if (is_misaligned(stream)) {
        lints_note(chip->config.lints, "dma-misaligned",
                   "DMA%u stream %u: an address is not a multiple of its data size; its low bits are ignored",
                   controller, stream->index);
    }
    if (fifo_is_misconfigured(stream)) {
        lints_note(chip->config.lints, "dma-fifo",
                   "DMA%u stream %u: MBURST does not fit the FIFO threshold: FEIF", controller,
                   stream->index);
        stop_with(stream, FLAG_FE);
        return;
    }
    stream->reload = stream->ndtr;
    stream->memory_offset = 0;
    stream->peripheral_offset = 0;
    stream->fifo_count = 0;
    if (dma_direction(stream) == MEMORY_TO_MEMORY) {
        start_copy(stream);
    }
}

// The FIFO is emptied into memory and TCIF says that the stream has stopped (RM0433 15.3.18).
void dma_disable(DmaStream *stream) {
    timeline_cancel(chip_of(stream)->config.timeline, &stream->copied);
    if (dma_direction(stream) == FROM_PERIPHERAL) {
        flush_fifo(stream);
    }
    stream->fifo_count = 0;
    stream->flags |= FLAG_TC;
}
