// SPDX-License-Identifier: GPL-2.0-or-later
// Where other programs find the virtual boards that run: RUNTIME/boards/SERIAL.json, RUNTIME being
// $XDG_RUNTIME_DIR/hilda or, where that is unset or empty, /tmp/hilda-<uid>.
#ifndef VB_REGISTRY_H
#define VB_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>

typedef struct Registry {
    char description[256]; // SERIAL.json
    char control[256];     // SERIAL.sock, for the control socket
    char lock[256];        // SERIAL.lock, held as long as the board lives
    int lock_fd;
} Registry;

// Claims the serial number. False with a message in `error` when a live board has it or the directory is
// unusable.
bool registry_claim(Registry *registry, const char *serial, char *error, size_t error_bytes);
// Writes the description atomically. False with a message in `error`.
bool registry_publish(const Registry *registry, const char *json, char *error, size_t error_bytes);
// Removes everything; the serial number is free again.
void registry_release(Registry *registry);

#endif
