// SPDX-License-Identifier: GPL-2.0-or-later
// DMA, its request multiplexer, memories and the data cache (RM0433 chapters 2, 15 and 17; AN4839;
// ES0392 2.2.9).
#include "mutation.h"
#include "protocol/messages.h"

#define SERIAL_C "port/stm32h743/serial.c"
#define STARTUP_C "port/stm32h743/startup.c"
#define PROTECTION_C "port/stm32h743/memory_protection.c"
#define MAIN_C "app/main.c"
#define RECEIVE_RING "static IN_DMA_MEMORY uint8_t receive_ring[RECEIVE_BYTES];"
#define SEND_RING "static IN_DMA_MEMORY uint8_t send_ring[SEND_BYTES];"
#define ENDPOINT "static IN_STAGING_MEMORY Endpoint endpoint;"
#define RX_FLAGS_LINE                                                                                        \
    "DMA_CR_MINC | DMA_CR_CIRC | DMA_CR_HTIE | DMA_CR_TCIE | DMA_CR_TEIE | DMA_CR_HIGH_PRIORITY"
#define TX_FLAGS_LINE "DMA_CR_MEMORY_TO_PERIPHERAL | DMA_CR_MINC | DMA_CR_TCIE | DMA_CR_TEIE | DMA_CR_EN"

#define BOTH(...) .on_y = {__VA_ARGS__}, .on_v = {__VA_ARGS__}

