// SPDX-License-Identifier: GPL-2.0-or-later
#include "serial/serial_line.h"
#include "serial/pty.h"
#include "wire/uart_sampling.h"
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_BITS_PER_SECOND 921600u
// The bridge of an ST-Link V2-1 cannot move more than this; a V3 follows whatever is set.
#define V2_1_LIMIT_BITS_PER_SECOND 1200000.0
#define TO_BOARD_BYTES 8192u // what the bridge takes from USB before it makes the host wait
#define TO_HOST_BYTES 65536u // what it keeps for a host that reads late; later bytes are lost

enum { DIRECTION_TO_BOARD = 0, DIRECTION_TO_HOST = 1 };

typedef struct ByteQueue {
    uint8_t *bytes;
    size_t capacity; // grows in tests only, where nobody can be made to wait
    size_t first;
    size_t count;
} ByteQueue;

struct SerialLine {
    SerialLineConfig config;
    Pty pty;
    uint32_t host_rate;
    int host_openings;
    ByteQueue to_board;
    ByteQueue to_host;
    Event byte_arrives;
    Picoseconds burst_start; // of the bytes that follow one another without a gap
    uint64_t burst_bits;     // sent since burst_start, the byte under way included
    uint32_t under_way_rate; // at which the byte under way is sent
    UartReceiver bridge;
    uint32_t noise;      // the generator's state
    double v2_1_debt[2]; // share of a byte, per direction, that a V2-1 owes to the bin
    SerialLineCounters counters;
};

// ---- queues ----

static void queue_new(ByteQueue *queue, size_t capacity) {
    *queue = (ByteQueue){.bytes = malloc(capacity), .capacity = capacity};
    if (queue->bytes == NULL) {
        abort();
    }
}

static void queue_grow(ByteQueue *queue) {
    ByteQueue larger;
    queue_new(&larger, queue->capacity * 2);
    for (size_t i = 0; i < queue->count; i++) {
        larger.bytes[i] = queue->bytes[(queue->first + i) % queue->capacity];
    }
    larger.count = queue->count;
    free(queue->bytes);
    *queue = larger;
}

static void queue_put(ByteQueue *queue, uint8_t byte) {
    if (queue->count == queue->capacity) {
        queue_grow(queue);
    }
    queue->bytes[(queue->first + queue->count++) % queue->capacity] = byte;
}

static uint8_t queue_take(ByteQueue *queue) {
    uint8_t byte = queue->bytes[queue->first];
    queue->first = (queue->first + 1) % queue->capacity;
    queue->count--;
    return byte;
}

// ---- what can happen to a byte on its way ----

static bool fault_takes(Faults *faults, FaultName name, uint32_t direction) {
    Fault *armed = fault(faults, name);
    if (!armed->armed || armed->args[0] != direction) {
        return false;
    }
    if (--armed->args[1] == 0) {
        armed->armed = false;
    }
    return true;
}

// The bridge of a V2-1 loses a fixed share of the bytes above its limit.
static bool v2_1_loses(SerialLine *line, unsigned direction, double bits_per_second) {
    if (!line->config.v2_1 || bits_per_second <= V2_1_LIMIT_BITS_PER_SECOND) {
        return false;
    }
    line->v2_1_debt[direction] += 1 - V2_1_LIMIT_BITS_PER_SECOND / bits_per_second;
    if (line->v2_1_debt[direction] < 1) {
        return false;
    }
    line->v2_1_debt[direction] -= 1;
    return true;
}

// A xorshift generator (Marsaglia 2003), from the same start in each run of the board.
static bool is_noisy(SerialLine *line, unsigned direction) {
    const Fault *noise = fault(line->config.faults, FAULT_SERIAL_NOISE);
    if (!noise->armed || noise->args[0] != direction) {
        return false;
    }
    line->noise ^= line->noise << 13;
    line->noise ^= line->noise >> 17;
    line->noise ^= line->noise << 5;
    return line->noise % 1000000u < noise->args[1];
}

// False when the byte is lost; may change it.
static bool survives(SerialLine *line, unsigned direction, double bits_per_second, uint8_t *byte) {
    bool lost = fault_armed(line->config.faults, FAULT_SERIAL_DEAD) ||
                fault_takes(line->config.faults, FAULT_SERIAL_DROP, direction) ||
                v2_1_loses(line, direction, bits_per_second);
    if (lost) {
        line->counters.lost[direction]++;
        return false;
    }
    if (fault_takes(line->config.faults, FAULT_SERIAL_CORRUPT, direction) || is_noisy(line, direction)) {
        *byte ^= 0x10;
        line->counters.corrupted[direction]++;
    }
    return true;
}

