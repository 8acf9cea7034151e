// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE // accept4
#include "control/control_socket.h"
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define MAX_CLIENTS 8u
#define LINE_BYTES 256u
#define ANSWER_BYTES 131072u // 256 lints of the longest kind

typedef struct Client {
    ControlSocket *control;
    int fd; // -1 = free
    char line[LINE_BYTES];
    size_t length;
} Client;

struct ControlSocket {
    Board *board;
    Loop *loop;
    int listener;
    Client clients[MAX_CLIENTS];
    char answer[ANSWER_BYTES];
};

static void drop(Client *client) {
    loop_unwatch(client->control->loop, client->fd);
    close(client->fd);
    client->fd = -1;
}

// Answers are short and wanted: a client that does not read them is dropped rather than waited for.
static bool send_answer(Client *client) {
    ControlSocket *control = client->control;
    size_t length = strlen(control->answer);
    control->answer[length++] = '\n';
    return send(client->fd, control->answer, length, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)length;
}

static bool execute_lines(Client *client) {
    char *end;
    while ((end = memchr(client->line, '\n', client->length)) != NULL) {
        size_t used = (size_t)(end - client->line) + 1;
        *end = '\0';
        if (end > client->line && end[-1] == '\r') {
            end[-1] = '\0';
        }
        control_execute(client->control->board, client->line, client->control->answer, ANSWER_BYTES - 1);
        if (!send_answer(client)) {
            return false;
        }
        client->length -= used;
        memmove(client->line, client->line + used, client->length);
    }
    return client->length < sizeof client->line;
}

static void client_ready(void *context, short revents) {
    Client *client = context;
    (void)revents;
    ssize_t got =
        recv(client->fd, client->line + client->length, sizeof client->line - client->length, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (got > 0) {
        client->length += (size_t)got;
    }
    if (got <= 0 || !execute_lines(client)) {
        drop(client);
    }
}

static void listener_ready(void *context, short revents) {
    ControlSocket *control = context;
    (void)revents;
    int fd = accept4(control->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) {
        return;
    }
    for (size_t i = 0; i < MAX_CLIENTS; i++) {
        Client *client = &control->clients[i];
        if (client->fd < 0) {
            client->fd = fd;
            client->length = 0;
            loop_watch(control->loop, fd, POLLIN, client_ready, client);
            return;
        }
    }
    close(fd);
}

ControlSocket *control_socket_new(Board *board, Loop *loop, const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    ControlSocket *control = calloc(1, sizeof *control);
    if (control == NULL) {
        abort();
    }
    control->board = board;
    control->loop = loop;
    for (size_t i = 0; i < MAX_CLIENTS; i++) {
        control->clients[i] = (Client){.control = control, .fd = -1};
    }
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    control->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (control->listener < 0 || bind(control->listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(control->listener, 4) != 0) {
        fprintf(stderr, "virtual board: no control socket at %s: %s\n", path, strerror(errno));
        if (control->listener >= 0) {
            close(control->listener);
        }
        free(control);
        return NULL;
    }
    loop_watch(loop, control->listener, POLLIN, listener_ready, control);
    return control;
}

void control_socket_free(ControlSocket *control) {
    if (control == NULL) {
        return;
    }
    for (size_t i = 0; i < MAX_CLIENTS; i++) {
        if (control->clients[i].fd >= 0) {
            drop(&control->clients[i]);
        }
    }
    loop_unwatch(control->loop, control->listener);
    close(control->listener);
    free(control);
}
