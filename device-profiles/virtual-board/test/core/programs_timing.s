@ SPDX-License-Identifier: GPL-2.0-or-later
@ Loops for the cycle model: r0 = rounds. What a round takes is computed by hand in model_test.c.
    .include "program_macros.inc"

    .macro rounds name      @ a loop of wide encodings; r1 and r2 point to DTCM
program \name
    ldr r1, =0x20001000
    add r2, r1, #0x100
    movs r3, #3
    movs r4, #4
1:
    .endm

    .macro again
    subs.w r0, r0, #1
    bne.w 1b
    bkpt 0
    .ltorg
    .endm

rounds timing_independent
    add.w r5, r3, #1
    add.w r6, r3, #1
    add.w r7, r3, #1
    add.w r8, r3, #1
    add.w r9, r3, #1
    add.w r10, r3, #1
again

rounds timing_late_chain
    eor.w r5, r5, r3
    eor.w r5, r5, r4
    eor.w r5, r5, r3
    eor.w r5, r5, r4
again

rounds timing_early_chain
    add.w r5, r5, r3
    eor.w r6, r5, r4
    add.w r5, r5, r3
    eor.w r6, r5, r4
again

rounds timing_load_to_alu
    ldr.w r5, [r1]
    eor.w r6, r5, r3
again

rounds timing_load_to_address
    ldr.w r5, [r1, #4]
    ldr.w r6, [r2, r7]
    and.w r7, r6, #0
again

rounds timing_narrow_load
    ldrb.w r5, [r1]
    eor.w r6, r5, r3
again

rounds timing_two_banks
    ldr.w r5, [r1]
    ldr.w r6, [r1, #4]
    ldr.w r7, [r1, #8]
    ldr.w r8, [r1, #12]
again

rounds timing_one_bank
    ldr.w r5, [r1]
    ldr.w r6, [r1, #8]
    ldr.w r7, [r1, #16]
    ldr.w r8, [r1, #24]
again

rounds timing_accumulate
    smlad r5, r3, r4, r5
    smlad r5, r3, r4, r5
    smlad r5, r3, r4, r5
    smlad r5, r3, r4, r5
again

rounds timing_multiplies
    smlad r5, r3, r4, r5
    smlad r6, r3, r4, r6
    smlad r7, r3, r4, r7
    smlad r8, r3, r4, r8
again

rounds timing_multiply_to_alu
    mul.w r5, r3, r4
    eor.w r6, r5, r3
again

rounds timing_multiply_and_store
    smlad r5, r3, r4, r5
    str.w r3, [r1]
    smlad r6, r3, r4, r6
    str.w r4, [r1, #4]
again

rounds timing_multiply_and_load
    smlad r5, r3, r4, r5
    ldr.w r7, [r1]
    smlad r6, r3, r4, r6
    ldr.w r8, [r1, #4]
again

rounds timing_bit_fields
    uxtb16 r5, r3
    uxtb16 r6, r3
    uxtb16 r7, r3
    add.w r8, r3, #1
again

rounds timing_inline_shifts
    add.w r5, r3, r4, lsl #3
    add.w r6, r3, r4, lsl #3
    add.w r7, r3, #1
    add.w r8, r3, #1
again

rounds timing_load_multiple
    ldmia.w r1, {r5-r12}
again

rounds timing_divide
    udiv r5, r3, r4
again

rounds timing_alternating     @ a branch that is taken every other round
    tst.w r0, #1
    nop.w
    nop.w
    nop.w
    nop.w
    nop.w
    nop.w
    bne.w 2f
    add.w r5, r3, #1
2:
again

program timing_lines        @ r0 = lines to read from r1 on, 32 bytes apart; r2 = 0
1:  ldr.w r3, [r1], #32
    subs.w r0, r0, #1
    bne.w 1b
    bkpt 0

program timing_write_lines
1:  str.w r3, [r1], #32
    subs.w r0, r0, #1
    bne.w 1b
    bkpt 0
