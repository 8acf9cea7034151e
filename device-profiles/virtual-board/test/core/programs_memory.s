@ SPDX-License-Identifier: GPL-2.0-or-later
@ Programs about protection, caches, code that changes, and debugging. Each ends with BKPT.
    .include "program_macros.inc"

@ ---- protection ----
program mpu_setup           @ subroutine: r0 = RBAR, r1 = RASR of region 0; background for privileged code
    ldr r2, =SCS+0xD94
    movs r3, #0
    str r3, [r2, #4]
    str r0, [r2, #8]
    str r1, [r2, #12]
    movs r3, #5
    str r3, [r2]
    dsb
    isb
    bx lr
    .ltorg
program mpu_read
    bl enable_faults
    mov r0, r4
    mov r1, r5
    bl mpu_setup
    movs r7, #1
    ldr.w r8, [r6]
    movs r7, #2
    bkpt 2
program mpu_write
    bl enable_faults
    mov r0, r4
    mov r1, r5
    bl mpu_setup
    movs r7, #1
    str.w r8, [r6]
    movs r7, #2
    bkpt 2
program mpu_execute
    bl enable_faults
    mov r0, r4
    mov r1, r5
    bl mpu_setup
    blx r6
    bkpt 2
program mpu_unprivileged
    bl enable_faults
    mov r0, r4
    mov r1, r5
    bl mpu_setup
    movs r0, #1
    msr control, r0
    isb
    movs r7, #1
    ldr.w r8, [r6]
    movs r7, #2
    bkpt 2
program unprivileged_ppb
    bl enable_faults
    movs r0, #1
    msr control, r0
    isb
    ldr r6, =SCS+0xD00
    ldr.w r8, [r6]
    bkpt 2
    .ltorg

@ ---- memory that comes and goes: r0 = DEVICE, r1 = 1, r6 = address in D2 SRAM ----
program gate_open           @ r2 = cycles between the gate and its first use, r3 = what was read
    ldr r4, [r0]
    str r1, [r0, #0x20]
    ldr r5, [r0, #4]
    dsb
    ldr r3, [r6]
    ldr r2, [r0]
    subs r2, r4
    bkpt 2
program gate_open_conditionally
    cmp r1, #0
    itte ne
    strne r1, [r0, #0x20]
    ldrne r3, [r6]
    moveq r3, #0
    bkpt 2
program gate_open_before_fpu @ the FPU is off: the block goes step by step
    str r1, [r0, #0x20]
    ldr r3, [r6]
    vmov s0, r3
    bkpt 2
program gate_open_writing_back @ r4 ends at DEVICE+0x28: the base is written once
    add r4, r0, #0x20
    stm r4!, {r1, r5}
    ldr r3, [r6]
    bkpt 2
program gate_close
    movs r5, #0
    str r1, [r0, #0x20]
    b 1f                    @ the memory is on for the whole of the next block, until it is switched off
1:  str r1, [r6]
    str r5, [r0, #0x20]
    movs r7, #1
label gate_close_store_at
    str r1, [r6]
    movs r7, #2
    bkpt 2

@ ---- stores to flash, debugging ----
program flash_stores
    ldr r0, =0x08100000
    ldr r1, =0x11223344
    strb r1, [r0]
    strh r1, [r0, #2]
    str r1, [r0, #4]
    movs r2, #5
    stm r0, {r1, r2}
    bkpt 2
    .ltorg

program flash_many          @ r0 = words
    ldr r1, =0x08100000
1:  str r2, [r1], #4
    subs r0, #1
    bne 1b
    bkpt 2
    .ltorg

program straight
    movs r0, #1
    movs r1, #2
label straight_third
    movs r2, #3
    add.w r3, r0, r1
    cmp r3, #3
    ite eq
    moveq r4, #40
    movne r4, #50
    b 1f
1:  movs r5, #5
    bkpt 2

program watched
    ldr r0, =0x20004000
    movs r1, #1
    movs r2, #2
    str r1, [r0]
    movs r3, #3
    str r2, [r0, #4]
    movs r4, #4
    ldr r5, [r0, #4]
    movs r6, #6
    bkpt 2
    .ltorg

@ r0 = where a copy of hungry_block lies; rewrites its first word before each of its r2 rounds
program translation_hungry
    ldr r1, [r0]
    orr r3, r0, #1
1:  str r1, [r0]
    blx r3
    subs r2, #1
    bne 1b
    bkpt 2
program hungry_block        @ much host code for its size
    .rept 60
    push {r0-r12}
    pop {r0-r12}
    .endr
    bx lr
label hungry_block_end

program fault_in_rewritten_code @ its own flash page is told to be written while the block runs
    ldr r0, =DEVICE
    ldr r5, =0x70000000
    movs r2, #1
    adr r4, fault_in_rewritten_code
    str r4, [r0, #0x1C]
    movs r2, #2
label fault_in_rewritten_code_at
    ldr.w r1, [r5, #8]
    bkpt 2
    .ltorg

program end_of_flash        @ copied to the end of the flash memory: a literal beyond it, then a fault
    movw r1, #0x0010
    movt r1, #0x4000
label end_of_flash_at
    str r0, [r1]
    .hword 0x48FF           @ ldr r0, [pc, #1020]
    bkpt 2
label end_of_flash_end

program branch_to_r6
    bx r6

@ Calls r6, writes r2 to the halfword at r1, then r4 to the register r3, and calls once more.
program invalidate_instruction_cache
    blx r6
    strh r2, [r1]
    dsb
    str r4, [r3]
    dsb
    isb
    blx r6
    bkpt 2

program maintain_cache
    ldr r0, =SCS+0xF68
    ldr r1, =0x24000040
    str r1, [r0]
    bkpt 2
    .ltorg

program request_reset
    ldr r0, =SCS+0xD0C
    ldr r1, =0x05FA0004
    str r1, [r0]
    dsb
1:  b 1b
    .ltorg

@ ---- stores of less than a word before a reset ----
program udf_only            @ keeps the registers for the handler
    udf #0
    bkpt 2
program bytes_and_reset     @ handler: r1's low byte to [r0], r1 to [r2] and r3 from [r4]
    strb r1, [r0]
    str r1, [r2]
    ldr r3, [r4]
label reset_now
    ldr r7, =SCS+0xD0C
    ldr r6, =0x05FA0004
    str r6, [r7]
    b .
    .ltorg
program halfword_and_reset  @ handler
    strh r1, [r0]
    b reset_now
program words_and_reset     @ handler: the second store spans two words
    str r1, [r0]
    str r1, [r2]
    b reset_now
program byte_and_return     @ handler: to the instruction behind
    ldr r7, [sp, #24]
    adds r7, #2
    str r7, [sp, #24]
    strb r1, [r0]
    bx lr
