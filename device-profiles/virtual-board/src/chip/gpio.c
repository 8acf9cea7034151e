// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/gpio.h"
#include "chip/rcc.h"
#include <stdlib.h>
#include <string.h>

#define GPIO_BASE 0x58020000u
#define PORT_BYTES 0x400u
#define PORTS 11u
#define PINS 16u

enum {
    R_MODER = 0x00,
    R_OTYPER = 0x04,
    R_OSPEEDR = 0x08,
    R_PUPDR = 0x0C,
    R_IDR = 0x10,
    R_ODR = 0x14,
    R_BSRR = 0x18,
    R_LCKR = 0x1C,
    R_AFRL = 0x20,
    R_AFRH = 0x24,
    R_LAST = 0x24,
};

typedef enum { MODE_INPUT, MODE_OUTPUT, MODE_ALTERNATE, MODE_ANALOG } PinMode;
typedef enum { PULL_NONE, PULL_UP, PULL_DOWN } Pull;

#define LCKK (1u << 16)

typedef struct Port {
    ClockGate gate; // first: the context of the device
    char name[8];
    char bit_name[24];
    unsigned index;
    uint32_t registers[R_LAST / 4 + 1];
    unsigned lock_step; // of the sequence that freezes the configuration (RM0433 11.3.6)
    uint32_t locked;    // pins
} Port;

struct Gpio {
    Port ports[PORTS];
};

static uint32_t reg(const Port *port, unsigned offset) { return port->registers[offset / 4]; }

static unsigned field2(const Port *port, unsigned offset, unsigned pin) {
    return reg(port, offset) >> 2 * pin & 3u;
}

int gpio_alternate_function(const Gpio *gpio, unsigned port_index, unsigned pin) {
    const Port *port = &gpio->ports[port_index];
    if (field2(port, R_MODER, pin) != MODE_ALTERNATE) {
        return GPIO_NO_FUNCTION;
    }
    return (int)(reg(port, pin < 8 ? R_AFRL : R_AFRH) >> 4 * (pin & 7u) & 0xFu);
}

bool gpio_is_open_drain(const Gpio *gpio, unsigned port, unsigned pin) {
    return (reg(&gpio->ports[port], R_OTYPER) >> pin & 1u) != 0;
}

bool gpio_has_pull_up(const Gpio *gpio, unsigned port, unsigned pin) {
    return field2(&gpio->ports[port], R_PUPDR, pin) == PULL_UP;
}

bool gpio_drives_high(const Gpio *gpio, unsigned port_index, unsigned pin) {
    const Port *port = &gpio->ports[port_index];
    return field2(port, R_MODER, pin) == MODE_OUTPUT && (reg(port, R_ODR) >> pin & 1u) != 0;
}

// What stands on a pin: a push-pull output its own level, everything else its pull; floating reads 0. The
// idle serial line from the ST-Link holds PD9 high.
static bool pin_level(const Port *port, unsigned pin) {
    if (port->index == GPIO_PORT('D') && pin == 9) {
        return true;
    }
    bool driven = field2(port, R_MODER, pin) == MODE_OUTPUT;
    bool high = (reg(port, R_ODR) >> pin & 1u) != 0;
    bool open_drain = (reg(port, R_OTYPER) >> pin & 1u) != 0;
    if (driven && (!open_drain || !high)) {
        return high;
    }
    return field2(port, R_PUPDR, pin) == PULL_UP;
}

static uint32_t input_levels(const Port *port) {
    uint32_t levels = 0;
    for (unsigned pin = 0; pin < PINS; pin++) {
        bool analog = field2(port, R_MODER, pin) == MODE_ANALOG;
        levels |= (uint32_t)(!analog && pin_level(port, pin)) << pin;
    }
    return levels;
}

static bool clocked(void *context) { return clock_gate_open(context); }

static BusResult read_register(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                               uint32_t *value) {
    const Port *port = context;
    (void)master;
    uint32_t aligned = offset & ~3u;
    uint32_t word = 0;
    if (aligned == R_IDR) {
        word = input_levels(port);
    } else if (aligned <= R_LAST && aligned != R_BSRR) {
        word = reg(port, aligned);
    }
    *value = narrow_read(word, offset, size_bytes);
    return BUS_OK;
}

