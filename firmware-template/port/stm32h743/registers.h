// SPDX-License-Identifier: Apache-2.0
// Registers of the STM32H743 that this port touches (RM0433 chapters in brackets). Only what is used.
#ifndef HILDA_REGISTERS_H
#define HILDA_REGISTERS_H

#include "core_registers.h"

// Identification [RM0433 60.5.8, 61.1, 61.2]
#define DBGMCU_IDCODE REGISTER(0x5C001000U)
#define DBGMCU_APB4FZ1 REGISTER(0x5C001054U)
#define DBGMCU_APB4FZ1_IWDG1 (1U << 18)
#define UNIQUE_ID_ADDRESS 0x1FF1E800U
#define FLASH_SIZE_KBYTES (*(volatile uint16_t *)0x1FF1E880U)

// AXI interconnect: read issuing capability of target 7, the AXI SRAM [ES0392 2.2.9]
#define AXI_TARG7_FN_MOD REGISTER(0x51008108U)
#define AXI_FN_MOD_READ_ISSUE_OVERRIDE (1U << 0)

// Power control [6.8]
#define PWR_CSR1 REGISTER(0x58024804U)
#define PWR_CSR1_ACTVOSRDY (1U << 13)
#define PWR_CR3 REGISTER(0x5802480CU)
#define PWR_CR3_BYPASS (1U << 0)
#define PWR_CR3_LDOEN (1U << 1)
#define PWR_D3CR REGISTER(0x58024818U)
#define PWR_D3CR_VOSRDY (1U << 13)
#define PWR_D3CR_VOS_SCALE_1 (3U << 14)
#define SYSCFG_PWRCR REGISTER(0x5800042CU)
#define SYSCFG_PWRCR_ODEN (1U << 0)

// Reset and clock control [8.7]
#define RCC_CR REGISTER(0x58024400U)
#define RCC_CR_HSION (1U << 0)
#define RCC_CR_HSIRDY (1U << 2)
#define RCC_CR_HSEON (1U << 16)
#define RCC_CR_HSERDY (1U << 17)
#define RCC_CR_HSEBYP (1U << 18)
#define RCC_CR_PLL1ON (1U << 24)
#define RCC_CR_PLL1RDY (1U << 25)
#define RCC_CFGR REGISTER(0x58024410U)
#define RCC_CFGR_SW_MASK 7U
#define RCC_CFGR_SW_PLL1 3U
#define RCC_CFGR_SWS_MASK (7U << 3)
#define RCC_CFGR_SWS_PLL1 (3U << 3)
#define RCC_D1CFGR REGISTER(0x58024418U)
#define RCC_D1CFGR_HPRE_DIV2 (8U << 0)
#define RCC_D1CFGR_D1PPRE_DIV2 (4U << 4)
#define RCC_D2CFGR REGISTER(0x5802441CU)
#define RCC_D2CFGR_D2PPRE1_DIV2 (4U << 4)
#define RCC_D2CFGR_D2PPRE2_DIV2 (4U << 8)
#define RCC_D3CFGR REGISTER(0x58024420U)
#define RCC_D3CFGR_D3PPRE_DIV2 (4U << 4)
#define RCC_PLLCKSELR REGISTER(0x58024428U)
#define RCC_PLLCKSELR_SRC_HSI 0U
#define RCC_PLLCKSELR_SRC_HSE 2U
#define RCC_PLLCKSELR_DIVM1(divider) ((divider) << 4)
#define RCC_PLLCFGR REGISTER(0x5802442CU)
#define RCC_PLLCFGR_PLL1RGE_2_TO_4_MHZ (1U << 2)
#define RCC_PLLCFGR_DIVP1EN (1U << 16)
#define RCC_PLL1DIVR REGISTER(0x58024430U)
#define RCC_PLL1DIVR_VALUE(n, p, q, r) (((n)-1U) | ((p)-1U) << 9 | ((q)-1U) << 16 | ((r)-1U) << 24)
#define RCC_RSR REGISTER(0x580244D0U)
#define RCC_RSR_RMVF (1U << 16)
#define RCC_RSR_BORRSTF (1U << 21)
#define RCC_RSR_PINRSTF (1U << 22)
#define RCC_RSR_PORRSTF (1U << 23)
#define RCC_RSR_SFTRSTF (1U << 24)
#define RCC_RSR_IWDG1RSTF (1U << 26)
#define RCC_RSR_WWDG1RSTF (1U << 28)
#define RCC_RSR_LPWRRSTF (1U << 30)
#define RCC_AHB1ENR REGISTER(0x580244D8U)
#define RCC_AHB1ENR_DMA1 (1U << 0)
#define RCC_AHB2ENR REGISTER(0x580244DCU)
#define RCC_AHB2ENR_SRAM1_TO_3 (7U << 29)
#define RCC_AHB4ENR REGISTER(0x580244E0U)
#define RCC_AHB4ENR_GPIOD (1U << 3)
#define RCC_APB1LENR REGISTER(0x580244E8U)
#define RCC_APB1LENR_USART3 (1U << 18)
#define RCC_APB4ENR REGISTER(0x580244F4U)
#define RCC_APB4ENR_SYSCFG (1U << 1)