// ---- to the host ----

static void watch_pty(SerialLine *line);

static void flush_to_host(SerialLine *line) {
    ByteQueue *queue = &line->to_host;
    while (queue->count > 0) {
        size_t length = queue->capacity - queue->first;
        length = length < queue->count ? length : queue->count;
        size_t written = pty_write(&line->pty, queue->bytes + queue->first, length);
        if (written == 0) {
            break;
        }
        queue->first = (queue->first + written) % queue->capacity;
        queue->count -= written;
    }
    watch_pty(line);
}

static void give_to_host(SerialLine *line, uint8_t byte) {
    line->counters.to_host++;
    if (line->config.loop == NULL) {
        queue_put(&line->to_host, byte);
        return;
    }
    if (line->host_openings <= 0) {
        line->counters.unheard++; // nobody has the port open
        return;
    }
    if (line->to_host.count == line->to_host.capacity) {
        line->counters.overflowed++;
        return;
    }
    queue_put(&line->to_host, byte);
}

static void refresh_host_rate(SerialLine *line) {
    if (line->config.loop != NULL) {
        line->host_rate = pty_host_rate(&line->pty);
    }
}

void serial_line_to_host(SerialLine *line, uint8_t byte, double bits_per_second) {
    if (!survives(line, DIRECTION_TO_HOST, bits_per_second, &byte)) {
        return;
    }
    if (line->to_host.count == 0) { // once for the bytes of one write to the pty
        refresh_host_rate(line);
    }
    if (line->host_rate == 0) {
        return;
    }
    UartSample samples[UART_SAMPLES_MAX];
    Picoseconds duration = (Picoseconds)(UART_FRAME_BITS * (double)PICOSECONDS_PER_SECOND / bits_per_second);
    Picoseconds start = timeline_event_time(line->config.timeline);
    start = start > duration ? start - duration : 0;
    size_t count = uart_sample_frame(&line->bridge, start, byte, bits_per_second, line->host_rate, samples);
    for (size_t i = 0; i < count; i++) {
        give_to_host(line, samples[i].byte);
    }
    if (line->config.loop != NULL && line->to_host.count <= UART_SAMPLES_MAX) {
        watch_pty(line); // the loop writes them out together
    }
}

// ---- to the board ----

static void schedule_next_byte(SerialLine *line) {
    line->burst_bits += UART_FRAME_BITS;
    Picoseconds at = line->burst_start + picoseconds_of_ticks(line->burst_bits, line->under_way_rate);
    if (line->burst_bits >= line->under_way_rate) { // a whole second is a whole number of picoseconds
        line->burst_bits -= line->under_way_rate;
        line->burst_start += PICOSECONDS_PER_SECOND;
    }
    timeline_schedule(line->config.timeline, &line->byte_arrives, at);
}

static void start_burst(SerialLine *line) {
    if (line->host_rate == 0) { // B0: the bridge sends nothing and the host's bytes are gone
        line->to_board.count = 0;
        return;
    }
    line->burst_start = timeline_now(line->config.timeline);
    line->burst_bits = 0;
    line->under_way_rate = line->host_rate;
    schedule_next_byte(line);
}

static void byte_arrives(void *context) {
    SerialLine *line = context;
    uint8_t byte = queue_take(&line->to_board);
    uint32_t rate = line->under_way_rate;
    if (line->to_board.count > 0 && line->host_rate == rate) {
        schedule_next_byte(line);
    } else if (line->to_board.count > 0) {
        start_burst(line);
    }
    if (line->config.loop != NULL && line->to_board.count < TO_BOARD_BYTES / 2) {
        watch_pty(line);
    }
    line->counters.to_board++;
    if (line->config.powered(line->config.context) && survives(line, DIRECTION_TO_BOARD, rate, &byte)) {
        line->config.deliver(line->config.context, byte, rate);
    }
}

void serial_line_from_host(SerialLine *line, const uint8_t *bytes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        queue_put(&line->to_board, bytes[i]);
    }
    if (count > 0 && !timeline_is_queued(&line->byte_arrives)) {
        start_burst(line);
    }
}

