// SPDX-License-Identifier: GPL-2.0-or-later
// The control socket as clients use it, well or badly: in another process, while the loop runs here.
#define _GNU_SOURCE
#include "chip_test.h"
#include "control/control_socket.h"
#include "loop/loop.h"
#include <poll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define ANSWER_BYTES 131072

static char path[64];
static char answer[ANSWER_BYTES];

static int connect_client(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
    return fd;
}

static void send_text(int fd, const char *text) {
    CHECK(send(fd, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text));
}

// One line without its end; empty at the end of the stream.
static const char *receive_line(int fd) {
    size_t length = 0;
    bool ended = false;
    while (!ended && length + 1 < sizeof answer) {
        // A look first: what follows the line is the next call's.
        ssize_t seen = recv(fd, answer + length, sizeof answer - 1 - length, MSG_PEEK);
        if (seen <= 0) {
            break;
        }
        const char *end = memchr(answer + length, '\n', (size_t)seen);
        size_t wanted = end != NULL ? (size_t)(end + 1 - (answer + length)) : (size_t)seen;
        CHECK(recv(fd, answer + length, wanted, 0) == (ssize_t)wanted);
        ended = end != NULL;
        length += ended ? wanted - 1 : wanted;
    }
    answer[length] = '\0';
    return answer;
}

static void answersEveryLineWhateverItsLength(void) {
    static const size_t lengths[] = {1, 159, 160, 255, 256, 257, 511, 512, 513, 5000};
    int fd = connect_client();
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        char line[5002];
        memset(line, 'x', lengths[i]);
        memcpy(line + lengths[i], "\n", 2);
        send_text(fd, line);
        const char *expected = lengths[i] < 160 ? "unknown command" : "command is longer than 159 characters";
        CHECK(strncmp(receive_line(fd), "{\"ok\":false,\"error\":\"", 21) == 0);
        CHECK(strstr(answer, expected) != NULL);
    }
    send_text(fd, "power on\r\n");
    CHECK(strcmp(receive_line(fd), "{\"ok\":true,\"power\":true}") == 0);
    close(fd);
}

static void answersALastCommandWithoutALineEnd(void) {
    int fd = connect_client();
    send_text(fd, "power on\npower on");
    CHECK(shutdown(fd, SHUT_WR) == 0);
    CHECK(strcmp(receive_line(fd), "{\"ok\":true,\"power\":true}") == 0);
    CHECK(strcmp(receive_line(fd), "{\"ok\":true,\"power\":true}") == 0);
    CHECK(strcmp(receive_line(fd), "") == 0);
    close(fd);
}

static void saysWhenThereAreTooManyClients(void) {
    int clients[8];
    for (size_t i = 0; i < 8; i++) {
        clients[i] = connect_client();
        send_text(clients[i], "power on\n");
        receive_line(clients[i]);
    }
    int ninth = connect_client();
    CHECK(strstr(receive_line(ninth), "{\"ok\":false,\"error\":\"8 clients are connected") == answer);
    CHECK(strcmp(receive_line(ninth), "") == 0);
    close(ninth);
    for (size_t i = 0; i < 8; i++) {
        close(clients[i]);
    }
}

// 60 answers of 40 KB are more than the socket holds: they wait, nothing is lost.
static void getsLongAnswersAlthoughItReadsLate(void) {
    int fd = connect_client();
    for (size_t i = 0; i < 60; i++) {
        send_text(fd, "lints\n");
    }
    usleep(50000);
    for (size_t i = 0; i < 60; i++) {
        receive_line(fd);
        CHECK(strlen(answer) > 40000);
        CHECK(strcmp(answer + strlen(answer) - 3, "}]}") == 0);
    }
    close(fd);
}

static void leavesWithoutReading(void) {
    int fd = connect_client();
    for (size_t i = 0; i < 60; i++) {
        send_text(fd, "lints\n");
    }
    usleep(20000);
    close(fd);
}

static void client(void) {
    alarm(30);
    answersEveryLineWhateverItsLength();
    answersALastCommandWithoutALineEnd();
    getsLongAnswersAlthoughItReadsLate();
    leavesWithoutReading();
    usleep(50000);
    saysWhenThereAreTooManyClients();
    _exit(0);
}

static void look_for_client(void *context, short revents) {
    int status;
    (void)revents;
    if (waitpid(-1, &status, WNOHANG) > 0) {
        loop_quit(context, WIFEXITED(status) ? WEXITSTATUS(status) : 1);
    }
}

int main(void) {
    Board *board = test_board(REVISION_V);
    Loop *loop = board_loop_new(board);
    snprintf(path, sizeof path, "/tmp/socket-test-%d", (int)getpid());
    for (int i = 0; i < 250; i++) {
        lints_note(board->lints, "some-kind",
                   "a message of some length, so that all of them together are long: no. %d "
                   "of two hundred and fifty, which is nearly all that the board keeps",
                   i);
    }
    ControlSocket *control = control_socket_new(board, loop, path);
    CHECK(control != NULL);
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    struct itimerspec tick = {.it_value = {.tv_nsec = 5000000}, .it_interval = {.tv_nsec = 5000000}};
    CHECK(timerfd_settime(timer, 0, &tick, NULL) == 0);
    loop_watch(loop, timer, POLLIN, look_for_client, loop);
    if (fork() == 0) {
        client();
    }
    int result = loop_run(loop);
    control_socket_free(control);
    unlink(path);
    loop_free(loop);
    close(timer);
    test_board_free(board);
    return result;
}