// Embedded flash [4.9.1]
#define FLASH_ACR REGISTER(0x52002000U)
#define FLASH_ACR_LATENCY(wait_states) (wait_states)
#define FLASH_ACR_WRHIGHFREQ(delay) ((delay) << 4)
#define FLASH_ACR_MASK 0x3FU

// Port D [11.4]
#define GPIOD_MODER REGISTER(0x58020C00U)
#define GPIOD_OSPEEDR REGISTER(0x58020C08U)
#define GPIOD_PUPDR REGISTER(0x58020C0CU)
#define GPIOD_AFRH REGISTER(0x58020C24U)

// USART3 [48.7]
#define USART3_BASE 0x40004800U
#define USART3_CR1 REGISTER(USART3_BASE + 0x00U)
#define USART_CR1_UE (1U << 0)
#define USART_CR1_RE (1U << 2)
#define USART_CR1_TE (1U << 3)
#define USART_CR1_IDLEIE (1U << 4)
#define USART3_CR3 REGISTER(USART3_BASE + 0x08U)
#define USART_CR3_EIE (1U << 0)
#define USART_CR3_DMAR (1U << 6)
#define USART_CR3_DMAT (1U << 7)
#define USART3_BRR REGISTER(USART3_BASE + 0x0CU)
#define USART3_ISR REGISTER(USART3_BASE + 0x1CU)
#define USART_ISR_FE (1U << 1)
#define USART_ISR_NE (1U << 2)
#define USART_ISR_ORE (1U << 3)
#define USART_ISR_IDLE (1U << 4)
#define USART_ISR_TC (1U << 6)
#define USART3_ICR REGISTER(USART3_BASE + 0x20U)
#define USART3_RDR_ADDRESS (USART3_BASE + 0x24U)
#define USART3_TDR_ADDRESS (USART3_BASE + 0x28U)
#define USART3_INTERRUPT 39U

// DMA1 streams 0 and 1 [15.5] and their request multiplexer channels [17.6]
#define DMA1_LISR REGISTER(0x40020000U)
#define DMA1_LIFCR REGISTER(0x40020008U)
#define DMA_FLAGS(stream) (0x3DU << (6U * (stream)))
#define DMA_FLAG_TE(stream) (1U << (6U * (stream) + 3U))
#define DMA_FLAG_TC(stream) (1U << (6U * (stream) + 5U))
#define DMA1_CR(stream) REGISTER(0x40020010U + 0x18U * (stream))
#define DMA1_NDTR(stream) REGISTER(0x40020014U + 0x18U * (stream))
#define DMA1_PAR(stream) REGISTER(0x40020018U + 0x18U * (stream))
#define DMA1_M0AR(stream) REGISTER(0x4002001CU + 0x18U * (stream))
#define DMA_CR_EN (1U << 0)
#define DMA_CR_TEIE (1U << 2)
#define DMA_CR_HTIE (1U << 3)
#define DMA_CR_TCIE (1U << 4)
#define DMA_CR_MEMORY_TO_PERIPHERAL (1U << 6)
#define DMA_CR_CIRC (1U << 8)
#define DMA_CR_MINC (1U << 10)
#define DMA_CR_HIGH_PRIORITY (2U << 16)
#define DMA1_INTERRUPT(stream) (11U + (stream))
#define DMAMUX1_CCR(channel) REGISTER(0x40020800U + 4U * (channel))
#define DMAMUX_USART3_RX 45U
#define DMAMUX_USART3_TX 46U

// Independent watchdog [45.4]
#define IWDG1_KR REGISTER(0x58004800U)
#define IWDG1_PR REGISTER(0x58004804U)
#define IWDG1_RLR REGISTER(0x58004808U)
#define IWDG1_SR REGISTER(0x5800480CU)
#define IWDG_KEY_START 0xCCCCU
#define IWDG_KEY_UNLOCK 0x5555U
#define IWDG_KEY_REFRESH 0xAAAAU

#endif
