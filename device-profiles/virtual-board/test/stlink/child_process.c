// SPDX-License-Identifier: GPL-2.0-or-later
#include "child_process.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

bool program_on_path(const char *name) {
    char paths[4096];
    const char *path = getenv("PATH");
    snprintf(paths, sizeof paths, "%s", path == NULL ? "" : path);
    char *rest = NULL;
    for (char *folder = strtok_r(paths, ":", &rest); folder != NULL; folder = strtok_r(NULL, ":", &rest)) {
        char file[4352];
        snprintf(file, sizeof file, "%s/%s", folder, name);
        if (access(file, X_OK) == 0) {
            return true;
        }
    }
    return false;
}

ChildProcess child_start(const char *const arguments[]) {
    int ends[2];
    if (pipe(ends) != 0) {
        perror("pipe");
        exit(1);
    }
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        union {
            const char *const *constant;
            char *const *plain;
        } vector = {.constant = arguments};
        execvp(arguments[0], vector.plain);
        fprintf(stderr, "%s: %s\n", arguments[0], strerror(errno));
        _exit(127);
    }
    close(ends[1]);
    return (ChildProcess){.pid = pid, .output = ends[0]};
}

static double now_seconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

// 1 byte read, 0 end, -1 too late.
static int read_byte(int fd, char *byte, double deadline) {
    double left = deadline - now_seconds();
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    if (left <= 0 || poll(&ready, 1, (int)(left * 1000) + 1) <= 0) {
        return -1;
    }
    return read(fd, byte, 1) == 1 ? 1 : 0;
}

bool child_read_line(const ChildProcess *child, char *line, size_t line_bytes, int timeout_seconds) {
    double deadline = now_seconds() + timeout_seconds;
    size_t count = 0;
    char byte;
    while (read_byte(child->output, &byte, deadline) == 1) {
        if (byte == '\n') {
            line[count] = '\0';
            return true;
        }
        if (count + 1 < line_bytes) {
            line[count++] = byte;
        }
    }
    line[count] = '\0';
    return false;
}

static int wait_for(ChildProcess *child) {
    int status = 0;
    close(child->output);
    waitpid(child->pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int child_finish(ChildProcess *child, char *output, size_t output_bytes, int timeout_seconds) {
    double deadline = now_seconds() + timeout_seconds;
    size_t count = 0;
    char byte;
    int result;
    while ((result = read_byte(child->output, &byte, deadline)) == 1) {
        if (count + 1 < output_bytes) {
            output[count++] = byte;
        }
    }
    output[count] = '\0';
    if (result < 0) {
        kill(child->pid, SIGKILL);
        wait_for(child);
        return -1;
    }
    return wait_for(child);
}

void child_describe_end(ChildProcess *child, char *text, size_t text_bytes) {
    int status = 0;
    bool ended = waitpid(child->pid, &status, WNOHANG) == child->pid;
    if (!ended) {
        kill(child->pid, SIGKILL);
        waitpid(child->pid, NULL, 0);
    }
    int count =
        !ended ? snprintf(text, text_bytes, "was running; it wrote:\n")
        : WIFSIGNALED(status)
            ? snprintf(text, text_bytes, "had died of signal %d; it wrote:\n", WTERMSIG(status))
            : snprintf(text, text_bytes, "had ended with exit code %d; it wrote:\n", WEXITSTATUS(status));
    ssize_t written = read(child->output, text + count, text_bytes - (size_t)count - 1);
    text[count + (written > 0 ? (int)written : 0)] = '\0';
    close(child->output);
}

int child_terminate(ChildProcess *child) {
    kill(child->pid, SIGTERM);
    return wait_for(child);
}
