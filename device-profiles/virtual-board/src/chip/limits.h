// SPDX-License-Identifier: GPL-2.0-or-later
// What the silicon can bear: the highest clocks for revision and voltage (DS12110 table 23) and the flash
// latency they need.
//
// Beyond a limit silicon misbehaves at random. Here the core's next instruction fetch is garbage, some time
// after the limit was broken: deterministic, and as fatal as on the bench.
#ifndef VB_LIMITS_H
#define VB_LIMITS_H

#include "chip/chip_internal.h"

Limits *limits_new(Chip *chip);
void limits_free(Limits *limits);
void limits_check(Limits *limits); // after every change of clocks, voltage or latency
void limits_reset(Limits *limits);

#endif
