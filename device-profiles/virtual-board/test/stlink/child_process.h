// SPDX-License-Identifier: GPL-2.0-or-later
// Programs that a test starts, reads and ends, by their process id.
#ifndef VB_TEST_CHILD_PROCESS_H
#define VB_TEST_CHILD_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

typedef struct ChildProcess {
    pid_t pid;
    int output; // stdout and stderr together
} ChildProcess;

bool program_on_path(const char *name);
// Ends the test program with a message when the program cannot be started.
ChildProcess child_start(const char *const arguments[]);
// One line without its line feed; false at the end of the output or after `timeout_seconds`.
bool child_read_line(const ChildProcess *child, char *line, size_t line_bytes, int timeout_seconds);
// All output until the program ends (cut to output_bytes); the exit code, or -1 when it was killed after
// `timeout_seconds`.
int child_finish(ChildProcess *child, char *output, size_t output_bytes, int timeout_seconds);
// For messages of failing tests: "was running", or how it had ended, and what it wrote since. Kills it.
void child_describe_end(ChildProcess *child, char *text, size_t text_bytes);
int child_terminate(ChildProcess *child); // SIGTERM; the exit code

#endif
