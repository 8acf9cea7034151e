// SPDX-License-Identifier: GPL-2.0-or-later
// The stlink-server protocol: little-endian, no framing, the length of a request follows from its first byte.
// Layouts as OpenOCD's src/jtag/drivers/stlink_usb.c sends and expects them. One client at a time may open
// the probe.
#define _GNU_SOURCE // POLLRDHUP
#include "fault/faults.h"
#include "loop/loop.h"
#include "stlink/stlink_probe.h"
#include "stlink/stlink_server.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    OP_REFRESH = 0x00,
    OP_COUNT = 0x01,
    OP_INFO = 0x02,
    OP_OPEN = 0x03,
    OP_CLOSE = 0x04,
    OP_USB = 0x05,
    OP_VERSION = 0x06,
};

enum {
    STATUS_OK = 0x0001,
    STATUS_TIMEOUT = 0x1001,
    STATUS_BAD_PARAMETER = 0x1002,
    STATUS_OPEN_ERROR = 0x1003,
    STATUS_BUSY = 0x2004,
};

// API 2 keeps the direct transport of OpenOCD away from RW_MISC, which before API 3 does not lock the probe.
#define SERVER_API 2u
#define MAX_CLIENTS 8
#define DEVICE_ID 0x1234u
#define SERIAL_BYTES 32u
#define INFO_BYTES 41u
#define USB_REQUEST_BYTES 32u
#define USB_VENDOR_ID 0x0483u
#define USB_PRODUCT_V3 0x374Eu
#define USB_PRODUCT_V2_1 0x374Bu
#define REQUEST_BYTES_MAX (USB_REQUEST_BYTES + STLINK_DATA_BYTES_MAX)
#define REPLY_BYTES_MAX (4u + STLINK_DATA_BYTES_MAX)

typedef struct Client {
    StlinkServer *server;
    int fd;              // -1 = free
    uint32_t connect_id; // 0 = has not opened the probe
    uint8_t in[REQUEST_BYTES_MAX];
    size_t in_count;
    uint8_t out[REPLY_BYTES_MAX];
    size_t out_count;
    size_t out_sent;
} Client;

struct StlinkServer {
    Board *board;
    Loop *loop;
    StlinkProbe probe;
    int listen_fd;
    uint16_t port;
    uint32_t last_connect_id;
    Client clients[MAX_CLIENTS];
};

static void client_ready(void *context, short revents);

static void close_client(Client *client) {
    loop_unwatch(client->server->loop, client->fd);
    close(client->fd);
    client->fd = -1;
    client->connect_id = 0;
}

