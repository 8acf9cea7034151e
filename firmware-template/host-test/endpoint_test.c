// SPDX-License-Identifier: Apache-2.0
// The board's end against a host made of the same link, with a port made of variables.
#include "check.h"
#include "endpoint.h"
#include "port/port.h"

#include <setjmp.h>

static jmp_buf left_the_program;
enum { LEFT_BY_RESET = 1, LEFT_BY_CRASH };
static uint8_t provoked;

static uint32_t divider;
static unsigned divider_changes;
void port_describe(Hello *hello) {
    hello->cpu_hz = 400000000;
    hello->uart_divider = divider;
}
void port_measure(Statistics *statistics) { statistics->stack_bytes = 4711; }
static uint32_t serial_baud;
uint32_t port_serial_baud(void) { return serial_baud; }
uint32_t port_serial_divider(uint32_t baud) { return baud > 4000000 ? 0 : 120000000 / baud; }
void port_serial_set_divider(uint32_t new_divider) {
    divider = new_divider;
    divider_changes++;
}
static bool drained;
bool port_serial_drained(void) { return drained; }
_Noreturn void port_reset(void) { longjmp(left_the_program, LEFT_BY_RESET); }
void port_provoke(uint8_t kind) {
    provoked = kind;
    longjmp(left_the_program, LEFT_BY_CRASH);
}

static Endpoint board;
static Link host;
static uint64_t now_us;
static Hello last_hello;
static uint32_t last_hello_session;
static unsigned hellos;
static uint8_t answer[8192];
static size_t answer_bytes;
static unsigned answers;
static uint16_t host_window;
static uint16_t host_max_payload;

static void host_event(LinkEvent event) {
    LinkFragment fragment;
    if (event == LINK_HELLO) {
        size_t size;
        const uint8_t *payload = link_control_payload(&host, &size);
        CHECK(hello_decode(&last_hello, payload, size));
        last_hello_session = link_control_session(&host);
        hellos++;
    } else if (event == LINK_FRAGMENT && link_fragment(&host, &fragment)) {
        CHECK(fragment.payload_bytes <= host_max_payload);
        answer_bytes = fragment.first ? 0 : answer_bytes;
        memcpy(answer + answer_bytes, fragment.payload, fragment.payload_bytes);
        answer_bytes += fragment.payload_bytes;
        answers += fragment.last;
        link_release(&host);
    }
}

// Lets 1 ms pass with everything on its way arriving.
static void exchange(void) {
    static uint8_t line[4096];
    now_us += 1000;
    link_poll(&host, now_us);
    size_t count = link_drain(&host, line, sizeof line, now_us);
    endpoint_receive(&board, line, count, now_us);
    endpoint_step(&board, now_us);
    count = endpoint_drain(&board, line, sizeof line, now_us);
    for (size_t done = 0; done < count;) {
        size_t consumed;
        host_event(link_feed(&host, line + done, count - done, &consumed, now_us));
        done += consumed;
    }
}

static void pass_ms(unsigned milliseconds) {
    for (unsigned i = 0; i < milliseconds; i++) {
        exchange();
    }
}

static void boot(void) {
    now_us = 1000000;
    serial_baud = 921600;
    divider = 130;
    divider_changes = 0;
    drained = true;
    hellos = answers = 0;
    host_window = LINK_WINDOW_FRAMES;
    host_max_payload = LINK_MAX_PAYLOAD_BYTES;
    endpoint_init(&board, now_us);
    link_init(&host, link_retransmit_us(921600));
}

static void request_hello(uint32_t session, uint16_t version) {
    uint8_t payload[HELLO_REQUEST_BYTES];
    hello_request_encode(&(HelloRequest){version, host_window, host_max_payload}, payload);
    link_send_control(&host, FRAME_HELLO_REQUEST, session, payload, sizeof payload);
    exchange();
}

static void connect(uint32_t session) {
    request_hello(session, PROTOCOL_VERSION);
    CHECK_EQUAL(session, last_hello_session);
    link_open(&host, session, last_hello.window_frames, last_hello.max_payload_bytes);
}

