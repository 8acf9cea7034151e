@ SPDX-License-Identifier: GPL-2.0-or-later
@ Programs for the core's tests, linked at the start of the flash memory. Each ends with BKPT.
    .include "program_macros.inc"

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

program benchmark_kernel    @ r0 = rounds: the inner loop of a quantized layer, sixteen MACs a store
    ldr r1, =0x20001000
    ldr r2, =0x20003000
    ldr r10, =0x20005000
1:  movs r4, #8
    mov r5, r1
    mov r6, r2
    movs r7, #0
2:  ldr r3, [r5], #4
    ldr r8, [r6], #4
    sxtb16 r9, r3
    sxtb16 r3, r3, ror #8
    sxtb16 r11, r8
    sxtb16 r8, r8, ror #8
    smlad r7, r9, r11, r7
    smlad r7, r3, r8, r7
    subs r4, #1
    bne 2b
    ssat r7, #8, r7, asr #9
    strb r7, [r10]
    subs r0, #1
    bne 1b
    bkpt 0
    .ltorg

program benchmark_registers @ r0 = rounds
1:  movs r4, #16
2:  add r2, r2, r4
    eor r3, r3, r2, ror #7
    sub r5, r3, r2
    orr r6, r5, #1
    mul r7, r6, r2
    lsr r5, r7, #3
    subs r4, #1
    bne 2b
    subs r0, #1
    bne 1b
    bkpt 0

@ ---- exceptions ----

program record_frame        @ handler: R11 = frame, R10 = IPSR, R9 = EXC_RETURN; stops
    mrs r10, ipsr
    mov r9, lr
    tst lr, #4
    ite eq
    mrseq r11, msp
    mrsne r11, psp
    bkpt 1

