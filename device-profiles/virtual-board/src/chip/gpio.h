// SPDX-License-Identifier: GPL-2.0-or-later
// The ports A-K (RM0433 chapter 11) and what the NUCLEO-H743ZI hangs on their pins.
#ifndef VB_GPIO_H
#define VB_GPIO_H

#include "chip/chip_internal.h"

#define GPIO_PORT(letter) ((unsigned)((letter) - 'A'))
#define GPIO_NO_FUNCTION (-1)

Gpio *gpio_new(Chip *chip);
void gpio_free(Gpio *gpio);
// The alternate function (0-15) that the pin is switched to, or GPIO_NO_FUNCTION in any other mode.
int gpio_alternate_function(const Gpio *gpio, unsigned port, unsigned pin);
bool gpio_is_open_drain(const Gpio *gpio, unsigned port, unsigned pin);
bool gpio_has_pull_up(const Gpio *gpio, unsigned port, unsigned pin);
bool gpio_drives_high(const Gpio *gpio, unsigned port, unsigned pin); // an output pin at 1

#endif
