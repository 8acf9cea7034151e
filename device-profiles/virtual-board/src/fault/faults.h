// SPDX-License-Identifier: GPL-2.0-or-later
// Which faults are armed. Each subsystem asks at the place where the fault would happen; the control socket
// and --fault arm them.
#ifndef VB_FAULTS_H
#define VB_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Faults Faults;

typedef enum {
    FAULT_SERIAL_DROP,    // args: direction (0 to board, 1 to host), bytes
    FAULT_SERIAL_CORRUPT, // args: direction, bytes
    FAULT_SERIAL_NOISE,   // args: direction, bytes in a million that are changed
    FAULT_SERIAL_DEAD,
    FAULT_SERIAL_AT_ON_OPEN, // a modem manager writes "AT\r\n" when the port is opened
    FAULT_CORE_HANG,
    FAULT_BROWN_OUT,     // immediate
    FAULT_POWER_OFF,     // args: USB commands until the power is lost, 0 = immediate
    FAULT_FLASH_BAD_BIT, // args: address, bit 0-7: reads inverted
    FAULT_FLASH_PROGRAM_ERROR,
    FAULT_FLASH_ERASE_FAILURE,
    FAULT_FLASH_WRITE_PROTECT, // args: sector mask, bit = sector 0-15
    FAULT_FLASH_READOUT_PROTECT,
    FAULT_FLASH_TORN_WORD, // args: address: the 32-byte word has an ECC double error
    FAULT_STLINK_TCP_DROP, // args: USB commands until the TCP connection closes
    FAULT_STLINK_UNPLUG,   // args: USB commands until the probe is gone from the list and connections fail
    FAULT_STLINK_STALL,    // args: USB commands until no more answers come
    FAULT_STLINK_WRONG_SERIAL,
    FAULT_STLINK_WRONG_IDCODE,
    FAULT_STLINK_ZERO_VOLT,
    FAULT_STLINK_OPEN_ERROR,
    FAULT_STLINK_BUSY,
    FAULT_SWD_DEAD,   // the chip is powered, but does not answer the probe
    FAULT_CLOCK_SKEW, // args: rate of the ST-Link's 8 MHz in millionths of what it should be
    FAULT_HSE_DEAD,
    FAULT_COUNT
} FaultName;

typedef struct Fault {
    bool armed;
    uint32_t args[2]; // counters among them are counted down by the subsystem that owns the fault
} Fault;

Faults *faults_new(void);
void faults_free(Faults *faults);
Fault *fault(Faults *faults, FaultName name); // never NULL
static inline bool fault_armed(Faults *faults, FaultName name) { return fault(faults, name)->armed; }
void faults_set(Faults *faults, FaultName name, Fault value); // calls the hooks below
// "flash-torn-word 0x08020000" or "flash-torn-word:0x08020000". On a bad text returns false and writes what
// is wrong into `error`. Arming calls the hooks below so that immediate faults act at once.
bool faults_arm(Faults *faults, const char *text, char *error, size_t error_bytes);
void faults_clear(Faults *faults, const char *name_or_null);
// The same for text from outside: false and a message for an unknown name.
bool faults_clear_named(Faults *faults, const char *name_or_null, char *error, size_t error_bytes);
const char *fault_name(FaultName name); // as the control socket spells it
// What the board cannot do now, in words, or NULL; asked before a fault is armed by a text.
void faults_on_arming(Faults *faults, const char *(*objection)(void *context, FaultName name), void *context);
void faults_on_change(Faults *faults, void (*changed)(void *context, FaultName name, const Fault *fault),
                      void *context); // several allowed

#endif
