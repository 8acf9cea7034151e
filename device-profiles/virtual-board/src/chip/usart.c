// SPDX-License-Identifier: GPL-2.0-or-later
// Registers, DMA requests and the interrupt.
#include "chip/usart.h"
#include "chip/dma.h"
#include "chip/usart_internal.h"
#include <stdlib.h>

enum {
    R_CR1 = 0x00,
    R_CR2 = 0x04,
    R_CR3 = 0x08,
    R_BRR = 0x0C,
    R_GTPR = 0x10,
    R_RTOR = 0x14,
    R_RQR = 0x18,
    R_ISR = 0x1C,
    R_ICR = 0x20,
    R_RDR = 0x24,
    R_TDR = 0x28,
    R_PRESC = 0x2C,
};

#define RQR_RXFRQ (1u << 3)
#define RQR_TXFRQ (1u << 4)
#define ICR_CLEARS (ISR_PE | ISR_FE | ISR_NE | ISR_ORE | ISR_IDLE | ISR_TC | ISR_RTOF | ISR_CMF)
// Fields that may be written only while UE is 0 (RM0433 48.8.1 to 48.8.4).
#define CR1_LOCKED 0x3000F600u
#define CR2_LOCKED 0x003FFF71u

static const UsartInstance instances[USART_COUNT] = {
    {"USART1", 0x40011000, 37, RCC_APB2ENR, 4, "RCC_APB2ENR.USART1EN", 41, true},
    {"USART2", 0x40004400, 38, RCC_APB1LENR, 17, "RCC_APB1LENR.USART2EN", 43, false},
    {"USART3", 0x40004800, 39, RCC_APB1LENR, 18, "RCC_APB1LENR.USART3EN", 45, false},
    {"UART4", 0x40004C00, 52, RCC_APB1LENR, 19, "RCC_APB1LENR.UART4EN", 63, false},
    {"UART5", 0x40005000, 53, RCC_APB1LENR, 20, "RCC_APB1LENR.UART5EN", 65, false},
    {"USART6", 0x40011400, 71, RCC_APB2ENR, 5, "RCC_APB2ENR.USART6EN", 71, true},
    {"UART7", 0x40007800, 82, RCC_APB1LENR, 30, "RCC_APB1LENR.UART7EN", 79, false},
    {"UART8", 0x40007C00, 83, RCC_APB1LENR, 31, "RCC_APB1LENR.UART8EN", 81, false},
};
#define USART3_INDEX 2u

unsigned usart_fifo_capacity(const Usart *usart) {
    return (usart->cr1 & CR1_FIFOEN) != 0 ? USART_FIFO_BYTES : 1;
}

// ---- flags ----

// TXFTCFG and RXFTCFG: 1/8, 1/4, 1/2, 3/4, 7/8, all.
static unsigned threshold(uint32_t cr3, unsigned position) {
    static const unsigned bytes[8] = {2, 4, 8, 12, 14, 16, 16, 16};
    return bytes[cr3 >> position & 7u];
}

static uint32_t fifo_flags(const Usart *usart) {
    uint32_t flags = usart->transmit.count == 0 ? ISR_TXFE : 0;
    flags |= usart->receive.count == USART_FIFO_BYTES ? ISR_RXFF : 0;
    flags |= usart->receive.count >= threshold(usart->cr3, CR3_RXFTCFG_POSITION) ? ISR_RXFT : 0;
    unsigned free_bytes = USART_FIFO_BYTES - usart->transmit.count;
    return flags | (free_bytes >= threshold(usart->cr3, CR3_TXFTCFG_POSITION) ? ISR_TXFT : 0);
}

static uint32_t status(const Usart *usart) {
    const Chip *chip = usart->gate.chip;
    uint32_t flags = usart->flags;
    flags |= usart->receive.count > 0 ? ISR_RXNE : 0;
    flags |= usart->transmit.count < usart_fifo_capacity(usart) ? ISR_TXE : 0;
    if ((usart->cr1 & CR1_UE) != 0) {
        flags |= (usart->cr1 & CR1_TE) != 0 ? ISR_TEACK : 0;
        flags |= (usart->cr1 & CR1_RE) != 0 ? ISR_REACK : 0;
        bool hears = usart == chip->usart3 && (usart->cr1 & CR1_RE) != 0;
        flags |= hears && chip->config.serial_receiving(chip->config.context) ? ISR_BUSY : 0;
    }
    return (usart->cr1 & CR1_FIFOEN) != 0 ? flags | fifo_flags(usart) : flags;
}