program skip_instruction    @ handler: returns behind the faulting 32-bit instruction, counts in R11
    add r11, #1
    ldr r0, [sp, #24]
    add r0, #4
    str r0, [sp, #24]
    bx lr

program svc_with_registers
    ldr r0, =0x11111111
    ldr r1, =0x22222222
    ldr r2, =0x33333333
    ldr r3, =0x44444444
    ldr r12, =0xCCCCCCCC
    ldr lr, =0xEEEEEEEE
    movs r4, #0
    cmp r4, #1              @ N set, Z, C, V clear
    svc 7
label svc_return_address
    bkpt 2
    .ltorg

program svc_from_process_stack @ unprivileged on PSP with SP 4 modulo 8
    ldr r0, =0x20006004
    msr psp, r0
    movs r0, #3
    msr control, r0
    isb
    svc 1
    mrs r5, control
    bkpt 2
    .ltorg

program svc_returns
    mov r4, sp
    svc 1
    mov r5, sp
    mrs r6, control
    bkpt 2

program plain_return
    add r11, #1
    bx lr

program undefined_instruction
    movs r4, #4
    udf.w #0
label undefined_after
    bkpt 2

program read_unmapped
    ldr r0, =0x70000000
    movs r1, #55
    movs r2, #1
label read_unmapped_at
    ldr r1, [r0, #8]
    movs r2, #2
    bkpt 2
    .ltorg

program write_unmapped
    ldr r0, =0x70000000
    movs r2, #1
label write_unmapped_at
    str.w r1, [r0, #4]
    movs r2, #2
    movs r3, #3
    bkpt 2
    .ltorg

program device_error_read
    ldr r0, =DEVICE
    movs r1, #77
    movs r2, #1
label device_error_read_at
    ldr.w r1, [r0, #0x10]
    movs r2, #2
    bkpt 2
    .ltorg

program device_error_write
    ldr r0, =DEVICE
    movs r2, #1
label device_error_write_at
    str.w r1, [r0, #0x10]
    movs r2, #2
    bkpt 2
    .ltorg

program fault_in_it_block
    ldr r0, =0x70000000
    movs r1, #1
    movs r2, #0
    cmp r1, #1
    ittet eq
    addeq r2, #1
label fault_in_it_block_at
    ldreq.w r3, [r0]
    addne r2, #16
    addeq r2, #4
    bkpt 2
    .ltorg

program many_faults         @ r4 = rounds of a failing load and a failing store
    ldr r5, =0x70000000
    ldr r6, =DEVICE
1:  ldr.w r7, [r5]
    str.w r7, [r6, #0x10]
    subs r4, #1
    bne 1b
    bkpt 2
    .ltorg

program branch_to_unmapped
    ldr r0, =0x70000001
    bx r0
    .ltorg
program branch_to_device
    ldr r0, =0x40000001
    bx r0
    .ltorg
program branch_to_arm
    ldr r0, =svc_returns
    bic r0, #1
    bx r0
    .ltorg

program unaligned_device
    ldr r0, =0x40000005
    ldr r1, [r0]
    bkpt 2
    .ltorg
program unaligned_double
    ldr r0, =0x20004002
    ldrd r1, r2, [r0]
    bkpt 2
    .ltorg
program unaligned_multiple
    ldr r0, =0x20004001
    movs r3, #1
    movs r3, #0
    ittt eq
    moveq r3, #5
    stmeq r0!, {r1, r2}
    moveq r3, #6
    bkpt 2
    .ltorg
program unaligned_float
    ldr r0, =0x20004001
    vldr d0, [r0, #4]
    bkpt 2
    .ltorg
program doubles_aligned_to_words
    ldr r0, =0x20004004
    vmov.f64 d0, #1.0
    vstr d0, [r0]
    vldr d1, [r0]
    ldmia r0, {r1, r2}
    strd r2, r1, [r0, #8]
    bkpt 2
    .ltorg
program unaligned_word
    ldr r0, =0x20004002
    ldr r1, [r0]
    bkpt 2
    .ltorg
program unaligned_word_trapped
    ldr r0, =SCS+0xD14
    ldr r1, [r0]
    orr r1, #8
    str r1, [r0]
    dsb
    isb
    ldr r0, =0x20004002
    ldr r1, [r0]
    bkpt 2
    .ltorg

program divide_by_zero
    ldr r0, =SCS+0xD14
    ldr r1, [r0]
    orr r1, #16
    str r1, [r0]
    dsb
    isb
    movs r1, #100
    movs r2, #10
    movs r3, #0
    udiv r4, r1, r2
label divide_by_zero_at
    udiv r5, r1, r3
    bkpt 2
    .ltorg

program enable_faults       @ subroutine: MemManage, BusFault, UsageFault
    ldr r0, =SCS+0xD24
    ldr r1, [r0]
    orr r1, #0x70000
    str r1, [r0]
    dsb
    bx lr
    .ltorg

program enable_fpu
    ldr r0, =SCS+0xD88
    mov r1, #0xF00000
    str r1, [r0]
    dsb
    isb
    bx lr
    .ltorg

program fpu_switched_in_line
    ldr r0, =SCS+0xD88
    mov r1, #0xF00000
    movs r2, #0
    str r1, [r0]
    dsb
    isb
    vmov s0, r1
    str r2, [r0]
    dsb
    isb
label fpu_switched_in_line_at
    vmov r3, s0
    bkpt 2
    .ltorg

program fpu_off
    movs r4, #1
    movs r5, #2
label fpu_off_at
    vmov s0, r4
    bkpt 2

program fpu_svc
    bl enable_fpu
    movs r4, #21
    vmov s0, r4
    vmov s15, r4
    vmov s16, r4
    ldr r5, =0x03000000     @ flush to zero, default NaN
    vmsr fpscr, r5
    svc 3
    vmov r6, s0
    mrs r7, control
    bkpt 2
    .ltorg

program fpu_clobber         @ handler that uses the FPU itself
    mrs r9, control
    movs r0, #99
    vmov s0, r0
    bx lr

program fpu_default_context
    bl enable_fpu
    ldr r0, =SCS+0xF3C
    ldr r1, =0x00C00000     @ FPDSCR: round towards zero
    str r1, [r0]
    isb
    str r1, [r0]
    movs r4, #1
    vmov s0, r4
    vmrs r5, fpscr
    bkpt 2
    .ltorg

@ ---- interrupts ----
program enable_irqs         @ subroutine: IRQ 0-31
    ldr r0, =SCS+0x100
    mov r1, #-1
    str r1, [r0]
    bx lr
    .ltorg

program irq_nesting         @ IRQ 1 (priority 0x80) raises IRQ 2 (0x40) from its handler, IRQ 3 (0x80) pends
    bl enable_irqs
    ldr r0, =SCS+0x400
    ldr r1, =0x80408000
    str r1, [r0]
    ldr r4, =DEVICE
    movs r5, #1
    str r5, [r4, #8]
    nop
    movs r5, #9
    str r5, [r4, #0x18]
    bkpt 2
    .ltorg
program irq1_handler
    push {r4, lr}
    ldr r4, =DEVICE
    movs r0, #1
    str r0, [r4, #0xC]
    movs r0, #10
    str r0, [r4, #0x18]
    movs r0, #3
    str r0, [r4, #8]
    movs r0, #2
    str r0, [r4, #8]
    b 1f                    @ a block boundary
1:  movs r0, #11
    str r0, [r4, #0x18]
    pop {r4, pc}
    .ltorg
program irq2_handler
    ldr r1, =DEVICE
    movs r0, #2
    str r0, [r1, #0xC]
    movs r0, #20
    str r0, [r1, #0x18]
    bx lr
    .ltorg
program irq3_handler
    ldr r1, =DEVICE
    movs r0, #3
    str r0, [r1, #0xC]
    movs r0, #30
    str r0, [r1, #0x18]
    mov r9, lr
    bx lr
    .ltorg

program primask_holds       @ IRQ 1 pends behind PRIMASK until CPSIE
    bl enable_irqs
    ldr r4, =DEVICE
    cpsid i
    movs r5, #1
    str r5, [r4, #8]
    movs r5, #50
    str r5, [r4, #0x18]
    b 1f
1:  movs r5, #51
    str r5, [r4, #0x18]
    cpsie i
    movs r5, #52
    str r5, [r4, #0x18]
    bkpt 2
    .ltorg
program irq_once
    ldr r1, =DEVICE
    movs r0, #1
    str r0, [r1, #0xC]
    movs r0, #60
    str r0, [r1, #0x18]
    bx lr
    .ltorg

program basepri_holds
    bl enable_irqs
    ldr r0, =SCS+0x400
    ldr r1, =0x80808080
    str r1, [r0]
    ldr r4, =DEVICE
    movs r5, #0x8F          @ only the upper four bits exist
    msr basepri, r5
    mrs r6, basepri
    movs r5, #1
    str r5, [r4, #8]
    b 1f
1:  movs r5, #51
    str r5, [r4, #0x18]
    movs r5, #0
    msr basepri, r5
    movs r5, #52
    str r5, [r4, #0x18]
    bkpt 2
    .ltorg

program wait_for_interrupt
    bl enable_irqs
    ldr r4, =DEVICE
    ldr r5, =100000
    str r5, [r4, #0x14]
    wfi
    movs r5, #7
    str r5, [r4, #0x18]
    bkpt 2
    .ltorg
program irq5_handler
    ldr r1, =DEVICE
    movs r0, #5
    str r0, [r1, #0xC]
    movs r0, #70
    str r0, [r1, #0x18]
    bx lr
    .ltorg

program wait_for_event
    sev
    wfe                     @ returns at once: the event register is set
    movs r4, #1
    wfe                     @ sleeps
    movs r4, #2
    bkpt 2

program sleep_on_exit
    bl enable_irqs
    ldr r0, =SCS+0xD10
    movs r1, #2
    str r1, [r0]
    ldr r4, =DEVICE
    movs r5, #1
    str r5, [r4, #8]
    b 1f
1:  bkpt 3                  @ must not be reached
    .ltorg

program systick_periods     @ r0 = reload, then spins
    ldr r4, =SCS
    str r0, [r4, #0x14]
    movs r1, #0
    str r1, [r4, #0x18]
    movs r1, #7
    str r1, [r4, #0x10]
1:  adds r6, #1
    b 1b
    .ltorg
program systick_handler
    ldr r1, =DEVICE
    str r0, [r1, #0x18]
    bx lr
    .ltorg

program long_program        @ many things at once, for totals that must not depend on slices
    bl enable_irqs
    ldr r4, =DEVICE
    ldr r0, =SCS
    ldr r1, =999
    str r1, [r0, #0x14]
    movs r1, #0
    str r1, [r0, #0x18]
    movs r1, #7
    str r1, [r0, #0x10]
    ldr r7, =3000
1:  ldr r5, =70
    str r5, [r4, #0x14]
    movs r6, #30
2:  adds r3, #1
    eor r3, r3, r6
    subs r6, #1
    bne 2b
    svc 1
    ldr r5, [r4]
    add r8, r8, r5
    subs r7, #1
    bne 1b
    bkpt 2
    .ltorg

program self_modifying      @ copied to RAM; rewrites its own ADD and runs again
    movs r1, #0
    movs r2, #0
1:
label self_modifying_patch
    adds r1, #1
    adds r2, #1
    cmp r2, #2
    beq 2f
    movw r3, #0x3107        @ adds r1, #7
    ldr r4, =0x24000004     @ where the patch lies in the copy
    strh r3, [r4]
    dsb
    isb
    b 1b
2:  bkpt 2
    .ltorg
label self_modifying_end

program bad_exc_return      @ as a handler: reserved value of EXC_RETURN
    ldr lr, =0xFFFFFFF5
    bx lr
    .ltorg

program fault_in_hard_fault
    ldr r0, =0x70000000
    ldr r1, [r0]
    bkpt 3
    .ltorg

program stack_to_unmapped
    ldr r0, =0x70000100
    mov sp, r0
    svc 1
    bkpt 3
    .ltorg