// Asked at once instead of waiting for the loop: a kernel takes an interface back before its process is seen
// to have ended, so that the next debugger finds it free.
static bool has_hung_up(const Client *client) {
    struct pollfd line = {.fd = client->fd, .events = POLLRDHUP};
    return poll(&line, 1, 0) > 0 && (line.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

static bool held_by_other(StlinkServer *server, const Client *client) {
    for (size_t i = 0; i < MAX_CLIENTS; i++) {
        Client *other = &server->clients[i];
        if (other == client || other->fd < 0 || other->connect_id == 0) {
            continue;
        }
        if (!has_hung_up(other)) {
            return true;
        }
        close_client(other);
    }
    return false;
}

// Bytes of the request that starts in the buffer, 0 while too little of it is there, SIZE_MAX for nonsense.
static size_t request_bytes(const uint8_t *in, size_t count) {
    switch (in[0]) {
    case OP_REFRESH:
        return 2;
    case OP_COUNT:
        return 1;
    case OP_INFO:
    case OP_OPEN:
    case OP_CLOSE:
        return 8;
    case OP_VERSION:
        return 4;
    case OP_USB:
        if (count < USB_REQUEST_BYTES) {
            return 0;
        }
        if (stlink_get32(in + 28) > STLINK_DATA_BYTES_MAX) {
            return SIZE_MAX;
        }
        return USB_REQUEST_BYTES + (in[24] == 0 ? stlink_get32(in + 28) : 0);
    default:
        return SIZE_MAX;
    }
}

static void append(Client *client, const void *bytes, size_t count) {
    memcpy(client->out + client->out_count, bytes, count);
    client->out_count += count;
}

static void append32(Client *client, uint32_t value) {
    uint8_t bytes[4];
    stlink_put32(bytes, value);
    append(client, bytes, sizeof bytes);
}

static bool unplugged(const StlinkServer *server) {
    const Fault *unplug = fault(server->board->faults, FAULT_STLINK_UNPLUG);
    return unplug->armed && unplug->args[0] == 0;
}

static void reply_info(Client *client, const uint8_t *request) {
    StlinkServer *server = client->server;
    uint8_t info[INFO_BYTES] = {0};
    bool valid = request[1] == 0 && !unplugged(server);
    if (valid) {
        bool v3 = server->board->options.probe == PROBE_V3;
        bool busy = held_by_other(server, client) || fault_armed(server->board->faults, FAULT_STLINK_BUSY);
        uint32_t product = v3 ? USB_PRODUCT_V3 : USB_PRODUCT_V2_1;
        stlink_put32(info, DEVICE_ID);
        strncpy((char *)info + 4, server->board->options.serial, SERIAL_BYTES - 1);
        if (fault_armed(server->board->faults, FAULT_STLINK_WRONG_SERIAL)) {
            info[4] = info[4] == 'X' ? 'Y' : 'X';
        }
        stlink_put32(info + 36, USB_VENDOR_ID | product << 16);
        info[40] = busy ? 1 : 0;
    }
    append32(client, valid ? STATUS_OK : STATUS_BAD_PARAMETER);
    append(client, info, sizeof info);
}

static void reply_open(Client *client, const uint8_t *request) {
    StlinkServer *server = client->server;
    uint32_t status = STATUS_OK;
    if (unplugged(server) || fault_armed(server->board->faults, FAULT_STLINK_OPEN_ERROR)) {
        status = STATUS_OPEN_ERROR;
    } else if (held_by_other(server, client) || fault_armed(server->board->faults, FAULT_STLINK_BUSY)) {
        status = STATUS_BUSY;
    } else if (stlink_get32(request + 4) != DEVICE_ID) {
        status = STATUS_BAD_PARAMETER;
    } else {
        client->connect_id = ++server->last_connect_id;
    }
    append32(client, status);
    append32(client, status == STATUS_OK ? client->connect_id : 0);
}

static void reply_close(Client *client, const uint8_t *request) {
    bool valid = client->connect_id != 0 && stlink_get32(request + 4) == client->connect_id;
    if (valid) {
        client->connect_id = 0;
    }
    append32(client, valid ? STATUS_OK : STATUS_BAD_PARAMETER);
}

// A counter of commands until something breaks: true once it has run out.
static bool counted_down(Board *board, FaultName name) {
    Fault *counter = fault(board->faults, name);
    if (!counter->armed) {
        return false;
    }
    if (counter->args[0] > 0) {
        counter->args[0]--;
        return false;
    }
    return true;
}

// The same for what is told to all who listen once it happens.
static void come_nearer(Board *board, FaultName name) {
    Fault coming = *fault(board->faults, name);
    if (coming.armed && coming.args[0] > 0 && --coming.args[0] == 0) {
        faults_set(board->faults, name, coming);
    } else {
        *fault(board->faults, name) = coming;
    }
}

// A reset that the command asked for is carried out before its answer leaves, as on the wire it would be.
static void let_reset_happen(Board *board) {
    if (board->reset_pending) {
        board_run(board, timeline_now(board->timeline));
    }
}

static void reply_usb(Client *client, const uint8_t *request) {
    StlinkServer *server = client->server;
    uint32_t size_bytes = stlink_get32(request + 28);
    bool is_write = request[24] == 0;
    uint8_t *reply = client->out + client->out_count + 4;
    memset(reply, 0, is_write ? 0 : size_bytes);
    uint32_t status = STATUS_OK;
    if (unplugged(server)) {
        status = STATUS_TIMEOUT;
    } else if (client->connect_id == 0 || stlink_get32(request + 4) != client->connect_id) {
        status = STATUS_BAD_PARAMETER;
    } else {
        stlink_probe_command(&server->probe, request + 8, is_write, request + USB_REQUEST_BYTES, reply,
                             size_bytes);
        let_reset_happen(server->board);
    }
    append32(client, status);
    client->out_count += is_write ? 0 : size_bytes;
}

// Leaves no answer in the buffer when the line is stalled; closes the client when it is cut.
static void answer(Client *client, const uint8_t *request) {
    Board *board = client->server->board;
    switch (request[0]) {
    case OP_VERSION:
        append32(client, SERVER_API);
        append32(client, 2);
        append32(client, 1);
        append32(client, 1);
        return;
    case OP_REFRESH:
        append32(client, STATUS_OK);
        return;
    case OP_COUNT:
        append32(client, unplugged(client->server) ? 0 : 1);
        return;
    case OP_INFO:
        reply_info(client, request);
        return;
    case OP_OPEN:
        reply_open(client, request);
        return;
    case OP_CLOSE:
        reply_close(client, request);
        return;
    default:
        break;
    }
    come_nearer(board, FAULT_STLINK_UNPLUG);
    come_nearer(board, FAULT_POWER_OFF);
    if (counted_down(board, FAULT_STLINK_STALL)) {
        return;
    }
    if (counted_down(board, FAULT_STLINK_TCP_DROP)) {
        fault(board->faults, FAULT_STLINK_TCP_DROP)->armed = false; // the line is cut once
        close_client(client);
        return;
    }
    reply_usb(client, request);
}

// False when the client was closed.
static bool flush(Client *client) {
    while (client->out_sent < client->out_count) {
        ssize_t sent = send(client->fd, client->out + client->out_sent, client->out_count - client->out_sent,
                            MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN) {
            loop_watch(client->server->loop, client->fd, POLLOUT, client_ready, client);
            return true;
        }
        if (sent < 0) {
            close_client(client);
            return false;
        }
        client->out_sent += (size_t)sent;
    }
    client->out_count = 0;
    client->out_sent = 0;
    return true;
}

// Answers every complete request in the buffer; false when the client was closed.
static bool answer_requests(Client *client) {
    size_t used = 0;
    while (used < client->in_count && client->out_count == 0) {
        size_t needed = request_bytes(client->in + used, client->in_count - used);
        if (needed == SIZE_MAX) {
            fprintf(stderr,
                    "stlink: request 0x%02x is not of the stlink-server protocol; connection closed\n",
                    client->in[used]);
            close_client(client);
            return false;
        }
        if (needed == 0 || client->in_count - used < needed) {
            break;
        }
        answer(client, client->in + used);
        used += needed;
        if (client->fd < 0 || !flush(client)) {
            return false;
        }
    }
    memmove(client->in, client->in + used, client->in_count - used);
    client->in_count -= used;
    return true;
}

static void client_ready(void *context, short revents) {
    Client *client = context;
    if ((revents & POLLOUT) != 0) {
        if (!flush(client) || client->out_count > 0 || !answer_requests(client) || client->out_count > 0) {
            return;
        }
        loop_watch(client->server->loop, client->fd, POLLIN, client_ready, client);
        return;
    }
    ssize_t received =
        recv(client->fd, client->in + client->in_count, sizeof client->in - client->in_count, 0);
    if (received > 0) {
        client->in_count += (size_t)received;
        answer_requests(client);
    } else if (received == 0 || errno != EAGAIN) {
        close_client(client);
    }
}

static Client *free_client(StlinkServer *server) {
    for (size_t i = 0; i < MAX_CLIENTS; i++) {
        if (server->clients[i].fd < 0) {
            return &server->clients[i];
        }
    }
    return NULL;
}

static void listener_ready(void *context, short revents) {
    (void)revents;
    StlinkServer *server = context;
    int fd = accept(server->listen_fd, NULL, NULL);
    if (fd < 0) {
        return;
    }
    Client *client = free_client(server);
    if (client == NULL) {
        fprintf(stderr, "stlink: more than %d connections; one refused\n", MAX_CLIENTS);
        close(fd);
        return;
    }
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    client->fd = fd;
    client->connect_id = 0;
    client->in_count = client->out_count = client->out_sent = 0;
    loop_watch(server->loop, fd, POLLIN, client_ready, client);
}

static int listen_on(uint16_t *port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(*port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
        bind(fd, (struct sockaddr *)&address, length) != 0 || listen(fd, MAX_CLIENTS) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &length) != 0) {
        fprintf(stderr, "stlink: cannot listen on 127.0.0.1 port %u: %s\n", *port, strerror(errno));
        if (fd >= 0) {
            close(fd);
        }
        return -1;
    }
    *port = ntohs(address.sin_port);
    return fd;
}

StlinkServer *stlink_new(Board *board, Loop *loop, uint16_t port) {
    int fd = listen_on(&port);
    if (fd < 0) {
        return NULL;
    }
    StlinkServer *server = calloc(1, sizeof *server);
    if (server == NULL) {
        abort();
    }
    server->board = board;
    server->loop = loop;
    server->listen_fd = fd;
    server->port = port;
    stlink_probe_init(&server->probe, board);
    for (size_t i = 0; i < MAX_CLIENTS; i++) {
        server->clients[i].server = server;
        server->clients[i].fd = -1;
    }
    loop_watch(loop, fd, POLLIN, listener_ready, server);
    return server;
}

void stlink_free(StlinkServer *server) {
    if (server == NULL) {
        return;
    }
    for (size_t i = 0; i < MAX_CLIENTS; i++) {
        if (server->clients[i].fd >= 0) {
            close_client(&server->clients[i]);
        }
    }
    loop_unwatch(server->loop, server->listen_fd);
    close(server->listen_fd);
    free(server);
}

uint16_t stlink_port(const StlinkServer *server) { return server->port; }