static bool interrupts(const Usart *usart) {
    static const struct {
        uint32_t enable;
        uint32_t flags;
    } sources[] = {
        {CR1_IDLEIE, ISR_IDLE}, {CR1_RXNEIE, ISR_RXNE | ISR_ORE},
        {CR1_TCIE, ISR_TC},     {CR1_TXEIE, ISR_TXE},
        {CR1_PEIE, ISR_PE},     {CR1_CMIE, ISR_CMF},
        {CR1_RTOIE, ISR_RTOF},  {CR1_TXFEIE, ISR_TXFE},
        {CR1_RXFFIE, ISR_RXFF},
    };
    uint32_t flags = status(usart);
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        if ((usart->cr1 & sources[i].enable) != 0 && (flags & sources[i].flags) != 0) {
            return true;
        }
    }
    return ((usart->cr3 & CR3_EIE) != 0 && (flags & (ISR_FE | ISR_ORE | ISR_NE)) != 0) ||
           ((usart->cr3 & CR3_TXFTIE) != 0 && (flags & ISR_TXFT) != 0) ||
           ((usart->cr3 & CR3_RXFTIE) != 0 && (flags & ISR_RXFT) != 0);
}

bool usart_requests_dma(const Usart *usart, unsigned request) {
    if ((usart->cr1 & CR1_UE) == 0) {
        return false;
    }
    if (request == usart->instance->dma_receive) {
        bool masked = (usart->cr3 & CR3_DDRE) != 0 && (usart->flags & (ISR_FE | ISR_NE | ISR_ORE)) != 0;
        return (usart->cr3 & CR3_DMAR) != 0 && usart->receive.count > 0 && !masked;
    }
    return request == usart->instance->dma_receive + 1 && (usart->cr3 & CR3_DMAT) != 0 &&
           usart->transmit.count < usart_fifo_capacity(usart);
}

void usart_changed(Usart *usart) {
    Chip *chip = usart->gate.chip;
    if ((usart->cr3 & (CR3_DMAR | CR3_DMAT)) != 0) {
        dma_serve(chip);
    }
    if (chip->core != NULL) {
        core_set_irq_line(chip->core, usart->instance->irq, interrupts(usart));
    }
}

// ---- registers ----

static uint32_t keep_locked(Usart *usart, const char *name, uint32_t old, uint32_t value, uint32_t locked) {
    if ((usart->cr1 & CR1_UE) == 0 || ((old ^ value) & locked) == 0) {
        return value;
    }
    lints_note(usart->gate.chip->config.lints, "uart-locked-register",
               "%s_%s bits 0x%x are written while UE is 1; they do not change", usart->instance->name, name,
               (unsigned)((old ^ value) & locked));
    return (value & ~locked) | (old & locked);
}

static void disable(Usart *usart) {
    usart_stop_line(usart);
    usart->flags = ISR_TC;
}

static void write_cr1(Usart *usart, uint32_t value) {
    uint32_t old = usart->cr1;
    usart->cr1 = keep_locked(usart, "CR1", old, value, CR1_LOCKED);
    uint32_t sends = CR1_UE | CR1_TE;
    if ((old & CR1_UE) != 0 && (value & CR1_UE) == 0) {
        disable(usart);
    } else if ((old & sends) != sends && (value & sends) == sends) {
        usart_transmitter_enabled(usart);
        usart_start_sending(usart);
    }
}

static void write_data(Usart *usart, uint32_t value) {
    if ((usart->cr1 & CR1_UE) == 0) {
        lints_note(usart->gate.chip->config.lints, "uart-off",
                   "%s_TDR is written while UE is 0; the byte is lost", usart->instance->name);
        return;
    }
    usart->flags &= ~(uint32_t)ISR_TC;
    if (usart->transmit.count == usart_fifo_capacity(usart)) {
        lints_note(usart->gate.chip->config.lints, "uart-overwrite",
                   "%s_TDR is written while TXE is 0; a byte is lost", usart->instance->name);
        usart_take(&usart->transmit);
    }
    usart_put(&usart->transmit, (uint8_t)value);
    usart_start_sending(usart);
}