static void send(MessageHeader header, const uint8_t *body, size_t body_bytes) {
    size_t left = MESSAGE_HEADER_BYTES + body_bytes;
    static uint8_t message[8192];
    message_header_encode(header, message);
    if (body_bytes > 0) {
        memcpy(message + MESSAGE_HEADER_BYTES, body, body_bytes);
    }
    for (size_t done = 0; left > 0;) {
        uint8_t *payload = link_reserve(&host);
        CHECK(payload != NULL);
        size_t portion = left < LINK_MAX_PAYLOAD_BYTES ? left : LINK_MAX_PAYLOAD_BYTES;
        memcpy(payload, message + done, portion);
        link_commit(&host, portion, done == 0, portion == left);
        done += portion;
        left -= portion;
    }
    pass_ms(10);
}

static void expect_error(uint16_t tag, uint16_t code) {
    MessageHeader header = message_header_decode(answer);
    CHECK_EQUAL(MESSAGE_ERROR, header.type);
    CHECK_EQUAL(tag, header.tag);
    CHECK_EQUAL(code, answer[4] | answer[5] << 8);
    CHECK(answer_bytes > 10);
}

static void should_announce_itself_until_a_session_opens(void) {
    boot();
    pass_ms(2500);
    CHECK_EQUAL(3, hellos);
    CHECK_EQUAL(0, last_hello_session);
    CHECK_EQUAL(400000000, last_hello.cpu_hz);
    connect(5);
    pass_ms(3000);
    CHECK_EQUAL(4, hellos);
}

static void should_answer_but_not_reset_on_a_repeated_request(void) {
    boot();
    connect(5);
    send((MessageHeader){MESSAGE_STATISTICS, 9}, NULL, 0);
    CHECK_EQUAL(1, answers);
    request_hello(5, PROTOCOL_VERSION);
    CHECK_EQUAL(5, last_hello_session);
    send((MessageHeader){MESSAGE_STATISTICS, 10}, NULL, 0);
    CHECK_EQUAL(2, answers);
    connect(6);
    send((MessageHeader){MESSAGE_STATISTICS, 11}, NULL, 0);
    CHECK_EQUAL(3, answers);
    Statistics statistics;
    CHECK(statistics_decode(&statistics, answer + MESSAGE_HEADER_BYTES, answer_bytes - MESSAGE_HEADER_BYTES));
    CHECK_EQUAL(2, statistics.sessions);
    CHECK_EQUAL(4711, statistics.stack_bytes);
}

static void should_not_open_for_another_version(void) {
    boot();
    request_hello(5, PROTOCOL_VERSION + 1);
    CHECK_EQUAL(5, last_hello_session);
    CHECK_EQUAL(PROTOCOL_VERSION, last_hello.protocol_version);
    CHECK_EQUAL(0, board.link.session);
}

// Answers that are not streamed have one fragment, the longest of them an error with a long text.
static void should_give_every_answer_to_a_host_that_takes_the_least(void) {
    boot();
    host_max_payload = HOST_LEAST_MAX_PAYLOAD_BYTES;
    connect(6);
    send((MessageHeader){MESSAGE_STATISTICS, 1}, NULL, 0);
    CHECK_EQUAL(MESSAGE_HEADER_BYTES + STATISTICS_BYTES, answer_bytes);
    send((MessageHeader){0x0077, 2}, NULL, 0);
    expect_error(2, ERROR_UNKNOWN_MESSAGE);
}

static void should_open_only_for_what_a_host_may_state(void) {
    static const struct {
        uint16_t window;
        uint16_t max_payload;
        bool opens;
    } CASES[] = {{0, 2048, false},     {1, 2048, true},  {8192, 2048, true}, {8193, 2048, false},
                 {32768, 2048, false}, {8, 127, false},  {8, 128, true},     {8, 2048, true},
                 {8, 2049, false},     {8, 65535, false}};
    for (unsigned i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        boot();
        host_window = CASES[i].window;
        host_max_payload = CASES[i].max_payload;
        request_hello(5, PROTOCOL_VERSION);
        CHECK_EQUAL(5, last_hello_session);
        CHECK_EQUAL(CASES[i].opens ? 5 : 0, board.link.session);
    }
}

static void should_tell_a_host_that_it_has_restarted(void) {
    boot();
    connect(5);
    endpoint_init(&board, now_us);
    board.announce_at_us = LINK_NEVER; // the announcement got lost
    send((MessageHeader){MESSAGE_STATISTICS, 1}, NULL, 0);
    CHECK_EQUAL(0, last_hello_session);
    CHECK_EQUAL(0, answers);
}

