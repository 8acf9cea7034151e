// SPDX-License-Identifier: Apache-2.0
#include "network.h"

const NetworkDescription network_description = {0};
__attribute__((section(".axi_sram"), aligned(32))) uint8_t network_arena[32];

uint8_t *network_input(void) { return network_arena; }

void network_run_layer(uint32_t layer) { (void)layer; }

void network_read_output(int32_t *output) { (void)output; }
