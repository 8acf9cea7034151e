// SPDX-License-Identifier: Apache-2.0
// Two ends of the link over a line that loses, damages, repeats and invents bytes, in simulated time.
#include "check.h"
#include "link.h"

#define BYTE_US 11U // 921,600 baud
#define WIRE_BYTES 65536U

typedef struct Wire {
    uint8_t bytes[WIRE_BYTES];
    size_t first, count;
    uint64_t carried;
} Wire;

typedef struct Faults {
    uint32_t one_in; // a fault on one byte in so many; 0 = none
    uint64_t until_us;
} Faults;

typedef struct End {
    Link link;
    Wire out;
    uint64_t sent; // fragments
    uint64_t to_send;
    uint64_t received;
    size_t payload_bytes;
    bool stalled;        // does not take what it received
    size_t buffer_bytes; // of what sends
} End;

static End host, board;

static uint8_t payload_byte(uint64_t fragment, size_t index) {
    return (uint8_t)(fragment * 131U + index * 7U + (index >> 8));
}

static void queue_fragments(End *end) {
    uint8_t *payload;
    while (end->sent < end->to_send && (payload = link_reserve(&end->link)) != NULL) {
        for (size_t i = 0; i < end->payload_bytes; i++) {
            payload[i] = payload_byte(end->sent, i);
        }
        link_commit(&end->link, end->payload_bytes, end->sent % 3 == 0, end->sent % 3 == 2);
        end->sent++;
    }
}

static void take_fragments(End *end, size_t expected_bytes) {
    LinkFragment fragment;
    while (!end->stalled && link_fragment(&end->link, &fragment)) {
        CHECK_EQUAL(expected_bytes, fragment.payload_bytes);
        for (size_t i = 0; i < fragment.payload_bytes; i++) {
            CHECK_EQUAL(payload_byte(end->received, i), fragment.payload[i]);
        }
        CHECK(fragment.first == (end->received % 3 == 0) && fragment.last == (end->received % 3 == 2));
        end->received++;
        link_release(&end->link);
    }
}

static void put_on_wire(Wire *wire, uint8_t byte) {
    if (wire->count < WIRE_BYTES) {
        wire->bytes[(wire->first + wire->count++) % WIRE_BYTES] = byte;
    }
}

static void drain_to_wire(End *end, uint64_t now_us, Random *random, const Faults *faults) {
    uint8_t portion[64];
    if (end->out.count > end->buffer_bytes) {
        return;
    }
    size_t count = link_drain(&end->link, portion, sizeof portion, now_us);
    for (size_t i = 0; i < count; i++) {
        bool faulty =
            faults->one_in != 0 && now_us < faults->until_us && random_below(random, faults->one_in) == 0;
        unsigned kind = faulty ? random_below(random, 4) : 4;
        if (kind == 0) {
            continue; // lost
        }
        put_on_wire(&end->out, kind == 1 ? (uint8_t)random_next(random) : portion[i]);
        if (kind == 2) {
            put_on_wire(&end->out, portion[i]); // twice
        } else if (kind == 3) {
            put_on_wire(&end->out, (uint8_t)random_next(random)); // invented
        }
    }
}

// One byte time: a byte each way.
static void carry(End *from, End *to, uint64_t now_us) {
    if (from->out.count == 0) {
        return;
    }
    uint8_t byte = from->out.bytes[from->out.first];
    from->out.first = (from->out.first + 1) % WIRE_BYTES;
    from->out.count--;
    from->out.carried++;
    size_t consumed;
    link_feed(&to->link, &byte, 1, &consumed, now_us);
    CHECK_EQUAL(1, consumed);
}

