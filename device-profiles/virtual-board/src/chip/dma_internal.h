// SPDX-License-Identifier: GPL-2.0-or-later
// Shared by the dma*.c files only.
#ifndef VB_DMA_INTERNAL_H
#define VB_DMA_INTERNAL_H

#include "chip/dma.h"
#include "chip/rcc.h"

#define DMA_FIFO_BYTES 16u

enum {
    CR_EN = 1 << 0,
    CR_DMEIE = 1 << 1,
    CR_TEIE = 1 << 2,
    CR_HTIE = 1 << 3,
    CR_TCIE = 1 << 4,
    CR_CIRC = 1 << 8,
    CR_PINC = 1 << 9,
    CR_MINC = 1 << 10,
    CR_DBM = 1 << 18,
    CR_CT = 1 << 19,
    FCR_DMDIS = 1 << 2,
    FCR_FEIE = 1 << 7,
};

// One stream's part of LISR and HISR, before it is shifted to its place.
enum {
    FLAG_FE = 1 << 0,
    FLAG_DME = 1 << 2,
    FLAG_TE = 1 << 3,
    FLAG_HT = 1 << 4,
    FLAG_TC = 1 << 5,
    FLAGS_ALL = 0x3D
};

// AHB cycles of one item: read, write and arbitration.
#define DMA_CYCLES_PER_ITEM 8u

typedef enum { FROM_PERIPHERAL = 0, TO_PERIPHERAL = 1, MEMORY_TO_MEMORY = 2 } DmaDirection;

typedef struct DmaStream {
    Dma *dma;
    unsigned index;
    uint32_t cr;
    uint32_t ndtr;
    uint32_t par;
    uint32_t memory[2]; // M0AR, M1AR
    uint32_t fcr;
    uint32_t flags;
    uint32_t reload;            // NDTR as it was when EN was set
    uint32_t peripheral_offset; // bytes, when PINC
    uint32_t memory_offset;     // bytes, when MINC
    uint8_t fifo[DMA_FIFO_BYTES];
    unsigned fifo_count;
    Event copied; // memory to memory
    bool resting; // had its item of this moment and is requested all the same, until `rested`
    Event rested;
} DmaStream;

struct Dma {
    ClockGate gate; // first: the context of the device
    unsigned index;
    BusMaster master;
    DmaStream streams[DMA_STREAMS];
};

static inline DmaDirection dma_direction(const DmaStream *stream) {
    return (DmaDirection)(stream->cr >> 6 & 3u);
}
static inline unsigned dma_peripheral_bytes(const DmaStream *stream) { return 1u << (stream->cr >> 11 & 3u); }

// dma_stream.c
void dma_enable(DmaStream *stream);
void dma_disable(DmaStream *stream);  // EN written to 0
void dma_transfer(DmaStream *stream); // one item of peripheral size
void dma_copied(void *context);       // Event of a memory-to-memory stream
// dma.c
void dma_update_interrupt(const DmaStream *stream);

#endif
