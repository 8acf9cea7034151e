// SPDX-License-Identifier: GPL-2.0-or-later
// Registers, flags, interrupts and who is served first.
#include "chip/dma.h"
#include "chip/dma_internal.h"
#include "chip/dmamux.h"
#include "chip/usart.h"
#include <stdlib.h>

#define DMA1_BASE 0x40020000u
#define DMA_BYTES 0x400u

enum { R_LISR = 0x00, R_HISR = 0x04, R_LIFCR = 0x08, R_HIFCR = 0x0C, R_STREAMS = 0x10, STREAM_BYTES = 0x18 };
enum { S_CR = 0x00, S_NDTR = 0x04, S_PAR = 0x08, S_M0AR = 0x0C, S_M1AR = 0x10, S_FCR = 0x14 };

#define FCR_AFTER_RESET 0x21u
#define FCR_WRITABLE 0x87u
#define CR_WRITABLE 0x01FFFFFFu
// While EN is 1 only these bits of CR change (RM0433 15.5.5): EN itself and the interrupt enables.
#define CR_ALWAYS 0x1Fu

static const uint8_t irqs[2][DMA_STREAMS] = {{11, 12, 13, 14, 15, 16, 17, 47},
                                             {56, 57, 58, 59, 60, 68, 69, 70}};
// Where a stream's flags stand in LISR or HISR.
static const uint8_t flag_positions[4] = {0, 6, 16, 22};

void dma_update_interrupt(const DmaStream *stream) {
    const Dma *dma = stream->dma;
    uint32_t enabled = (stream->cr & CR_TCIE) != 0 ? FLAG_TC : 0;
    enabled |= (stream->cr & CR_HTIE) != 0 ? FLAG_HT : 0;
    enabled |= (stream->cr & CR_TEIE) != 0 ? FLAG_TE : 0;
    enabled |= (stream->cr & CR_DMEIE) != 0 ? FLAG_DME : 0;
    enabled |= (stream->fcr & FCR_FEIE) != 0 ? FLAG_FE : 0;
    if (dma->gate.chip->core != NULL) {
        core_set_irq_line(dma->gate.chip->core, irqs[dma->index][stream->index],
                          (stream->flags & enabled) != 0);
    }
}

// ---- serving ----

static bool is_requested(const Chip *chip, const DmaStream *stream) {
    unsigned request = dmamux_request(chip->dmamux, stream->dma->index * DMA_STREAMS + stream->index);
    for (size_t i = 0; request != 0 && i < USART_COUNT; i++) {
        if (usart_requests_dma(chip->usarts[i], request)) {
            return true;
        }
    }
    return false;
}

static bool may_transfer(const Chip *chip, const DmaStream *stream) {
    return (stream->cr & CR_EN) != 0 && !stream->resting && dma_direction(stream) != MEMORY_TO_MEMORY &&
           is_requested(chip, stream);
}

// The most urgent stream of a controller: PL, then the lower number.
static DmaStream *choose(const Chip *chip, Dma *dma) {
    DmaStream *chosen = NULL;
    for (unsigned i = 0; i < DMA_STREAMS; i++) {
        DmaStream *stream = &dma->streams[i];
        bool urgent = chosen == NULL || (stream->cr >> 16 & 3u) > (chosen->cr >> 16 & 3u);
        if (urgent && may_transfer(chip, stream)) {
            chosen = stream;
        }
    }
    return chosen;
}

// A request that stands after its item gets the next one some bus cycles later: one that never falls (a
// stream that feeds the wrong register) must not stop time.
static void rest(const Chip *chip, DmaStream *stream) {
    uint32_t axi_hz = may_transfer(chip, stream) ? rcc_clocks(chip->rcc).axi : 0;
    if (axi_hz != 0) {
        stream->resting = true;
        timeline_schedule(chip->config.timeline, &stream->rested,
                          chip_now(chip) + picoseconds_of_ticks(DMA_CYCLES_PER_ITEM, axi_hz));
    }
}

