// SPDX-License-Identifier: Apache-2.0
// Where the linker script puts things; anywhere, on a machine without one.
#ifndef HILDA_PLACEMENT_H
#define HILDA_PLACEMENT_H

#ifdef __arm__
#define IN_ACTIVATION_MEMORY __attribute__((section(".axi_sram"), aligned(32)))
#else
#define IN_ACTIVATION_MEMORY __attribute__((aligned(32)))
#endif

#endif
