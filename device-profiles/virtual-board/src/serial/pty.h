// SPDX-License-Identifier: GPL-2.0-or-later
// The host's end of the virtual COM port: a pseudo-terminal in raw mode.
#ifndef VB_PTY_H
#define VB_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Pty {
    int master;
    int slave;   // kept open, or the master hangs up whenever the host closes the port
    int inotify; // readable when the host opened or closed the port; -1 when inotify is unavailable
    char path[64];
} Pty;

bool pty_open(Pty *pty, uint32_t bits_per_second); // false with a message on stderr
void pty_close(Pty *pty);
// The rate that the host set on the port, whatever its number (TCSETS2); 0 = hung up (B0).
uint32_t pty_host_rate(const Pty *pty);
size_t pty_write(const Pty *pty, const uint8_t *bytes, size_t count); // how many it took
size_t pty_read(const Pty *pty, uint8_t *bytes, size_t capacity);
// Openings minus closings by the host since the last call; *opened tells whether it was opened meanwhile.
int pty_open_changes(const Pty *pty, bool *opened);

#endif