static void rested(void *context) {
    DmaStream *stream = context;
    stream->resting = false;
    dma_serve(stream->dma->gate.chip);
}

// One item for each stream that is requested, the most urgent first.
void dma_serve(Chip *chip) {
    if (chip->dma[0] == NULL || chip->dma[1] == NULL || chip->dma_serving) {
        return;
    }
    chip->dma_serving = true; // a transfer changes peripherals, which call again
    DmaStream *served[2 * DMA_STREAMS];
    size_t count = 0;
    bool moved = true;
    while (moved) {
        moved = false;
        for (unsigned i = 0; i < 2; i++) {
            bool clocked = rcc_enabled(chip->rcc, RCC_AHB1ENR, i);
            DmaStream *stream = clocked ? choose(chip, chip->dma[i]) : NULL;
            if (stream != NULL) {
                dma_transfer(stream);
                stream->resting = true;
                served[count++] = stream;
                moved = true;
            }
        }
    }
    for (size_t i = 0; i < count; i++) {
        served[i]->resting = false;
        rest(chip, served[i]);
    }
    chip->dma_serving = false;
}

// ---- registers ----

static uint32_t status(const Dma *dma, unsigned first_stream) {
    uint32_t value = 0;
    for (unsigned i = 0; i < 4; i++) {
        value |= dma->streams[first_stream + i].flags << flag_positions[i];
    }
    return value;
}

static void clear_flags(Dma *dma, unsigned first_stream, uint32_t value) {
    for (unsigned i = 0; i < 4; i++) {
        DmaStream *stream = &dma->streams[first_stream + i];
        stream->flags &= ~(value >> flag_positions[i] & FLAGS_ALL);
        dma_update_interrupt(stream);
    }
}

// FS: empty, below 1/4, 1/2, 3/4, almost full, full.
static uint32_t fifo_status(const DmaStream *stream) {
    unsigned count = stream->fifo_count;
    uint32_t level = count == 0 ? 4 : count == DMA_FIFO_BYTES ? 5 : count * 4 / DMA_FIFO_BYTES;
    return level << 3;
}

static uint32_t read_stream(const DmaStream *stream, uint32_t offset) {
    switch (offset) {
    case S_CR:
        return stream->cr;
    case S_NDTR:
        return stream->ndtr;
    case S_PAR:
        return stream->par;
    case S_M0AR:
        return stream->memory[0];
    case S_M1AR:
        return stream->memory[1];
    default:
        return stream->fcr | fifo_status(stream);
    }
}

static uint32_t read_word(const Dma *dma, uint32_t offset) {
    if (offset == R_LISR || offset == R_HISR) {
        return status(dma, offset == R_LISR ? 0 : 4);
    }
    if (offset < R_STREAMS || offset >= R_STREAMS + STREAM_BYTES * DMA_STREAMS) {
        return 0;
    }
    offset -= R_STREAMS;
    return read_stream(&dma->streams[offset / STREAM_BYTES], offset % STREAM_BYTES);
}

static void write_stream_cr(DmaStream *stream, uint32_t value) {
    bool was_enabled = (stream->cr & CR_EN) != 0;
    uint32_t changes = was_enabled ? CR_ALWAYS : CR_WRITABLE;
    stream->cr = (stream->cr & ~changes) | (value & changes);
    bool is_enabled = (stream->cr & CR_EN) != 0;
    if (is_enabled && !was_enabled) {
        dma_enable(stream);
    } else if (!is_enabled && was_enabled) {
        dma_disable(stream);
    }
    dma_update_interrupt(stream);
}

static bool is_idle_buffer(const DmaStream *stream, unsigned memory) {
    unsigned current = (stream->cr & CR_CT) != 0;
    return (stream->cr & CR_DBM) != 0 && memory != current;
}

