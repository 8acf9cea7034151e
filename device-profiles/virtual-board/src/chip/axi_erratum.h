// SPDX-License-Identifier: GPL-2.0-or-later
// ES0392 2.2.9, revision Y only: reads from AXI SRAM may be corrupted when several are under way and a master
// delays its acceptance. Workaround: READ_ISS_OVERRIDE in AXI_TARG7_FN_MOD (0x51008108).
//
// The model: bursts are what the data cache makes of reads, so while it is on, the core runs and the
// workaround is not in place, one bit of one AXI SRAM word that is not zero reads wrong for a millisecond at
// a time. The places follow a fixed sequence: two runs of one program see the same errors.
#ifndef VB_AXI_ERRATUM_H
#define VB_AXI_ERRATUM_H

#include "chip/chip_internal.h"

AxiErratum *axi_erratum_new(Chip *chip); // attaches the AXI interconnect's registers
void axi_erratum_free(AxiErratum *erratum);

#endif