static void start(uint64_t host_fragments, uint64_t board_fragments, size_t payload_bytes) {
    memset(&host, 0, sizeof host);
    memset(&board, 0, sizeof board);
    host.to_send = host_fragments;
    board.to_send = board_fragments;
    host.payload_bytes = board.payload_bytes = payload_bytes;
    host.buffer_bytes = board.buffer_bytes = 512;
    link_init(&host.link, link_retransmit_us(921600));
    link_init(&board.link, link_retransmit_us(921600));
    link_open(&host.link, 77, LINK_WINDOW_FRAMES, LINK_MAX_PAYLOAD_BYTES);
    link_open(&board.link, 77, LINK_WINDOW_FRAMES, LINK_MAX_PAYLOAD_BYTES);
}

static bool finished(void) {
    return host.received == board.to_send && board.received == host.to_send && link_is_quiet(&host.link) &&
           link_is_quiet(&board.link);
}

// Returns the time it took.
static uint64_t run(Random *random, Faults faults, uint64_t limit_us) {
    uint64_t now_us = 0;
    while (!finished()) {
        CHECK(now_us < limit_us);
        End *ends[2] = {&host, &board};
        for (unsigned i = 0; i < 2; i++) {
            End *end = ends[i];
            take_fragments(end, end->payload_bytes);
            queue_fragments(end);
            link_poll(&end->link, now_us);
            CHECK(!link_is_dead(&end->link));
            drain_to_wire(end, now_us, random, &faults);
        }
        carry(&host, &board, now_us);
        carry(&board, &host, now_us);
        now_us += BYTE_US;
    }
    return now_us;
}

static void should_carry_one_megabyte_at_97_percent_each_way(Random *random) {
    start(512, 512, LINK_MAX_PAYLOAD_BYTES);
    uint64_t took_us = run(random, (Faults){0}, 60000000);
    uint64_t payload = 512U * LINK_MAX_PAYLOAD_BYTES;
    double of_line = (double)payload / (double)host.out.carried;
    double of_time = (double)(payload * BYTE_US) / (double)took_us;
    printf("1 MB each way: payload is %.2f%% of the line's bytes, %.2f%% of its time\n", 100 * of_line,
           100 * of_time);
    CHECK(of_line >= 0.98);
    CHECK(of_time >= 0.97);
    CHECK_EQUAL(0, host.link.statistics.retransmits + board.link.statistics.retransmits);
    CHECK_EQUAL(0, host.link.statistics.timeouts + board.link.statistics.timeouts);
}

// Buffers of drivers and bridges take a window at once: an acknowledgement waits behind all of it. That is no
// loss, even at half the line's rate, which is what a busy host makes of it.
static void should_repeat_nothing_behind_buffers_that_hold_a_window(Random *random) {
    start(100, 100, LINK_MAX_PAYLOAD_BYTES);
    host.link.retransmit_us = board.link.retransmit_us = link_retransmit_us(2 * 921600);
    host.buffer_bytes = board.buffer_bytes = WIRE_BYTES / 2U;
    run(random, (Faults){0}, 60000000);
    CHECK_EQUAL(0, host.link.statistics.retransmits + board.link.statistics.retransmits);
}

// A line that stands still for longer than the retransmission time repeats frames, but none is ever missed.
static void should_see_no_gap_when_the_line_only_stalls(Random *random) {
    start(200, 200, 1000);
    Faults none = {0};
    uint64_t stalled_until_us = 0;
    uint64_t now_us = 0;
    for (; !finished(); now_us += BYTE_US) {
        CHECK(now_us < 600000000);
        End *ends[2] = {&host, &board};
        for (unsigned i = 0; i < 2; i++) {
            take_fragments(ends[i], 1000);
            queue_fragments(ends[i]);
            link_poll(&ends[i]->link, now_us);
            drain_to_wire(ends[i], now_us, random, &none);
        }
        if (random_below(random, 10000) == 0) { // about twenty times
            stalled_until_us = now_us + random_below(random, 700000);
        }
        if (now_us >= stalled_until_us) {
            carry(&host, &board, now_us);
            carry(&board, &host, now_us);
        }
    }
    CHECK(host.link.statistics.timeouts > 0);
    CHECK_EQUAL(0, host.link.statistics.gaps + board.link.statistics.gaps);
}

