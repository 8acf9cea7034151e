// SPDX-License-Identifier: GPL-2.0-or-later
// Every table of the self-test, and the checks that are not one instruction at a time.
#ifndef VB_ISA_TABLES_H
#define VB_ISA_TABLES_H

#include "isa_table.h"

extern const InstructionTable data_processing_table;
extern const InstructionTable data_processing16_table;
extern const InstructionTable multiply_table;
extern const InstructionTable saturate_table;
extern const InstructionTable parallel_table;
extern const InstructionTable bit_field_table;
extern const InstructionTable status_table;
extern const InstructionTable load_store_table;
extern const InstructionTable load_store_multiple_table;
extern const InstructionTable float_arithmetic_table;
extern const InstructionTable float_convert_table;
extern const InstructionTable float_move_table;

// Conditional execution: IT blocks of every shape, condition and flag state. `states` a block.
void check_it_matrix(Harness *harness);
void check_it_random(Harness *harness, unsigned states);
// Branches, compare-and-branch, table branches.
void check_branches_matrix(Harness *harness);
void check_branches_random(Harness *harness, unsigned states);

#endif
