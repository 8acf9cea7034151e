// SPDX-License-Identifier: GPL-2.0-or-later
// Shows a mismatch in full on stderr: instruction, encoding, inputs, expected, got. Falls silent after the
// first few.
#ifndef VB_ISA_REPORT_H
#define VB_ISA_REPORT_H

#include "isa_harness.h"

void report_mismatch(const char *name, const Code *code, const State *input, const State *expected,
                     const State *got);
void report_refusal(const char *name, const Code *code, const char *error); // Unicorn stopped in the middle
void report_absent_deviation(const char *name); // no input of the matrix led to it any more

#endif