static void write_request(Usart *usart, uint32_t value) {
    if ((value & RQR_RXFRQ) != 0) {
        usart->receive.count = 0;
    }
    if ((value & RQR_TXFRQ) != 0) {
        usart->transmit.count = 0;
    }
}

static uint32_t read_word(Usart *usart, uint32_t offset) {
    switch (offset) {
    case R_CR1:
        return usart->cr1;
    case R_CR2:
        return usart->cr2;
    case R_CR3:
        return usart->cr3;
    case R_BRR:
        return usart->brr;
    case R_GTPR:
        return usart->gtpr;
    case R_RTOR:
        return usart->rtor;
    case R_ISR:
        return status(usart);
    case R_RDR:
        return usart->receive.bytes[usart->receive.first];
    case R_PRESC:
        return usart->presc;
    default: // RQR, ICR and TDR read as zero
        return 0;
    }
}

static void write_word(Usart *usart, uint32_t offset, uint32_t value) {
    switch (offset) {
    case R_CR1:
        write_cr1(usart, value);
        break;
    case R_CR2:
        usart->cr2 = keep_locked(usart, "CR2", usart->cr2, value, CR2_LOCKED);
        break;
    case R_CR3:
        usart->cr3 = value;
        break;
    case R_BRR:
        usart->brr = keep_locked(usart, "BRR", usart->brr, value & 0xFFFFu, 0xFFFFu);
        break;
    case R_GTPR:
        usart->gtpr = value & 0xFFFFu;
        break;
    case R_RTOR:
        usart->rtor = value;
        break;
    case R_RQR:
        write_request(usart, value);
        break;
    case R_ICR:
        usart->flags &= ~(value & ICR_CLEARS);
        break;
    case R_TDR:
        write_data(usart, value);
        break;
    case R_PRESC:
        usart->presc = keep_locked(usart, "PRESC", usart->presc, value & 0xFu, 0xFu);
        break;
    default:
        return;
    }
    usart_changed(usart);
}

static BusResult read_register(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                               uint32_t *value) {
    Usart *usart = context;
    (void)master;
    uint32_t aligned = offset & ~3u;
    *value = narrow_read(read_word(usart, aligned), offset, size_bytes);
    if (aligned == R_RDR && usart->receive.count > 0) { // a debugger takes the byte as well
        usart_take(&usart->receive);
        usart_changed(usart);
    }
    return BUS_OK;
}

static BusResult write_register(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                                uint32_t value) {
    Usart *usart = context;
    (void)master;
    uint32_t aligned = offset & ~3u;
    bool writes_action = aligned == R_TDR || aligned == R_ICR || aligned == R_RQR;
    uint32_t old = writes_action ? 0 : read_word(usart, aligned);
    write_word(usart, aligned, narrow_merge(old, offset, size_bytes, value));
    return BUS_OK;
}

static bool clocked(void *context) { return clock_gate_open(context); }

static void reset(void *context) {
    Usart *usart = context;
    usart_stop_line(usart);
    usart->cr1 = 0;
    usart->cr2 = 0;
    usart->cr3 = 0;
    usart->brr = 0;
    usart->gtpr = 0;
    usart->rtor = 0;
    usart->presc = 0;
    usart->preamble_end = 0;
    usart->flags = ISR_TC;
    usart_changed(usart);
}

static Usart *usart_new(Chip *chip, const UsartInstance *instance) {
    Usart *usart = chip_allocate(sizeof *usart);
    usart->gate = (ClockGate){chip, instance->name, instance->enable_register, instance->enable_bit,
                              instance->enable_name};
    usart->instance = instance;
    usart->flags = ISR_TC;
    usart_init_events(usart);
    Device device = {.name = instance->name,
                     .base = instance->base,
                     .size_bytes = 0x400,
                     .context = usart,
                     .read = read_register,
                     .write = write_register,
                     .clocked = clocked,
                     .reset = reset};
    bus_attach_device(chip->config.bus, &device);
    rcc_on_peripheral_reset(chip->rcc, instance->enable_register, instance->enable_bit, reset, usart);
    return usart;
}

void usart_new_all(Chip *chip) {
    for (size_t i = 0; i < USART_COUNT; i++) {
        chip->usarts[i] = usart_new(chip, &instances[i]);
    }
    chip->usart3 = chip->usarts[USART3_INDEX];
}

void usart_free(Usart *usart) {
    if (usart != NULL) {
        usart_stop_line(usart);
        free(usart);
    }
}
