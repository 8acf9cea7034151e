@ SPDX-License-Identifier: GPL-2.0-or-later
@ Programs for the core's tests, linked at the start of the flash memory. Each ends with BKPT.
    .syntax unified
    .cpu cortex-m7
    .fpu fpv5-d16
    .thumb
    .text

    .macro program name
    .balign 4
    .global \name
    .thumb_func
\name:
    .endm

program unexpected
    bkpt 0xEE

@ ---- counting ----
program count_loop          @ r0 = rounds; 2 + rounds * 3 + 1 instructions
    movs r1, #0
    movs r2, #0
1:  adds r1, #1
    subs r0, #1
    bne 1b
    bkpt 0

program device_reads_in_one_block
    ldr r0, =0x40000000
    nop
    ldr r1, [r0]
    nop
    nop
    ldr r2, [r0]
    ldr r3, [r0, #0]
    bkpt 0
    .ltorg

program benchmark_mix       @ r0 = rounds; integer, memory, multiply, branches
    ldr r1, =0x20001000
    movs r2, #1
    movs r3, #3
1:  movs r4, #16
    mov r5, r1
2:  ldr r6, [r5]
    smlad r7, r6, r2, r7
    add r6, r6, r3
    str r6, [r5], #4
    eor r2, r2, r6, ror #7
    subs r4, #1
    bne 2b
    uxtb r6, r2
    cmp r6, #128
    it hi
    addhi r3, #1
    ldrd r8, r9, [r1]
    umlal r8, r9, r6, r3
    strd r8, r9, [r1, #8]
    bl benchmark_leaf
    subs r0, #1
    bne 1b
    bkpt 0
    .ltorg
program benchmark_leaf
    add r7, r7, r2
    lsrs r6, r7, #3
    bx lr
