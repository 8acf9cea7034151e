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
#define MOST_LINE_BYTES 256u
#define LINE_BYTES (MOST_LINE_BYTES + 1) // and the end of a string
#define ANSWER_BYTES 131072u             // 256 lints of the longest kind
#define TOO_LONG "{\"ok\":false,\"error\":\"command is longer than 159 characters\"}"

typedef struct Client {
    ControlSocket *control;
    int fd; // -1 = free
    char line[LINE_BYTES];
    size_t length;
    bool too_long; // the rest of the line is passed over
    bool finished; // the client sends no more
    char *unsent;  // rest of an answer; further commands wait for it
    size_t unsent_length;
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
    free(client->unsent);
    *client = (Client){.control = client->control, .fd = -1};
}

// ---- answers; false when the client is gone ----

// Returns how many bytes went out, or -1.
static ssize_t send_some(int fd, const char *bytes, size_t length) {
    ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : sent;
}

static bool send_answer(Client *client) {
    char *answer = client->control->answer;
    size_t length = strlen(answer);
    answer[length++] = '\n';
    ssize_t sent = send_some(client->fd, answer, length);
    if (sent < 0) {
        return false;
    }
    client->unsent_length = length - (size_t)sent;
    if (client->unsent_length > 0) {
        client->unsent = malloc(client->unsent_length);
        if (client->unsent == NULL) {
            abort();
        }
        memcpy(client->unsent, answer + sent, client->unsent_length);
    }
    return true;
}

static bool send_rest(Client *client) {
    ssize_t sent = send_some(client->fd, client->unsent, client->unsent_length);
    if (sent < 0) {
        return false;
    }
    client->unsent_length -= (size_t)sent;
    memmove(client->unsent, client->unsent + sent, client->unsent_length);
    if (client->unsent_length == 0) {
        free(client->unsent);
        client->unsent = NULL;
    }
    return true;
}

// ---- commands ----

static bool execute_line(Client *client, size_t length) {
    ControlSocket *control = client->control;
    client->line[length] = '\0';
    if (length > 0 && client->line[length - 1] == '\r') {
        client->line[length - 1] = '\0';
    }
    if (client->too_long) {
        snprintf(control->answer, ANSWER_BYTES, TOO_LONG);
        client->too_long = false;
    } else {
        control_execute(control->board, client->line, control->answer, ANSWER_BYTES - 1);
    }
    return send_answer(client);
}

static bool execute_lines(Client *client) {
    char *end;
    while (client->unsent == NULL && (end = memchr(client->line, '\n', client->length)) != NULL) {
        size_t used = (size_t)(end - client->line) + 1;
        bool answered = execute_line(client, used - 1);
        client->length -= used;
        memmove(client->line, client->line + used, client->length);
        if (!answered) {
            return false;
        }
    }
    if (client->unsent != NULL) {
        return true;
    }
    if (client->length == MOST_LINE_BYTES) {
        client->too_long = true;
        client->length = 0;
    }
    if (client->finished && (client->length > 0 || client->too_long)) { // a last command without line end
        size_t length = client->length;
        client->length = 0;
        return execute_line(client, length);
    }
    return true;
}

static bool receive(Client *client) {
    ssize_t got =
        recv(client->fd, client->line + client->length, MOST_LINE_BYTES - client->length, MSG_DONTWAIT);
    if (got < 0) {
        return errno == EAGAIN || errno == EINTR;
    }
    client->length += (size_t)got;
    client->finished = got == 0;
    return true;
}

static void client_ready(void *context, short revents) {
    Client *client = context;
    (void)revents;
    bool alive = client->unsent != NULL ? send_rest(client) : receive(client);
    alive = alive && execute_lines(client);
    if (!alive || (client->finished && client->unsent == NULL)) {
        drop(client);
        return;
    }
    loop_watch(client->control->loop, client->fd, client->unsent != NULL ? POLLOUT : POLLIN, client_ready,
               client);
}

static void listener_ready(void *context, short revents) {
    static const char refusal[] = "{\"ok\":false,\"error\":\"8 clients are connected already; close one of "
                                  "them and connect again\"}\n";
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
            loop_watch(control->loop, fd, POLLIN, client_ready, client);
            return;
        }
    }
    send_some(fd, refusal, sizeof refusal - 1);
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
