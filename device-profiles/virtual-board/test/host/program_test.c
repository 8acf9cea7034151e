// SPDX-License-Identifier: GPL-2.0-or-later
// host_program_test PROGRAM: starts the virtual board as a bench does, several at once, and ends it.
#define _GNU_SOURCE
#include "chip_test.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINE_BYTES 1024

static const char *program;
static char directory[64] = "/tmp/program-test-XXXXXX";

typedef struct Child {
    pid_t pid;
    int out;
    int err;
} Child;

static Child start(const char *const *arguments) {
    int out[2];
    int err[2];
    CHECK(pipe(out) == 0 && pipe(err) == 0);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        const char *argv[16] = {program};
        for (size_t i = 0; arguments[i] != NULL; i++) {
            argv[i + 1] = arguments[i];
        }
        dup2(out[1], STDOUT_FILENO);
        dup2(err[1], STDERR_FILENO);
        execv(program, (char *const *)argv);
        _exit(127);
    }
    close(out[1]);
    close(err[1]);
    return (Child){pid, out[0], err[0]};
}

// The first line within ten seconds, or what there is at the end of the stream.
static void read_line(int fd, char line[LINE_BYTES]) {
    size_t length = 0;
    alarm(10);
    while (length + 1 < LINE_BYTES && read(fd, line + length, 1) == 1 && line[length] != '\n') {
        length++;
    }
    alarm(0);
    line[length] = '\0';
}