static const Mutation MUTATIONS[] = {
    {.name = "dma-without-clock",
     .mistake = "DMA1 and DMAMUX1 are configured while they have no clock",
     .edits = {{SERIAL_C, "    RCC_AHB1ENR |= RCC_AHB1ENR_DMA1;\n", ""}},
     BOTH(SILENT, 0, "unclocked")},
    {.name = "rx-wrong-request",
     .mistake = "the receive stream listens to USART2_TX (44)",
     .edits = {{SERIAL_C, "DMAMUX1_CCR(RX_STREAM) = DMAMUX_USART3_RX;", "DMAMUX1_CCR(RX_STREAM) = 44U;"}},
     BOTH(DEAF, 0, NULL)},
    {.name = "tx-wrong-request",
     .mistake = "the transmit stream listens to TIM8_CH1 (47)",
     .edits = {{SERIAL_C, "DMAMUX1_CCR(TX_STREAM) = DMAMUX_USART3_TX;", "DMAMUX1_CCR(TX_STREAM) = 47U;"}},
     BOTH(SILENT, 0, NULL)},
    {.name = "rx-not-circular",
     .mistake = "CIRC is missing: reception ends with the first lap",
     .edits = {{SERIAL_C, RX_FLAGS_LINE,
                "DMA_CR_MINC | DMA_CR_HTIE | DMA_CR_TCIE | DMA_CR_TEIE | DMA_CR_HIGH_PRIORITY"}},
     BOTH(STALLS, 0, NULL)},
    {.name = "rx-without-increment",
     .mistake = "MINC is missing: all bytes go to the ring's first place",
     .edits = {{SERIAL_C, RX_FLAGS_LINE,
                "DMA_CR_CIRC | DMA_CR_HTIE | DMA_CR_TCIE | DMA_CR_TEIE | DMA_CR_HIGH_PRIORITY"}},
     BOTH(DEAF, 0, NULL)},
    {.name = "rx-wrong-length",
     .mistake = "NDTR is half the ring's length",
     .edits = {{SERIAL_C, "DMA1_NDTR(RX_STREAM) = RECEIVE_BYTES;",
                "DMA1_NDTR(RX_STREAM) = RECEIVE_BYTES / 2U;"}},
     BOTH(DEAF, 0, NULL)},
    {.name = "rx-not-started",
     .mistake = "EN is missing in the receive stream",
     .edits = {{SERIAL_C, "    DMA1_CR(RX_STREAM) |= DMA_CR_EN;\n", ""}},
     BOTH(DEAF, 0, NULL)},
    {.name = "tx-without-increment",
     .mistake = "MINC is missing: the first byte is sent again and again",
     .edits = {{SERIAL_C, TX_FLAGS_LINE,
                "DMA_CR_MEMORY_TO_PERIPHERAL | DMA_CR_TCIE | DMA_CR_TEIE | DMA_CR_EN"}},
     BOTH(GARBLED, 0, NULL)},
    {.name = "tx-wrong-direction",
     .mistake = "DIR is missing: the stream reads the data register and writes the ring",
     .edits = {{SERIAL_C, TX_FLAGS_LINE, "DMA_CR_MINC | DMA_CR_TCIE | DMA_CR_TEIE | DMA_CR_EN"}},
     BOTH(SILENT, 0, NULL)},
    {.name = "tx-circular-into-the-receive-register",
     .mistake = "PAR names RDR and CIRC is set: the transmitter's request stands for ever",
     .edits = {{SERIAL_C, "DMA1_PAR(TX_STREAM) = USART3_TDR_ADDRESS;",
                "DMA1_PAR(TX_STREAM) = USART3_RDR_ADDRESS;"},
               {SERIAL_C, TX_FLAGS_LINE, TX_FLAGS_LINE " | DMA_CR_CIRC"}},
     .procedure = RUN_BRIEFLY,
     BOTH(SILENT, 0, NULL)},
    {.name = "tx-circular-copy",
     .mistake = "DIR says memory to memory, and CIRC is set, which silicon forbids together",
     .edits = {{SERIAL_C, TX_FLAGS_LINE,
                "2U << 6 | DMA_CR_CIRC | DMA_CR_MINC | DMA_CR_TCIE | DMA_CR_TEIE | DMA_CR_EN"}},
     BOTH(SILENT, 0, "dma-endless-copy")},
    {.name = "tx-length-rewritten-too-late",
     .mistake =
         "NDTR of the second piece is written while the stream is enabled already, where it is read-only",
     .edits = {{SERIAL_C, "    DMA1_NDTR(TX_STREAM) = send_flying;\n", ""},
               {SERIAL_C, TX_FLAGS_LINE ";", TX_FLAGS_LINE ";\n    DMA1_NDTR(TX_STREAM) = send_flying;"}},
     BOTH(SILENT, 0, NULL)},
    {.name = "tx-interrupt-not-enabled",
     .mistake = "the NVIC does not pass the transmit stream's interrupt: one piece is sent and no other",
     .edits = {{SERIAL_C, "    enable_interrupt(DMA1_INTERRUPT(TX_STREAM));\n", ""}},
     BOTH(DEAF, 0, NULL)},
    {.name = "tx-flag-not-cleared",
     .mistake = "the handler does not clear TCIF and is entered for ever",
     .edits = {{SERIAL_C, "DMA1_LISR & DMA_FLAGS(TX_STREAM);\n    DMA1_LIFCR = status;",
                "DMA1_LISR & DMA_FLAGS(TX_STREAM);"}},
     .procedure = RUN_BRIEFLY,
     BOTH(DEAF, 0, NULL)},
    {.name = "rx-buffer-in-dtcm",
     .mistake = "the receive ring lies in DTCM, which DMA1 cannot reach",
     .edits = {{SERIAL_C, RECEIVE_RING,
                "static __attribute__((aligned(32))) uint8_t receive_ring[RECEIVE_BYTES];"}},
     BOTH(DEAF, 0, NULL)},
    {.name = "tx-buffer-in-dtcm",
     .mistake = "the send ring lies in DTCM, which DMA1 cannot reach",
     .edits = {{SERIAL_C, SEND_RING, "static __attribute__((aligned(32))) uint8_t send_ring[SEND_BYTES];"}},
     BOTH(SILENT, 0, NULL)},
    {.name = "rx-buffer-cacheable",
     .mistake = "the receive ring lies in the cacheable AXI SRAM and is never invalidated: the CPU reads "
                "what was there before",
     .edits = {{SERIAL_C, RECEIVE_RING,
                "static IN_ACTIVATION_MEMORY uint8_t "
                "receive_ring[RECEIVE_BYTES];"}},
     BOTH(DEAF, 0, "dma-cacheable")},
    {.name = "tx-buffer-cacheable",
     .mistake = "the send ring lies in the cacheable AXI SRAM and is never cleaned: the DMA sends what was "
                "there before",
     .edits = {{SERIAL_C, SEND_RING, "static IN_ACTIVATION_MEMORY uint8_t send_ring[SEND_BYTES];"}},
     BOTH(GARBLED, 0, "dma-cacheable")},
    {.name = "dma-region-missing",
     .mistake = "no MPU region makes the DMA buffers non-cacheable",
     .edits =
         {{PROTECTION_C,
           "RASR_SIZE_LOG2(15U) | RASR_READ_WRITE | RASR_NORMAL_NOT_CACHEABLE_SHAREABLE | RASR_NO_EXECUTE",
           "RASR_SIZE_LOG2(15U) | RASR_READ_WRITE | 0xBU << 16 | RASR_NO_EXECUTE"}},
     BOTH(GARBLED, 0, "dma-cacheable")},
    {.name = "mpu-not-enabled",
     .mistake = "the regions are set up, but MPU_CTRL.ENABLE is missing",
     .edits = {{PROTECTION_C, "MPU_CTRL = MPU_CTRL_ENABLE | MPU_CTRL_PRIVDEFENA;",
                "MPU_CTRL = MPU_CTRL_PRIVDEFENA;"}},
     BOTH(GARBLED, 0, "dma-cacheable")},
    {.name = "d2-sram-without-clock",
     .mistake = "SRAM1 to SRAM3 are used without their clocks",
     .edits = {{STARTUP_C, "    RCC_AHB2ENR |= RCC_AHB2ENR_SRAM1_TO_3; // off after reset\n", ""}},
     BOTH(RESETS, 0, NULL)},
    {.name = "sram3-without-clock",
     .mistake = "only SRAM1 and SRAM2 get their clocks, the DMA buffers are in SRAM3",
     .edits = {{STARTUP_C, "RCC_AHB2ENR |= RCC_AHB2ENR_SRAM1_TO_3;", "RCC_AHB2ENR |= 3U << 29;"}},
     BOTH(RESETS, 0, NULL)},
    {.name = "axi-sram-used",
     .mistake = "none: data in the AXI SRAM, with the workaround that revision Y needs",
     .edits = {{MAIN_C, ENDPOINT, "static IN_ACTIVATION_MEMORY Endpoint endpoint;"}},
     BOTH(WORKS, 0, NULL)},
    {.name = "axi-sram-without-workaround",
     .mistake = "data in the AXI SRAM without the workaround: revision Y reads wrong bytes now and then",
     .edits = {{MAIN_C, ENDPOINT, "static IN_ACTIVATION_MEMORY Endpoint endpoint;"},
               {STARTUP_C, "    clock_apply_axi_sram_workaround();\n", ""}},
     .on_y = {ECHO_CORRUPT, 0, NULL},
     .on_v = {WORKS, 0, NULL}},
};

const MutationTable dma_mutations = {"DMA and memories", MUTATIONS, sizeof MUTATIONS / sizeof MUTATIONS[0]};
