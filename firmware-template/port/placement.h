// SPDX-License-Identifier: Apache-2.0
// Memory by the roles of board profiles: a port's linker script has a section for each. Anywhere, on a
// machine without a linker script.
#ifndef HILDA_PLACEMENT_H
#define HILDA_PLACEMENT_H

#ifdef __arm__
#define IN_MEMORY_FOR(role) __attribute__((section("." role)))
#else
#define IN_MEMORY_FOR(role)
#endif

// Where variables lie that are placed nowhere else: no cache lies between.
#define IN_DATA_MEMORY __attribute__((aligned(32)))
#define IN_ACTIVATION_MEMORY IN_MEMORY_FOR("activations") __attribute__((aligned(32)))
// The next image, an answer, what waits for the line.
#define IN_STAGING_MEMORY IN_MEMORY_FOR("staging")
// The serial line's DMA controller reaches it, no cache lies between.
#define IN_DMA_MEMORY IN_MEMORY_FOR("dma_buffers") __attribute__((aligned(32)))

#endif