static void should_echo_any_length(void) {
    boot();
    connect(5);
    static uint8_t body[6000];
    static const size_t LENGTHS[] = {0, 1, 2043, 2044, 2045, 4092, 6000};
    for (unsigned i = 0; i < sizeof LENGTHS / sizeof LENGTHS[0]; i++) {
        for (size_t j = 0; j < LENGTHS[i]; j++) {
            body[j] = (uint8_t)(j * 3 + i);
        }
        send((MessageHeader){MESSAGE_ECHO, (uint16_t)(100 + i)}, body, LENGTHS[i]);
        CHECK_EQUAL(i + 1, answers);
        CHECK_EQUAL(MESSAGE_HEADER_BYTES + LENGTHS[i], answer_bytes);
        MessageHeader header = message_header_decode(answer);
        CHECK_EQUAL(MESSAGE_ECHO | MESSAGE_REPLY, header.type);
        CHECK_EQUAL(100 + i, header.tag);
        CHECK(memcmp(body, answer + MESSAGE_HEADER_BYTES, LENGTHS[i]) == 0);
    }
}

static void should_refuse_with_a_reason(void) {
    boot();
    connect(5);
    static uint8_t body[5000];
    send((MessageHeader){0x0077, 1}, body, 5000); // several fragments, one error
    CHECK_EQUAL(1, answers);
    expect_error(1, ERROR_UNKNOWN_MESSAGE);
    send((MessageHeader){MESSAGE_STATISTICS, 2}, body, 3);
    expect_error(2, ERROR_BAD_LENGTH);
    body[0] = 99;
    send((MessageHeader){MESSAGE_CRASH, 3}, body, 1);
    expect_error(3, ERROR_BAD_ARGUMENT);
    uint8_t *payload = link_reserve(&host);
    payload[0] = 1;
    link_commit(&host, 1, true, true);
    pass_ms(10);
    expect_error(0, ERROR_BAD_LENGTH);
    CHECK_EQUAL(4, answers);
    send((MessageHeader){MESSAGE_ECHO, 5}, body, 10); // and goes on
    CHECK_EQUAL(5, answers);
    CHECK_EQUAL(14, answer_bytes);
}

static void should_say_that_it_has_no_network(void) {
    boot();
    connect(5);
    static uint8_t body[5000];
    send((MessageHeader){MESSAGE_INFER, 1}, body, 5000);
    CHECK_EQUAL(1, answers);
    expect_error(1, ERROR_BAD_ARGUMENT);
    CHECK(memcmp("infer: this firmware has no network", answer + 6, answer_bytes - 6) == 0);
    send((MessageHeader){MESSAGE_NETWORK, 2}, NULL, 0);
    CHECK_EQUAL(2, answers);
    NetworkReport report;
    CHECK_EQUAL(MESSAGE_HEADER_BYTES + NETWORK_BYTES, answer_bytes);
    CHECK(network_report_decode(&report, answer + MESSAGE_HEADER_BYTES, NETWORK_BYTES));
    CHECK(memcmp(&report, &(NetworkReport){0}, sizeof report) == 0);
    CHECK(!endpoint_compute(&board));
}

static void should_not_take_the_rest_of_a_message_of_another_session(void) {
    boot();
    connect(5);
    send((MessageHeader){MESSAGE_ECHO, 1}, (const uint8_t *)"abc", 3);
    connect(6);
    uint8_t *payload = link_reserve(&host);
    memcpy(payload, "defg", 4);
    link_commit(&host, 4, false, true);
    pass_ms(10);
    expect_error(0, ERROR_UNKNOWN_MESSAGE);
}

static void should_answer_before_it_resets_or_crashes(void) {
    boot();
    connect(5);
    int left = setjmp(left_the_program);
    if (left == 0) {
        send((MessageHeader){MESSAGE_RESET, 1}, NULL, 0);
        CHECK(!"the board went on");
    }
    CHECK_EQUAL(LEFT_BY_RESET, left);
    CHECK_EQUAL(1, answers);

    boot();
    connect(5);
    uint64_t before = now_us;
    left = setjmp(left_the_program);
    if (left == 0) {
        send((MessageHeader){MESSAGE_CRASH, 1}, (const uint8_t[]){PROVOKE_NULL_READ}, 1);
        pass_ms(200);
        CHECK(!"the board went on");
    }
    CHECK_EQUAL(LEFT_BY_CRASH, left);
    CHECK_EQUAL(PROVOKE_NULL_READ, provoked);
    CHECK_EQUAL(1, answers);
    CHECK(now_us - before >= 100000);
}