static void write_stream(DmaStream *stream, uint32_t offset, uint32_t value) {
    bool enabled = (stream->cr & CR_EN) != 0;
    if (offset == S_CR) {
        write_stream_cr(stream, value);
        return;
    }
    bool other_buffer =
        (offset == S_M0AR && is_idle_buffer(stream, 0)) || (offset == S_M1AR && is_idle_buffer(stream, 1));
    if (enabled && !other_buffer) {
        lints_note(stream->dma->gate.chip->config.lints, "dma-locked-register",
                   "DMA%u stream %u +0x%02x is written while EN is 1; nothing changes",
                   stream->dma->index + 1, stream->index, (unsigned)offset);
        return;
    }
    switch (offset) {
    case S_NDTR:
        stream->ndtr = value & 0xFFFFu;
        break;
    case S_PAR:
        stream->par = value;
        break;
    case S_M0AR:
        stream->memory[0] = value;
        break;
    case S_M1AR:
        stream->memory[1] = value;
        break;
    default:
        stream->fcr = value & FCR_WRITABLE;
        break;
    }
}

static BusResult read_register(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                               uint32_t *value) {
    (void)master;
    *value = narrow_read(read_word(context, offset & ~3u), offset, size_bytes);
    return BUS_OK;
}

static BusResult write_register(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                                uint32_t value) {
    Dma *dma = context;
    (void)master;
    uint32_t aligned = offset & ~3u;
    uint32_t word = narrow_merge(read_word(dma, aligned), offset, size_bytes, value);
    if (aligned == R_LIFCR || aligned == R_HIFCR) {
        clear_flags(dma, aligned == R_LIFCR ? 0 : 4, word);
    } else if (aligned >= R_STREAMS && aligned < R_STREAMS + STREAM_BYTES * DMA_STREAMS) {
        aligned -= R_STREAMS;
        write_stream(&dma->streams[aligned / STREAM_BYTES], aligned % STREAM_BYTES, word);
        dma_serve(dma->gate.chip);
    }
    return BUS_OK;
}

static bool clocked(void *context) { return clock_gate_open(context); }

static void reset(void *context) {
    Dma *dma = context;
    for (unsigned i = 0; i < DMA_STREAMS; i++) {
        DmaStream *stream = &dma->streams[i];
        timeline_cancel(dma->gate.chip->config.timeline, &stream->copied);
        timeline_cancel(dma->gate.chip->config.timeline, &stream->rested);
        *stream = (DmaStream){.dma = dma, .index = i, .fcr = FCR_AFTER_RESET};
        stream->copied = (Event){.name = "DMA copy", .fire = dma_copied, .context = stream};
        stream->rested = (Event){.name = "DMA request stands", .fire = rested, .context = stream};
        dma_update_interrupt(stream);
    }
}

Dma *dma_new(Chip *chip, unsigned index) {
    Dma *dma = chip_allocate(sizeof *dma);
    dma->gate = (ClockGate){chip, index == 0 ? "DMA1" : "DMA2", RCC_AHB1ENR, index,
                            index == 0 ? "RCC_AHB1ENR.DMA1EN" : "RCC_AHB1ENR.DMA2EN"};
    dma->index = index;
    dma->master = index == 0 ? MASTER_DMA1 : MASTER_DMA2;
    Device device = {.name = dma->gate.name,
                     .base = DMA1_BASE + index * DMA_BYTES,
                     .size_bytes = DMA_BYTES,
                     .context = dma,
                     .read = read_register,
                     .write = write_register,
                     .clocked = clocked,
                     .reset = reset};
    bus_attach_device(chip->config.bus, &device);
    rcc_on_peripheral_reset(chip->rcc, RCC_AHB1ENR, index, reset, dma);
    reset(dma);
    return dma;
}

void dma_free(Dma *dma) {
    if (dma != NULL) {
        reset(dma);
        free(dma);
    }
}