// Writes 1+pins, 0+pins, 1+pins with the same pins freeze them until the next reset.
static void write_lock(Port *port, uint32_t value) {
    bool key = (value & LCKK) != 0;
    uint32_t pins = value & 0xFFFFu;
    bool expected_key = port->lock_step != 1;
    if (key != expected_key || (port->lock_step > 0 && pins != (reg(port, R_LCKR) & 0xFFFFu)) ||
        port->locked != 0) {
        port->lock_step = 0;
        return;
    }
    port->registers[R_LCKR / 4] = pins;
    if (++port->lock_step == 3) {
        port->locked = pins;
        port->registers[R_LCKR / 4] |= LCKK;
    }
}

// The bits of a configuration register that belong to frozen pins.
static uint32_t frozen_bits(const Port *port, uint32_t offset) {
    unsigned bits_per_pin = offset == R_OTYPER ? 1 : offset >= R_AFRL ? 4 : 2;
    unsigned first_pin = offset == R_AFRH ? 8 : 0;
    uint32_t frozen = 0;
    for (unsigned pin = first_pin; pin < PINS && (pin - first_pin) * bits_per_pin < 32; pin++) {
        if ((port->locked >> pin & 1u) != 0) {
            frozen |= ((1u << bits_per_pin) - 1) << (pin - first_pin) * bits_per_pin;
        }
    }
    return frozen;
}

static BusResult write_register(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                                uint32_t value) {
    Port *port = context;
    (void)master;
    uint32_t aligned = offset & ~3u;
    if (aligned > R_LAST || aligned == R_IDR) {
        return BUS_OK;
    }
    uint32_t *target = &port->registers[aligned / 4];
    if (aligned == R_BSRR) {
        uint32_t word = narrow_merge(0, offset, size_bytes, value);
        uint32_t *odr = &port->registers[R_ODR / 4];
        *odr = (*odr & ~(word >> 16)) | (word & 0xFFFFu); // set wins over reset
    } else if (aligned == R_LCKR) {
        write_lock(port, value);
    } else {
        uint32_t word = narrow_merge(*target, offset, size_bytes, value);
        uint32_t frozen = aligned == R_ODR ? 0 : frozen_bits(port, aligned);
        word = (word & ~frozen) | (*target & frozen);
        *target = aligned == R_ODR || aligned == R_OTYPER ? word & 0xFFFFu : word;
    }
    return BUS_OK;
}

// The debug pins of ports A and B are the only ones that are not analog after reset (RM0433 11.4).
static void reset(void *context) {
    Port *port = context;
    memset(port->registers, 0, sizeof port->registers);
    port->lock_step = 0;
    port->locked = 0;
    port->registers[R_MODER / 4] = port->index == 0   ? 0xABFFFFFFu
                                   : port->index == 1 ? 0xFFFFFEBFu
                                                      : 0xFFFFFFFFu;
    port->registers[R_OSPEEDR / 4] = port->index == 0 ? 0x0C000000u : port->index == 1 ? 0x000000C0u : 0;
    port->registers[R_PUPDR / 4] = port->index == 0 ? 0x64000000u : port->index == 1 ? 0x00000100u : 0;
}

static void attach_port(Chip *chip, Port *port, unsigned index) {
    port->index = index;
    memcpy(port->name, "GPIO?", 6);
    port->name[4] = (char)('A' + (int)index);
    memcpy(port->bit_name, "RCC_AHB4ENR.GPIO?EN", 20);
    port->bit_name[16] = port->name[4];
    port->gate = (ClockGate){chip, port->name, RCC_AHB4ENR, index, port->bit_name};
    Device device = {.name = port->name,
                     .base = GPIO_BASE + index * PORT_BYTES,
                     .size_bytes = PORT_BYTES,
                     .context = port,
                     .read = read_register,
                     .write = write_register,
                     .clocked = clocked,
                     .reset = reset};
    bus_attach_device(chip->config.bus, &device);
    rcc_on_peripheral_reset(chip->rcc, RCC_AHB4ENR, index, reset, port);
    reset(port);
}

Gpio *gpio_new(Chip *chip) {
    Gpio *gpio = chip_allocate(sizeof *gpio);
    for (unsigned i = 0; i < PORTS; i++) {
        attach_port(chip, &gpio->ports[i], i);
    }
    return gpio;
}

void gpio_free(Gpio *gpio) { free(gpio); }