static void should_repeat_an_answer_to_a_reset_twice_whatever_the_rate(void) {
    static const uint32_t BAUDS[] = {115200, 921600};
    static uint64_t asked_at;
    for (volatile unsigned i = 0; i < 2; i++) {
        boot();
        serial_baud = BAUDS[i];
        endpoint_init(&board, now_us);
        connect(5);
        uint8_t *request = link_reserve(&host);
        message_header_encode((MessageHeader){MESSAGE_RESET, 1}, request);
        link_commit(&host, MESSAGE_HEADER_BYTES, true, true);
        uint8_t line[4096];
        endpoint_receive(&board, line, link_drain(&host, line, sizeof line, now_us), now_us);
        asked_at = now_us;
        int left = setjmp(left_the_program);
        while (left == 0) { // nothing arrives at the host
            CHECK(now_us - asked_at < 60000000);
            endpoint_step(&board, now_us);
            endpoint_drain(&board, line, sizeof line, now_us);
            now_us += 1000;
        }
        CHECK_EQUAL(LEFT_BY_RESET, left);
        CHECK_EQUAL(2, board.link.statistics.retransmits);
    }
}

static void should_announce_itself_again_when_the_host_has_gone(void) {
    boot();
    connect(5);
    send((MessageHeader){MESSAGE_STATISTICS, 1}, NULL, 0);
    uint8_t line[4096];
    uint8_t *payload = link_reserve(&board.link); // an answer that nobody acknowledges
    memset(payload, 0, 8);
    link_commit(&board.link, 8, true, true);
    for (unsigned i = 0; i < 20000 && board.link.session != 0; i++) {
        now_us += 1000;
        endpoint_step(&board, now_us);
        endpoint_drain(&board, line, sizeof line, now_us);
    }
    CHECK_EQUAL(0, board.link.session);
    hellos = 0;
    exchange();
    CHECK_EQUAL(1, hellos);
}

static void ask_for_rate(uint32_t baud) {
    uint8_t body[RATE_REQUEST_BYTES] = {(uint8_t)baud, (uint8_t)(baud >> 8), (uint8_t)(baud >> 16),
                                        (uint8_t)(baud >> 24)};
    send((MessageHeader){MESSAGE_RATE, 7}, body, sizeof body);
}

// A host at another rate: nothing that comes is a frame.
static void make_noise(unsigned milliseconds) {
    for (unsigned i = 0; i < milliseconds; i++) {
        exchange();
        endpoint_receive(&board, (const uint8_t[]){0x5A, 0, 0x99}, 3, now_us);
    }
    exchange();
}

static void should_change_the_rate_once_the_answer_has_arrived(void) {
    boot();
    connect(5);
    drained = false; // the acknowledged answer's last bits are on the line
    ask_for_rate(3000000);
    CHECK_EQUAL(1, answers);
    CHECK_EQUAL(MESSAGE_HEADER_BYTES + RATE_BYTES, answer_bytes);
    CHECK_EQUAL(40, answer[MESSAGE_HEADER_BYTES]);
    CHECK_EQUAL(130, divider);
    drained = true;
    exchange();
    CHECK_EQUAL(40, divider);
    send((MessageHeader){MESSAGE_STATISTICS, 8}, NULL, 0); // the session goes on
    CHECK_EQUAL(2, answers);
    request_hello(5, PROTOCOL_VERSION);
    CHECK_EQUAL(40, last_hello.uart_divider);
    CHECK_EQUAL(1, divider_changes);
}

static void should_change_the_rate_when_no_acknowledgement_comes(void) {
    boot();
    connect(5);
    uint8_t *request = link_reserve(&host);
    message_header_encode((MessageHeader){MESSAGE_RATE, 1}, request);
    memcpy(request + MESSAGE_HEADER_BYTES, (const uint8_t[]){0x80, 0x84, 0x1E, 0}, RATE_REQUEST_BYTES); // 2 M
    link_commit(&host, MESSAGE_HEADER_BYTES + RATE_REQUEST_BYTES, true, true);
    uint8_t line[4096];
    endpoint_receive(&board, line, link_drain(&host, line, sizeof line, now_us), now_us);
    uint64_t asked_at = now_us;
    while (divider == 130) {
        CHECK(now_us - asked_at < 60000000);
        endpoint_step(&board, now_us);
        endpoint_drain(&board, line, sizeof line, now_us);
        now_us += 1000;
    }
    CHECK_EQUAL(60, divider);
    CHECK_EQUAL(2, board.link.statistics.retransmits);
}