static void should_send_little_back_in_a_one_way_stream(Random *random) {
    start(512, 0, LINK_MAX_PAYLOAD_BYTES);
    run(random, (Faults){0}, 60000000);
    CHECK(board.out.carried * 50 < host.out.carried);
}

static void should_deliver_once_and_in_order_over_a_bad_line(Random *random) {
    static const uint32_t ONE_IN[] = {200, 1000, 5000, 20000};
    uint32_t retransmits = 0;
    for (unsigned round = 0; round < 60; round++) {
        uint32_t one_in = ONE_IN[round % 4];
        // The worse the line the shorter the frames, or none would ever get through.
        size_t payload = 1U + random_below(random, one_in / 4U < 2048U ? one_in / 4U : 2048U);
        start(1U + random_below(random, 80), random_below(random, 80), payload);
        run(random, (Faults){one_in, 1500000}, 60000000);
        retransmits += host.link.statistics.retransmits + board.link.statistics.retransmits;
    }
    CHECK(retransmits > 100); // the line was bad indeed
}

// Frames as long as the line is good for: how much of its time is payload.
static double share_of_noisy_line(Random *random, uint32_t one_in) {
    start(0, 0, 0);
    uint64_t payload = 0;
    uint64_t now_us = 0;
    Faults faults = {one_in, UINT64_MAX};
    for (; board.received < 300000U; now_us += BYTE_US) {
        CHECK(now_us < 60000000);
        uint8_t *fragment = link_reserve(&host.link);
        if (fragment != NULL) {
            size_t bytes = link_good_payload(&host.link);
            memset(fragment, (uint8_t)host.sent++, bytes);
            link_commit(&host.link, bytes, true, true);
        }
        LinkFragment taken;
        while (link_fragment(&board.link, &taken)) {
            CHECK_EQUAL((uint8_t)payload++, taken.payload[0]);
            board.received += taken.payload_bytes;
            link_release(&board.link);
        }
        link_poll(&host.link, now_us);
        link_poll(&board.link, now_us);
        CHECK(!link_is_dead(&host.link));
        drain_to_wire(&host, now_us, random, &faults);
        drain_to_wire(&board, now_us, random, &(Faults){0});
        carry(&host, &board, now_us);
        carry(&board, &host, now_us);
    }
    return (double)(board.received * BYTE_US) / (double)now_us;
}

static void should_keep_most_of_a_noisy_line(Random *random) {
    double rare = share_of_noisy_line(random, 10000);
    double frequent = 0; // of four transfers: one alone has been at 0.36 and at 0.60
    for (int transfer = 0; transfer < 4; transfer++) {
        frequent += share_of_noisy_line(random, 1000) / 4;
    }
    printf("payload: %.2f of the time with a fault in 10,000 bytes, %.2f with one in 1,000\n", rare,
           frequent);
    CHECK(rare >= 0.8);
    CHECK(frequent >= 0.4);
}

static void should_stop_at_the_credit_and_go_on_after_it(Random *random) {
    start(100, 0, 100);
    board.stalled = true;
    Faults none = {0};
    uint64_t now_us = 0;
    for (; now_us < 20000000; now_us += BYTE_US) { // longer than the dead time: credit 0 is an answer
        queue_fragments(&host);
        link_poll(&host.link, now_us);
        link_poll(&board.link, now_us);
        CHECK(!link_is_dead(&host.link));
        drain_to_wire(&host, now_us, random, &none);
        drain_to_wire(&board, now_us, random, &none);
        carry(&host, &board, now_us);
        carry(&board, &host, now_us);
    }
    CHECK_EQUAL(LINK_WINDOW_FRAMES, board.link.received_count);
    CHECK_EQUAL(0, host.link.statistics.retransmits);
    board.stalled = false;
    uint32_t timeouts = host.link.statistics.timeouts;
    while (!finished()) {
        CHECK(now_us < 40000000);
        take_fragments(&board, 100);
        queue_fragments(&host);
        link_poll(&host.link, now_us);
        drain_to_wire(&host, now_us, random, &none);
        drain_to_wire(&board, now_us, random, &none);
        carry(&host, &board, now_us);
        carry(&board, &host, now_us);
        now_us += BYTE_US;
    }
    CHECK_EQUAL(timeouts, host.link.statistics.timeouts); // the board said so when there was room again
}

