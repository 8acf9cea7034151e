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
    int watch;   // of the slave, in `inotify`
    int inotify; // readable when the host opened or closed the port; -1 when inotify is unavailable
    char path[64];
} Pty;

typedef struct PtyChanges {
    bool opened;
    bool abandoned; // for a moment at least nobody had it open any more
} PtyChanges;

bool pty_open(Pty *pty, uint32_t bits_per_second); // false with a message on stderr
void pty_close(Pty *pty);
// The rate that the host set on the port, whatever its number (TCSETS2); 0 = hung up (B0).
uint32_t pty_host_rate(const Pty *pty);
size_t pty_write(const Pty *pty, const uint8_t *bytes, size_t count); // how many it took
size_t pty_read(const Pty *pty, uint8_t *bytes, size_t capacity);
// Takes note of what the host's programs did since the last call: counts *openings up and down.
PtyChanges pty_open_changes(const Pty *pty, int *openings);
// Whether the host has the port open now. The count can be too low: inotify tells of two openings in a row
// only once. Costs a few system calls.
bool pty_is_open_on_host(Pty *pty);
void pty_discard_unread(const Pty *pty); // what was written to the host and not read yet

#endif