static int wait_for(Child *child) {
    int status;
    alarm(10);
    CHECK_EQUAL(child->pid, waitpid(child->pid, &status, 0));
    alarm(0);
    close(child->out);
    close(child->err);
    CHECK(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int stop(Child *child, int signal_number) {
    CHECK(kill(child->pid, signal_number) == 0);
    return wait_for(child);
}

static void value_of(const char *json, const char *key, char value[LINE_BYTES]) {
    const char *at = strstr(json, key);
    CHECK(at != NULL);
    at += strlen(key);
    size_t length = strcspn(at, "\",}");
    memcpy(value, at, length);
    value[length] = '\0';
}

static bool exists(const char *serial, const char *suffix) {
    char path[256];
    snprintf(path, sizeof path, "%s/hilda/boards/%s.%s", directory, serial, suffix);
    return access(path, F_OK) == 0;
}

static void ask(const char *json, const char *command, char answer[LINE_BYTES]) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char path[LINE_BYTES];
    value_of(json, "\"control\":\"", path);
    memcpy(address.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
    CHECK(write(fd, command, strlen(command)) == (ssize_t)strlen(command));
    read_line(fd, answer);
    close(fd);
}

static void shouldDescribeItselfAndLeaveNothingBehind(void) {
    char line[LINE_BYTES];
    char text[LINE_BYTES];
    Child child = start((const char *const[]){"--json", "--serial", "PROGRAM1", "--revision", "Y", NULL});
    read_line(child.out, line);
    CHECK(strstr(line, "{\"serial\":\"PROGRAM1\",\"stlink_port\":") == line);
    CHECK(
        strstr(line, "\"revision\":\"Y\",\"timing\":\"cortex-m7-1\",\"board\":\"virtual-nucleo-h743zi\"}") !=
        NULL);
    value_of(line, "\"pid\":", text);
    CHECK_EQUAL(child.pid, atoi(text));
    value_of(line, "\"pty\":\"", text);
    int port = open(text, O_RDWR | O_NOCTTY);
    CHECK(port >= 0);
    close(port);
    CHECK(exists("PROGRAM1", "json"));
    ask(line, "status\n", text);
    CHECK(strstr(text, "{\"ok\":true,\"power\":true") == text);
    CHECK_EQUAL(0, stop(&child, SIGTERM));
    CHECK(!exists("PROGRAM1", "json") && !exists("PROGRAM1", "sock") && !exists("PROGRAM1", "lock"));
}

static void shouldRunBesideOthersButNotBesideItself(void) {
    char line[LINE_BYTES];
    Child first = start((const char *const[]){"--json", "--serial", "A1", NULL});
    read_line(first.out, line);
    Child second = start((const char *const[]){"--json", "--serial", "A2", NULL});
    read_line(second.out, line);
    CHECK(strstr(line, "\"A2\"") != NULL);
    Child again = start((const char *const[]){"--json", "--serial", "A1", NULL});
    read_line(again.err, line);
    CHECK(strcmp(line, "hilda-virtual-board: a virtual board with serial number A1 runs already; choose "
                       "another --serial") == 0);
    CHECK_EQUAL(2, wait_for(&again));
    CHECK(exists("A1", "json"));
    CHECK_EQUAL(0, stop(&second, SIGINT));
    CHECK_EQUAL(0, stop(&first, SIGTERM));
    Child killed = start((const char *const[]){"--json", "--serial", "A1", NULL});
    read_line(killed.out, line);
    kill(killed.pid, SIGKILL);
    int status;
    waitpid(killed.pid, &status, 0);
    CHECK(exists("A1", "json"));
    Child next = start((const char *const[]){"--json", "--serial", "A1", NULL});
    read_line(next.out, line);
    CHECK(strstr(line, "\"A1\"") != NULL);
    CHECK_EQUAL(0, stop(&next, SIGTERM));
}

static void shouldPutEverythingAwayWhenItsTerminalCloses(void) {
    char line[LINE_BYTES];
    Child child = start((const char *const[]){"--json", "--serial", "HANGUP", NULL});
    read_line(child.out, line);
    CHECK_EQUAL(0, stop(&child, SIGHUP));
    CHECK(!exists("HANGUP", "json") && !exists("HANGUP", "sock") && !exists("HANGUP", "lock"));
    signal(SIGHUP, SIG_IGN); // as nohup does
    child = start((const char *const[]){"--json", "--serial", "HANGUP", NULL});
    signal(SIGHUP, SIG_DFL);
    read_line(child.out, line);
    CHECK(kill(child.pid, SIGHUP) == 0);
    ask(line, "status\n", line);
    CHECK(strstr(line, "{\"ok\":true") == line);
    CHECK_EQUAL(0, stop(&child, SIGTERM));
}

static void shouldRefuseBadUsage(void) {
    char line[LINE_BYTES];
    Child child = start((const char *const[]){"--revision", "W", NULL});
    read_line(child.err, line);
    CHECK(strcmp(line, "hilda-virtual-board: --revision is 'W'; expected Y or V") == 0);
    CHECK_EQUAL(2, wait_for(&child));
    child = start((const char *const[]){"--serial", "A3", "--fault", "serial-drop:to-host", NULL});
    read_line(child.err, line);
    CHECK(strcmp(line, "hilda-virtual-board: --fault: serial-drop: 1 arguments given; expected: serial-drop "
                       "DIRECTION BYTES") == 0);
    CHECK_EQUAL(2, wait_for(&child));
    CHECK(!exists("A3", "lock"));
}

static double processor_seconds(pid_t pid) {
    char path[64];
    char text[1024];
    unsigned long user;
    unsigned long system;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    CHECK(file != NULL && fgets(text, sizeof text, file) != NULL);
    fclose(file);
    CHECK(sscanf(strrchr(text, ')'), ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
                 &system) == 2);
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

// Idle: the flash is erased, the core locked up. Its virtual time follows the clock on the wall.
static void shouldWaitAtTheHostsPaceWithoutWork(void) {
    char line[LINE_BYTES];
    char before[LINE_BYTES];
    char after[LINE_BYTES];
    char text[LINE_BYTES];
    Child child = start((const char *const[]){"--json", "--serial", "IDLE", NULL});
    read_line(child.out, line);
    ask(line, "status\n", before);
    double processor = processor_seconds(child.pid);
    sleep(2);
    ask(line, "status\n", after);
    processor = processor_seconds(child.pid) - processor;
    value_of(before, "\"picoseconds\":", text);
    double from = strtod(text, NULL) / 1e12;
    value_of(after, "\"picoseconds\":", text);
    double virtual_seconds = strtod(text, NULL) / 1e12 - from;
    printf("idle for 2 s: %.2f s of processor time, %.3f s of virtual time\n", processor, virtual_seconds);
    CHECK(processor <= 0.1);
    CHECK(virtual_seconds > 1.9 && virtual_seconds < 4);
    CHECK_EQUAL(0, stop(&child, SIGTERM));
}

int main(int argc, char **argv) {
    CHECK_EQUAL(2, argc);
    program = argv[1];
    CHECK(mkdtemp(directory) != NULL);
    setenv("XDG_RUNTIME_DIR", directory, 1);
    shouldDescribeItselfAndLeaveNothingBehind();
    shouldRunBesideOthersButNotBesideItself();
    shouldPutEverythingAwayWhenItsTerminalCloses();
    shouldRefuseBadUsage();
    shouldWaitAtTheHostsPaceWithoutWork();
    char path[128];
    snprintf(path, sizeof path, "%s/hilda/boards", directory);
    CHECK(rmdir(path) == 0);
    snprintf(path, sizeof path, "%s/hilda", directory);
    CHECK(rmdir(path) == 0 && rmdir(directory) == 0);
    return 0;
}