static void should_repair_a_lost_frame_without_waiting_for_a_timeout(void) {
    start(2, 0, 100);
    queue_fragments(&host);
    uint8_t line[1024];
    size_t consumed;
    size_t first = link_drain(&host.link, line, FRAME_MAX_LINE_BYTES(FRAME_OVERHEAD_BYTES + 100U), 0);
    size_t lost = 1 + strlen((const char *)line + 1) + 1; // up to the delimiter that ends the first frame
    CHECK(lost <= first);
    size_t second = first - lost;
    memmove(line, line + lost, second);
    second += link_drain(&host.link, line + second, sizeof line - second, 0);
    link_feed(&board.link, line, second, &consumed, 0);
    CHECK_EQUAL(1, board.link.statistics.gaps);
    size_t gap = link_drain(&board.link, line, sizeof line, 0);
    link_feed(&host.link, line, gap, &consumed, 0);
    size_t again = link_drain(&host.link, line, sizeof line, 0);
    size_t done = 0;
    while (done < again) {
        link_feed(&board.link, line + done, again - done, &consumed, 0);
        done += consumed;
    }
    take_fragments(&board, 100);
    CHECK_EQUAL(2, board.received);
    CHECK_EQUAL(0, host.link.statistics.timeouts);
    CHECK_EQUAL(1, host.link.statistics.retransmits); // the board has kept the second one
}

// A frame for `end` from its peer.
static void hand_over(End *end, FrameHeader header, const uint8_t *payload, size_t payload_bytes) {
    static uint8_t frame[LINK_SLOT_BYTES], line[FRAME_MAX_LINE_BYTES(LINK_SLOT_BYTES)];
    memcpy(frame + FRAME_HEADER_BYTES, payload, payload_bytes);
    frame_put_header(frame, &header);
    FrameEncoder encoder;
    frame_encoder_start(&encoder, frame, frame_seal(frame, payload_bytes));
    size_t count = frame_encoder_drain(&encoder, line, sizeof line);
    for (size_t done = 0, consumed; done < count; done += consumed) {
        link_feed(&end->link, line + done, count - done, &consumed, 0);
    }
}

static void acknowledge(uint16_t next, uint8_t kept) {
    hand_over(&host, (FrameHeader){FRAME_ACK, FRAME_FLAG_KEEPS, 8, 77, 0, next}, &kept, 1);
}

static uint32_t repeated(void) {
    static uint8_t line[1 << 15];
    uint32_t before = host.link.statistics.retransmits;
    link_drain(&host.link, line, sizeof line, 0);
    return host.link.statistics.retransmits - before;
}

static void should_repeat_what_was_sent_before_something_that_has_arrived(void) {
    start(8, 0, 100);
    queue_fragments(&host);
    CHECK_EQUAL(0, repeated());
    acknowledge(1, 1U << 0 | 1U << 2); // 2 and 4 are kept
    CHECK_EQUAL(2, repeated());        // 1 and 3
    acknowledge(5, 0);
    CHECK_EQUAL(0, repeated());
    acknowledge(8, 0);
    CHECK(link_is_quiet(&host.link));
}

static void should_conclude_nothing_from_frames_that_were_sent_twice(void) {
    start(3, 0, 100);
    queue_fragments(&host);
    repeated();
    link_poll(&host.link, link_deadline_us(&host.link));
    CHECK_EQUAL(3, repeated());
    acknowledge(1, 1U << 0); // the first sending of 2; the second of 1 is under way
    CHECK_EQUAL(0, repeated());
}