static void should_refuse_a_rate_that_the_line_cannot_have(void) {
    boot();
    connect(5);
    ask_for_rate(4000001);
    expect_error(7, ERROR_BAD_ARGUMENT);
    send((MessageHeader){MESSAGE_RATE, 2}, (const uint8_t[]){1, 2, 3}, 3);
    expect_error(2, ERROR_BAD_LENGTH);
    pass_ms(5000);
    CHECK_EQUAL(0, divider_changes);
}

static void should_give_a_rate_up_when_only_noise_comes(void) {
    boot();
    connect(5);
    ask_for_rate(3000000);
    CHECK_EQUAL(40, divider);
    hellos = 0;
    make_noise(950);
    CHECK_EQUAL(40, divider);
    make_noise(100);
    CHECK_EQUAL(130, divider);
    CHECK_EQUAL(0, board.link.session);
    CHECK_EQUAL(1, hellos);
    CHECK_EQUAL(0, last_hello_session);
    CHECK_EQUAL(130, last_hello.uart_divider);
}

static void should_keep_a_rate_through_noise_that_passes(void) {
    boot();
    connect(5);
    ask_for_rate(3000000);
    for (unsigned i = 0; i < 5; i++) {
        make_noise(300);
        pass_ms(500); // silence
        make_noise(900);
        send((MessageHeader){MESSAGE_STATISTICS, 8}, NULL, 0); // a frame
    }
    CHECK_EQUAL(40, divider);
    CHECK_EQUAL(6, answers);
}

static void should_not_mind_noise_at_the_rate_of_its_boot(void) {
    boot();
    connect(5);
    make_noise(5000);
    CHECK_EQUAL(0, divider_changes);
    CHECK_EQUAL(5, board.link.session);
}

static void should_return_to_the_rate_of_its_boot_when_the_host_has_gone(void) {
    boot();
    connect(5);
    ask_for_rate(3000000);
    uint8_t line[4096];
    uint8_t *payload = link_reserve(&board.link);
    memset(payload, 0, 8);
    link_commit(&board.link, 8, true, true);
    for (unsigned i = 0; i < 20000 && board.link.session != 0; i++) {
        now_us += 1000;
        endpoint_step(&board, now_us);
        endpoint_drain(&board, line, sizeof line, now_us);
    }
    CHECK_EQUAL(130, divider);
}

static void should_forget_a_change_of_rate_with_its_session(void) {
    boot();
    connect(5);
    drained = false;
    ask_for_rate(3000000);
    connect(6);
    drained = true;
    pass_ms(5000);
    CHECK_EQUAL(0, divider_changes);
}

int main(void) {
    should_announce_itself_until_a_session_opens();
    should_answer_but_not_reset_on_a_repeated_request();
    should_not_open_for_another_version();
    should_give_every_answer_to_a_host_that_takes_the_least();
    should_open_only_for_what_a_host_may_state();
    should_tell_a_host_that_it_has_restarted();
    should_echo_any_length();
    should_refuse_with_a_reason();
    should_say_that_it_has_no_network();
    should_not_take_the_rest_of_a_message_of_another_session();
    should_answer_before_it_resets_or_crashes();
    should_repeat_an_answer_to_a_reset_twice_whatever_the_rate();
    should_announce_itself_again_when_the_host_has_gone();
    should_change_the_rate_once_the_answer_has_arrived();
    should_change_the_rate_when_no_acknowledgement_comes();
    should_refuse_a_rate_that_the_line_cannot_have();
    should_give_a_rate_up_when_only_noise_comes();
    should_keep_a_rate_through_noise_that_passes();
    should_not_mind_noise_at_the_rate_of_its_boot();
    should_return_to_the_rate_of_its_boot_when_the_host_has_gone();
    should_forget_a_change_of_rate_with_its_session();
    return 0;
}