bool serial_line_busy(const SerialLine *line) { return line->to_board.count > 0; }

// ---- the pseudo-terminal ----

static void note_openings(SerialLine *line) {
    PtyChanges changes = pty_open_changes(&line->pty, &line->host_openings);
    if (changes.abandoned && line->host_openings == 0 && pty_is_open_on_host(&line->pty)) {
        line->host_openings = 1;
    } else if (changes.abandoned) { // a host that opens the port later does not get old bytes
        line->to_host.count = 0;
        pty_discard_unread(&line->pty);
    }
    if (changes.opened && fault_armed(line->config.faults, FAULT_SERIAL_AT_ON_OPEN)) {
        static const uint8_t probe[] = {'A', 'T', '\r', '\n'};
        serial_line_from_host(line, probe, sizeof probe);
    }
}

static void pty_ready(void *context, short revents) {
    SerialLine *line = context;
    note_openings(line); // who writes has opened first, although that is another descriptor
    if ((revents & POLLOUT) != 0) {
        flush_to_host(line);
    }
    if ((revents & POLLIN) != 0 && line->to_board.count < TO_BOARD_BYTES) {
        uint8_t bytes[TO_BOARD_BYTES];
        size_t count = pty_read(&line->pty, bytes, TO_BOARD_BYTES - line->to_board.count);
        if (line->host_openings == 0 && pty_is_open_on_host(&line->pty)) {
            line->host_openings = 1;
        }
        refresh_host_rate(line);
        serial_line_from_host(line, bytes, count);
    }
    watch_pty(line);
}

static void watch_pty(SerialLine *line) {
    short events = line->to_board.count < TO_BOARD_BYTES ? POLLIN : 0;
    if (line->to_host.count > 0) {
        events |= POLLOUT;
    }
    loop_watch(line->config.loop, line->pty.master, events, pty_ready, line);
}

static void port_opened_or_closed(void *context, short revents) {
    SerialLine *line = context;
    (void)revents;
    refresh_host_rate(line);
    note_openings(line);
    watch_pty(line);
}

const char *serial_line_pty(const SerialLine *line) { return line->pty.path; }

bool serial_line_host_is_late(const SerialLine *line) { return line->to_host.count > TO_HOST_BYTES / 16; }

SerialLineCounters serial_line_counters(const SerialLine *line) { return line->counters; }

void serial_line_set_host_rate(SerialLine *line, uint32_t bits_per_second) {
    line->host_rate = bits_per_second;
}

size_t serial_line_take(SerialLine *line, uint8_t *bytes, size_t capacity) {
    size_t count = 0;
    while (count < capacity && line->to_host.count > 0) {
        bytes[count++] = queue_take(&line->to_host);
    }
    return count;
}

SerialLine *serial_line_new(const SerialLineConfig *config) {
    Loop *loop = config->loop;
    SerialLine *line = calloc(1, sizeof *line);
    if (line == NULL) {
        abort();
    }
    line->config = *config;
    line->host_rate = DEFAULT_BITS_PER_SECOND;
    line->noise = 2463534242u;
    line->pty = (Pty){.master = -1, .slave = -1, .inotify = -1};
    line->byte_arrives = (Event){.name = "serial byte", .fire = byte_arrives, .context = line};
    queue_new(&line->to_board, TO_BOARD_BYTES);
    queue_new(&line->to_host, TO_HOST_BYTES);
    if (loop == NULL) {
        return line;
    }
    if (!pty_open(&line->pty, DEFAULT_BITS_PER_SECOND)) {
        serial_line_free(line);
        return NULL;
    }
    if (line->pty.inotify >= 0) {
        loop_watch(loop, line->pty.inotify, POLLIN, port_opened_or_closed, line);
    } else {
        line->host_openings = 1;
    }
    watch_pty(line);
    return line;
}

void serial_line_free(SerialLine *line) {
    if (line == NULL) {
        return;
    }
    timeline_cancel(line->config.timeline, &line->byte_arrives);
    if (line->pty.inotify >= 0) {
        loop_unwatch(line->config.loop, line->pty.inotify);
    }
    if (line->pty.master >= 0) {
        loop_unwatch(line->config.loop, line->pty.master);
    }
    pty_close(&line->pty);
    free(line->to_board.bytes);
    free(line->to_host.bytes);
    free(line);
}