static void should_keep_nothing_beyond_its_credit(void) {
    start(0, 0, 100);
    board.stalled = true;
    static const uint8_t PAYLOAD[LINK_MAX_PAYLOAD_BYTES];
    for (uint16_t sequence = 0; sequence < 3; sequence++) {
        hand_over(&board, (FrameHeader){FRAME_DATA, 0, 8, 77, sequence, 0}, PAYLOAD, 1);
    }
    hand_over(&board, (FrameHeader){FRAME_DATA, 0, 8, 77, 7, 0}, PAYLOAD, sizeof PAYLOAD);
    CHECK_EQUAL(1U << 4, board.link.kept);
    for (uint16_t sequence = 8; sequence < 40; sequence++) {
        hand_over(&board, (FrameHeader){FRAME_DATA, 0, 8, 77, sequence, 0}, PAYLOAD, sizeof PAYLOAD);
    }
    CHECK_EQUAL(1U << 4, board.link.kept);
    CHECK_EQUAL(3, board.link.received_count);
    LinkFragment fragment;
    CHECK(link_fragment(&board.link, &fragment) && fragment.payload_bytes == 1);
}

static void should_find_a_silent_peer_dead_after_eight_timeouts(void) {
    start(1, 0, 10);
    queue_fragments(&host);
    uint8_t line[64];
    uint64_t now_us = 0;
    unsigned timeouts = 0;
    while (link_drain(&host.link, line, sizeof line, now_us) > 0 ||
           link_deadline_us(&host.link) != LINK_NEVER) {
        uint64_t deadline = link_deadline_us(&host.link);
        CHECK(deadline > now_us);
        link_poll(&host.link, deadline - 1);
        CHECK_EQUAL(timeouts, host.link.statistics.timeouts);
        now_us = deadline;
        link_poll(&host.link, now_us);
        timeouts++;
    }
    CHECK(link_is_dead(&host.link));
    CHECK_EQUAL(LINK_MAX_TIMEOUTS, timeouts);
    CHECK_EQUAL((1 + 7 * 2) * link_retransmit_us(921600), now_us);
}

static void should_ignore_other_sessions(void) {
    start(1, 0, 10);
    link_open(&board.link, 78, LINK_WINDOW_FRAMES, LINK_MAX_PAYLOAD_BYTES);
    queue_fragments(&host);
    uint8_t line[64];
    size_t consumed;
    size_t count = link_drain(&host.link, line, sizeof line, 0);
    CHECK_EQUAL(LINK_WRONG_SESSION, link_feed(&board.link, line, count, &consumed, 0));
    link_open(&board.link, 0, 0, 0);
    CHECK_EQUAL(LINK_STRANGER, link_feed(&board.link, line, count, &consumed, 0));
    LinkFragment fragment;
    CHECK(!link_fragment(&board.link, &fragment));
    CHECK(link_reserve(&board.link) == NULL);
}

int main(void) {
    Random random = random_seeded("link");
    should_carry_one_megabyte_at_97_percent_each_way(&random);
    should_repeat_nothing_behind_buffers_that_hold_a_window(&random);
    should_see_no_gap_when_the_line_only_stalls(&random);
    should_send_little_back_in_a_one_way_stream(&random);
    should_deliver_once_and_in_order_over_a_bad_line(&random);
    should_keep_most_of_a_noisy_line(&random);
    should_stop_at_the_credit_and_go_on_after_it(&random);
    should_repair_a_lost_frame_without_waiting_for_a_timeout();
    should_repeat_what_was_sent_before_something_that_has_arrived();
    should_conclude_nothing_from_frames_that_were_sent_twice();
    should_keep_nothing_beyond_its_credit();
    should_find_a_silent_peer_dead_after_eight_timeouts();
    should_ignore_other_sessions();
    return 0;
}
