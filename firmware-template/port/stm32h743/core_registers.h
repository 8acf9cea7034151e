// SPDX-License-Identifier: Apache-2.0
// Registers of the Cortex-M7 itself that this port touches (ARMv7-M Architecture Reference Manual, part B3;
// Cortex-M7 Technical Reference Manual). Only what is used.
#ifndef HILDA_CORE_REGISTERS_H
#define HILDA_CORE_REGISTERS_H

#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *)(address))

// System control block
#define SCB_VTOR REGISTER(0xE000ED08U)
#define SCB_AIRCR REGISTER(0xE000ED0CU)
#define SCB_AIRCR_KEY (0x05FAU << 16)
#define SCB_AIRCR_PRIGROUP (7U << 8)
#define SCB_AIRCR_SYSRESETREQ (1U << 2)
#define SCB_CCR REGISTER(0xE000ED14U)
#define SCB_CCR_DIV_0_TRP (1U << 4)
#define SCB_CCR_DC (1U << 16)
#define SCB_CCR_IC (1U << 17)
#define SCB_SHPR3 REGISTER(0xE000ED20U)
#define SCB_SHCSR REGISTER(0xE000ED24U)
#define SCB_SHCSR_MEMFAULTENA (1U << 16)
#define SCB_SHCSR_BUSFAULTENA (1U << 17)
#define SCB_SHCSR_USGFAULTENA (1U << 18)
#define SCB_CFSR REGISTER(0xE000ED28U)
#define SCB_CFSR_MSTKERR (1U << 4)
#define SCB_CFSR_MMARVALID (1U << 7)
#define SCB_CFSR_STKERR (1U << 12)
#define SCB_CFSR_BFARVALID (1U << 15)
#define SCB_HFSR REGISTER(0xE000ED2CU)
#define SCB_MMFAR REGISTER(0xE000ED34U)
#define SCB_BFAR REGISTER(0xE000ED38U)
#define SCB_CPACR REGISTER(0xE000ED88U)
#define SCB_CPACR_FPU (0xFU << 20)

// Caches
#define CACHE_CCSIDR REGISTER(0xE000ED80U)
#define CACHE_CSSELR REGISTER(0xE000ED84U)
#define CACHE_ICIALLU REGISTER(0xE000EF50U)
#define CACHE_DCISW REGISTER(0xE000EF60U)

// Memory protection unit
#define MPU_CTRL REGISTER(0xE000ED94U)
#define MPU_CTRL_ENABLE (1U << 0)
#define MPU_CTRL_PRIVDEFENA (1U << 2)
#define MPU_RNR REGISTER(0xE000ED98U)
#define MPU_RBAR REGISTER(0xE000ED9CU)
#define MPU_RASR REGISTER(0xE000EDA0U)

// SysTick
#define SYSTICK_CSR REGISTER(0xE000E010U)
#define SYSTICK_CSR_ENABLE (1U << 0)
#define SYSTICK_CSR_TICKINT (1U << 1)
#define SYSTICK_CSR_CLKSOURCE (1U << 2)
#define SYSTICK_RVR REGISTER(0xE000E014U)
#define SYSTICK_CVR REGISTER(0xE000E018U)

// Interrupt controller
#define NVIC_ISER(interrupt) REGISTER(0xE000E100U + 4U * ((interrupt) / 32U))
#define NVIC_IPR_BYTE(interrupt) (*(volatile uint8_t *)(0xE000E400U + (interrupt)))

// Debug and trace
#define DEBUG_DEMCR REGISTER(0xE000EDFCU)
#define DEBUG_DEMCR_TRCENA (1U << 24)
#define ITM_STIMULUS_0 REGISTER(0xE0000000U)
#define DWT_CTRL REGISTER(0xE0001000U)
#define DWT_CTRL_CYCCNTENA (1U << 0)
#define DWT_CYCCNT REGISTER(0xE0001004U)
#define DWT_LAR REGISTER(0xE0001FB0U)
#define DWT_LAR_KEY 0xC5ACCE55U

static inline void data_synchronization_barrier(void) { __asm volatile("dsb 0xF" ::: "memory"); }
static inline void instruction_synchronization_barrier(void) { __asm volatile("isb 0xF" ::: "memory"); }
static inline void disable_interrupts(void) { __asm volatile("cpsid i" ::: "memory"); }
static inline void enable_interrupts(void) { __asm volatile("cpsie i" ::: "memory"); }
static inline void wait_for_interrupt(void) { __asm volatile("dsb 0xF\n wfi" ::: "memory"); }

#endif
