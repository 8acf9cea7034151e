// SPDX-License-Identifier: GPL-2.0-or-later
#include "chip/gpio.h"
#include "chip/rcc.h"
#include "chip/register_frame.h"
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
    R_ODR = 0x14,
    R_LCKR = 0x1C,
    R_AFRL = 0x20,
    R_AFRH = 0x24,
};

typedef enum { MODE_INPUT, MODE_OUTPUT, MODE_ALTERNATE, MODE_ANALOG } PinMode;
typedef enum { PULL_NONE, PULL_UP, PULL_DOWN } Pull;

#define LCKK (1u << 16)

typedef struct Port {
    ClockGate gate; // first: what clocked() asks
    char name[8];
    char bit_name[24];
    unsigned index;
    RegisterFrame frame;
    unsigned lock_step; // of the sequence that freezes the configuration (RM0433 11.3.6)
    uint32_t locked;    // pins
} Port;

struct Gpio {
    Port ports[PORTS];
};

static uint32_t reg(const Port *port, unsigned offset) { return register_frame_value(&port->frame, offset); }

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

static uint32_t input_read(const void *owner, uint32_t stored) {
    (void)stored;
    return input_levels(owner);
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
    bool complete = ++port->lock_step == 3;
    port->locked = complete ? pins : 0;
    register_frame_set(&port->frame, R_LCKR, complete ? pins | LCKK : pins);
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

// Frozen pins stay as they were.
static void configuration_written(void *owner, const RegisterWrite *write) {
    Port *port = owner;
    uint32_t frozen = frozen_bits(port, write->offset);
    register_frame_set(&port->frame, write->offset,
                       (reg(port, write->offset) & ~frozen) | (write->previous & frozen));
}

static void bsrr_written(void *owner, const RegisterWrite *write) {
    Port *port = owner;
    uint32_t kept = reg(port, R_ODR) & ~(write->word >> 16);
    register_frame_set(&port->frame, R_ODR, kept | (write->word & 0xFFFFu)); // set wins over reset
}

static void lckr_written(void *owner, const RegisterWrite *write) { write_lock(owner, write->value); }

// The debug pins of ports A and B are the only ones that are not analog after reset (RM0433 11.4).
#define PORT_REGISTERS(moder, ospeedr, pupdr)                                                                \
    {                                                                                                        \
        {"MODER", R_MODER, moder, EVERY_BIT, EVERY_BIT, NULL, configuration_written, 0, false},              \
            {"OTYPER", R_OTYPER, 0, EVERY_BIT, 0xFFFF, NULL, configuration_written, 0, false},               \
            {"OSPEEDR", R_OSPEEDR, ospeedr, EVERY_BIT, EVERY_BIT, NULL, configuration_written, 0, false},    \
            {"PUPDR", R_PUPDR, pupdr, EVERY_BIT, EVERY_BIT, NULL, configuration_written, 0, false},          \
            {"IDR", 0x10, 0, 0xFFFF, 0, input_read, NULL, 0, false},                                         \
            {"ODR", R_ODR, 0, EVERY_BIT, 0xFFFF, NULL, NULL, 0, false},                                      \
            {"BSRR", 0x18, 0, 0, 0, NULL, bsrr_written, 0, false},                                           \
            {"LCKR", R_LCKR, 0, EVERY_BIT, 0, NULL, lckr_written, 0, false},                                 \
            {"AFRL, AFRH", R_AFRL, 0, EVERY_BIT, EVERY_BIT, NULL, configuration_written, 2, false},          \
    }
#define PORT_ROWS 9u

static const Register port_a[PORT_ROWS] = PORT_REGISTERS(0xABFFFFFFu, 0x0C000000u, 0x64000000u);
static const Register port_b[PORT_ROWS] = PORT_REGISTERS(0xFFFFFEBFu, 0x000000C0u, 0x00000100u);
static const Register other_port[PORT_ROWS] = PORT_REGISTERS(EVERY_BIT, 0, 0);

static bool clocked(void *owner) { return clock_gate_open(owner); }

static void unlock(void *owner) {
    Port *port = owner;
    port->lock_step = 0;
    port->locked = 0;
}

// The reset line of RCC reaches what a system reset does.
static void reset(void *owner) {
    Port *port = owner;
    register_frame_system_reset(&port->frame);
    unlock(port);
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
                     .clocked = clocked,
                     .reset = unlock};
    const Register *rows = index == 0 ? port_a : index == 1 ? port_b : other_port;
    register_frame_attach(&port->frame, rows, PORT_ROWS, chip->config.bus, &device);
    rcc_on_peripheral_reset(chip->rcc, RCC_AHB4ENR, index, reset, port);
}

Gpio *gpio_new(Chip *chip) {
    Gpio *gpio = chip_allocate(sizeof *gpio);
    for (unsigned i = 0; i < PORTS; i++) {
        attach_port(chip, &gpio->ports[i], i);
    }
    return gpio;
}

void gpio_free(Gpio *gpio) { free(gpio); }
