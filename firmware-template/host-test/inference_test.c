// SPDX-License-Identifier: Apache-2.0
// Networks end to end: app/main.c with a fake network on a simulated board, and a host made of the same link.
#include "app/inference.h"
#include "fake_network.h"
#include "simulated_board.h"

#define ANSWER_BYTES (INFER_ANSWER_HEAD_BYTES + 4U * (LAYERS + OUTPUTS))
// What limits the line, which carries images one way and answers the other.
#define LARGER_BYTES (INPUT_BYTES > ANSWER_BYTES ? INPUT_BYTES : ANSWER_BYTES)
#define MAX_REQUESTS 64U
#define HELLO_INTERVAL_US 250000U
#define LIMIT_US 300000000U

typedef struct Request {
    uint16_t type;
    uint32_t body_bytes;
    uint32_t image; // whose bytes the body has
} Request;

typedef struct Answer {
    MessageHeader header;
    uint8_t body[ANSWER_BYTES + 8192U];
    size_t body_bytes;
} Answer;

static Link host;
static uint32_t session;
static bool connected;
static uint64_t hello_at_us;
static uint16_t host_max_payload;
static Request requests[MAX_REQUESTS];
static uint32_t request_count, sending, sent_bytes;
static Answer answers[MAX_REQUESTS];
static uint32_t answer_count;
static bool answer_open;
static Hello hello;
static bool host_is_away;
// What a scenario does beside; called once a byte time.
static void (*meanwhile)(uint64_t now_us);

// ---- the host ----

static uint16_t tag_of(uint32_t request) { return (uint16_t)(1000U + request + 100U * session); }

static void connect_anew(void) {
    link_init(&host, link_retransmit_us(921600));
    session++;
    connected = false;
    hello_at_us = 0;
    request_count = sending = sent_bytes = answer_count = 0;
    answer_open = false;
}

static void start_host(void) {
    connect_anew();
    host_max_payload = LINK_MAX_PAYLOAD_BYTES;
    host_is_away = false;
    meanwhile = NULL;
}

static uint32_t request(uint16_t type, uint32_t body_bytes, uint32_t image) {
    CHECK(request_count < MAX_REQUESTS);
    requests[request_count] = (Request){type, body_bytes, image};
    return request_count++;
}

static void infer(uint32_t image) { request(MESSAGE_INFER, INPUT_BYTES, image); }

static void queue_requests(void) {
    uint8_t *out;
    while (sending < request_count && (out = link_reserve(&host)) != NULL) {
        const Request *current = &requests[sending];
        bool first = sent_bytes == 0;
        size_t size = 0;
        if (first) {
            message_header_encode((MessageHeader){current->type, tag_of(sending)}, out);
            size = MESSAGE_HEADER_BYTES;
        }
        uint32_t body_start = first ? 0 : sent_bytes - MESSAGE_HEADER_BYTES;
        uint32_t body_next = body_start;
        while (body_next < current->body_bytes && size < host_max_payload) {
            out[size++] = fake_image_byte(current->image, body_next++);
        }
        bool last = body_next == current->body_bytes;
        link_commit(&host, size, first, last);
        sent_bytes = last ? 0 : body_next + MESSAGE_HEADER_BYTES;
        sending += last;
    }
}

bool host_send(uint8_t *byte, uint64_t now_us) {
    CHECK(now_us < LIMIT_US);
    if (meanwhile != NULL) {
        meanwhile(now_us);
    }
    if (host_is_away) {
        return false;
    }
    if (!connected && now_us >= hello_at_us) {
        uint8_t payload[HELLO_REQUEST_BYTES];
        hello_request_encode(&(HelloRequest){PROTOCOL_VERSION, LINK_WINDOW_FRAMES, host_max_payload},
                             payload);
        link_send_control(&host, FRAME_HELLO_REQUEST, session, payload, sizeof payload);
        hello_at_us = now_us + HELLO_INTERVAL_US;
    }
    link_poll(&host, now_us);
    CHECK(!link_is_dead(&host));
    if (connected) {
        queue_requests();
    }
    return link_drain(&host, byte, 1, now_us) == 1;
}

static void take_answer_fragment(const LinkFragment *fragment) {
    CHECK(answer_count < request_count);
    CHECK(fragment->payload_bytes <= host_max_payload);
    CHECK(fragment->first != answer_open);
    Answer *answer = &answers[answer_count];
    size_t header_bytes = 0;
    if (fragment->first) {
        answer->header = message_header_decode(fragment->payload);
        answer->body_bytes = 0;
        header_bytes = MESSAGE_HEADER_BYTES;
    }
    size_t count = fragment->payload_bytes - header_bytes;
    CHECK(answer->body_bytes + count <= sizeof answer->body);
    memcpy(answer->body + answer->body_bytes, fragment->payload + header_bytes, count);
    answer->body_bytes += count;
    answer_open = !fragment->last;
    answer_count += fragment->last;
}

void host_receive(uint8_t byte, uint64_t now_us) {
    if (host_is_away) {
        return;
    }
    size_t consumed;
    LinkEvent event = link_feed(&host, &byte, 1, &consumed, now_us);
    LinkFragment fragment;
    if (event == LINK_HELLO && link_control_session(&host) == session && !connected) {
        size_t size;
        const uint8_t *payload = link_control_payload(&host, &size);
        CHECK(hello_decode(&hello, payload, size));
        link_open(&host, session, hello.window_frames, hello.max_payload_bytes);
        connected = true;
    }
    while (event == LINK_FRAGMENT && link_fragment(&host, &fragment)) {
        take_answer_fragment(&fragment);
        link_release(&host);
    }
    // Messages of the board that is already acknowledged are all that may be under way at the end.
    if (connected && request_count > 0 && answer_count == request_count && link_is_quiet(&host)) {
        board_stop();
    }
}

// ---- what it expects ----

static uint32_t word_at(const uint8_t *bytes) {
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static InferHead expect_outputs(uint32_t index, uint32_t image) {
    const Answer *answer = &answers[index];
    CHECK_EQUAL(MESSAGE_INFER | MESSAGE_REPLY, answer->header.type);
    CHECK_EQUAL(tag_of(index), answer->header.tag);
    CHECK_EQUAL(ANSWER_BYTES, answer->body_bytes);
    InferHead head;
    CHECK(infer_head_decode(&head, answer->body, answer->body_bytes));
    const uint8_t *word = answer->body + INFER_ANSWER_HEAD_BYTES;
    uint64_t step_cycles = fake_network.rows * fake_network.row_byte_times * CYCLES_PER_BYTE_TIME;
    for (uint32_t layer = 0; layer < LAYERS; layer++, word += 4) {
        // Without the pumps' cycles.
        CHECK_EQUAL(layer < FUSED_LAYERS ? TURNS * step_cycles : step_cycles, word_at(word));
    }
    CHECK_EQUAL(STEPS * step_cycles, head.inference_cycles);
    CHECK(head.elapsed_cycles >= head.inference_cycles + (STEPS - 1U) * CYCLES_PER_PUMP);
    static int32_t outputs[OUTPUTS];
    fake_outputs(image, outputs);
    for (uint32_t i = 0; i < OUTPUTS; i++, word += 4) {
        CHECK_EQUAL((uint32_t)outputs[i], word_at(word));
    }
    return head;
}

static void expect_error(uint32_t index, uint16_t code, const char *text) {
    const Answer *answer = &answers[index];
    CHECK_EQUAL(MESSAGE_ERROR, answer->header.type);
    CHECK_EQUAL(tag_of(index), answer->header.tag);
    CHECK_EQUAL(code, answer->body[0] | answer->body[1] << 8);
    CHECK_EQUAL(2U + strlen(text), answer->body_bytes);
    CHECK(memcmp(text, answer->body + 2, strlen(text)) == 0);
}

static NetworkReport expect_network(uint32_t index) {
    NetworkReport report;
    CHECK_EQUAL(MESSAGE_NETWORK | MESSAGE_REPLY, answers[index].header.type);
    CHECK_EQUAL(NETWORK_BYTES, answers[index].body_bytes);
    CHECK(network_report_decode(&report, answers[index].body, NETWORK_BYTES));
    CHECK_EQUAL(INPUT_BYTES, report.input_bytes);
    CHECK_EQUAL(OUTPUTS, report.output_count);
    CHECK_EQUAL(LAYERS, report.layer_count);
    CHECK_EQUAL(ARENA_BYTES, report.arena_bytes);
    return report;
}

static void set_speed(uint32_t rows, uint64_t row_byte_times) {
    fake_network.rows = rows;
    fake_network.row_byte_times = row_byte_times;
}

// ---- scenarios ----

static const char *error_text(const char *what, uint32_t bytes) {
    static char text[ERROR_MAX_TEXT_BYTES];
    snprintf(text, sizeof text, "infer: expected an image of %u bytes, got %s%u", INPUT_BYTES, what, bytes);
    return text;
}

static void queue_all_kinds(void) {
    request(MESSAGE_NETWORK, 0, 0);
    for (uint32_t image = 1; image <= 4; image++) {
        infer(image);
    }
    request(MESSAGE_INFER, INPUT_BYTES - 1U, 5);
    infer(6);
    request(MESSAGE_INFER, INPUT_BYTES + 5000U, 7);
    request(MESSAGE_STATISTICS, 0, 0);
    infer(8);
    request(MESSAGE_ECHO, 5000, 9);
    request(MESSAGE_INFER, 0, 10);
    infer(11);
    request(0x0099, 0, 0);
    request(MESSAGE_NETWORK, 0, 0);
}

static void expect_all_kinds(void) {
    CHECK_EQUAL(0, expect_network(0).arena_peak_bytes);
    uint64_t finished_at = 0;
    for (uint32_t i = 1; i <= 4; i++) {
        InferHead head = expect_outputs(i, i);
        CHECK(head.finished_at_cycles >= finished_at + head.elapsed_cycles);
        finished_at = head.finished_at_cycles;
    }
    expect_error(5, ERROR_BAD_LENGTH, error_text("", INPUT_BYTES - 1U));
    expect_outputs(6, 6);
    CHECK_EQUAL(MESSAGE_ERROR, answers[7].header.type);
    CHECK_EQUAL(ERROR_BAD_LENGTH, answers[7].body[0]);
    CHECK_EQUAL(MESSAGE_STATISTICS | MESSAGE_REPLY, answers[8].header.type);
    expect_outputs(9, 8);
    CHECK_EQUAL(MESSAGE_ECHO | MESSAGE_REPLY, answers[10].header.type);
    CHECK_EQUAL(5000, answers[10].body_bytes);
    for (uint32_t i = 0; i < 5000; i++) {
        CHECK_EQUAL(fake_image_byte(9, i), answers[10].body[i]);
    }
    expect_error(11, ERROR_BAD_LENGTH, error_text("", 0));
    expect_outputs(12, 11);
    CHECK_EQUAL(MESSAGE_ERROR, answers[13].header.type);
    CHECK_EQUAL(ERROR_UNKNOWN_MESSAGE, answers[13].body[0]);
    CHECK_EQUAL(ARENA_PEAK_BYTES, expect_network(14).arena_peak_bytes);
}

static void should_answer_everything_in_order(uint32_t fault_one_in, uint16_t max_payload) {
    set_speed(3, 100);
    start_host();
    host_max_payload = max_payload;
    queue_all_kinds();
    board_run(fault_one_in);
    expect_all_kinds();
    printf("%u requests, fault on 1 byte in %u: %.2f s, %u frames repeated\n", request_count, fault_one_in,
           (double)board_now_us() / 1e6, host.statistics.retransmits);
    CHECK(fault_one_in != 0 || host.statistics.retransmits == 0);
}

// Where a step takes longer than image and answer on the line, the line costs nothing.
static void should_receive_the_next_image_while_a_layer_runs(void) {
    uint64_t line_byte_times = LARGER_BYTES + LARGER_BYTES / 40U + 100U;
    set_speed(20, line_byte_times / 20U + 1U);
    start_host();
    for (uint32_t image = 0; image < 5; image++) {
        infer(image);
    }
    board_run(0);
    InferHead before = expect_outputs(0, 0);
    for (uint32_t i = 1; i < 5; i++) {
        InferHead head = expect_outputs(i, i);
        uint64_t period = head.finished_at_cycles - before.finished_at_cycles;
        CHECK(period * 100U <= head.inference_cycles * 102U);
        before = head;
    }
}

static void should_keep_the_line_busy_where_it_is_slower(void) {
    set_speed(2, 10);
    start_host();
    for (uint32_t image = 0; image < 20; image++) {
        infer(image);
    }
    board_run(0);
    for (uint32_t i = 0; i < 20; i++) {
        expect_outputs(i, i);
    }
    double of_line = 20.0 * LARGER_BYTES / (double)board.byte_times;
    printf("%u bytes in, %u bytes out: %.1f%% of the line\n", INPUT_BYTES, ANSWER_BYTES, 100 * of_line);
    CHECK(of_line >= 0.93);
}

static void should_not_overrun_the_ring_in_300_ms_without_a_yield(void) {
    set_speed(1, 300000U / BYTE_US);
    start_host();
    for (uint32_t image = 0; image < 8; image++) {
        infer(image);
    }
    board_run(0);
    for (uint32_t i = 0; i < 8; i++) {
        expect_outputs(i, i);
    }
    printf("300 ms without a yield: at most %u bytes wait\n", (unsigned)board.largest_backlog_bytes);
}

// Yields keep the watchdog and the host content where a layer takes longer than either would wait.
static void should_run_layers_of_four_seconds(void) {
    set_speed(4, 1000000U / BYTE_US);
    start_host();
    infer(1);
    board_run(0);
    expect_outputs(0, 1);
}

static uint64_t steps_at_start;

static void give_up_in_the_third_step(uint64_t now_us) {
    (void)now_us;
    if (fake_network.steps_run == steps_at_start + 2U) {
        meanwhile = NULL;
        connect_anew();
        infer(77);
        infer(78);
    }
}

static void should_abandon_what_belongs_to_the_session_before(void) {
    set_speed(10, 500);
    start_host();
    steps_at_start = fake_network.steps_run;
    infer(1);
    infer(2);
    infer(3);
    meanwhile = give_up_in_the_third_step;
    board_run(0);
    CHECK_EQUAL(2, answer_count);
    expect_outputs(0, 77);
    expect_outputs(1, 78);
    CHECK_EQUAL(3U + 2U * STEPS, fake_network.steps_run - steps_at_start);
}

static uint64_t back_at_us;

static void go_away_after_the_first_answer(uint64_t now_us) {
    if (!host_is_away && answer_count == 1) {
        host_is_away = true;
        back_at_us = now_us + 20000000U;
    } else if (host_is_away && now_us >= back_at_us) {
        host_is_away = false;
        meanwhile = NULL;
        connect_anew();
        infer(5);
    }
}

static void should_serve_a_host_that_comes_back(void) {
    set_speed(3, 100);
    start_host();
    for (uint32_t image = 0; image < 20; image++) {
        infer(image);
    }
    meanwhile = go_away_after_the_first_answer;
    board_run(0);
    expect_outputs(0, 5);
}

static void should_measure_the_peak_to_the_byte(void) {
    set_speed(1, 1);
    start_host();
    infer(1);
    request(MESSAGE_NETWORK, 0, 0);
    board_run(0);
    CHECK_EQUAL(ARENA_PEAK_BYTES, expect_network(1).arena_peak_bytes);
    start_host(); // a boot paints again
    request(MESSAGE_NETWORK, 0, 0);
    board_run(0);
    CHECK_EQUAL(0, expect_network(0).arena_peak_bytes);
}

static void should_refuse_where_the_workspace_is_too_small(void) {
    size_t required = INFER_ANSWER_HEAD_BYTES + 4U * (LAYERS + OUTPUTS + LAYERS) + INPUT_BYTES;
    uint32_t *workspace = malloc(required);
    CHECK(workspace != NULL);
    static uint8_t payload[MESSAGE_HEADER_BYTES + INPUT_BYTES];
    LinkFragment fragment = {payload, sizeof payload, true, true};
    Inference inference;
    InferenceRefusal refusal;
    inference_init_within(&inference, workspace, required);
    CHECK_EQUAL(INFERENCE_TAKEN, inference_take(&inference, 1, &fragment, &refusal));
    set_speed(0, 0);
    while (inference_run(&inference)) {
    }
    CHECK_EQUAL(ANSWER_BYTES, inference.answer_bytes);
    inference_init_within(&inference, workspace, required - 1U);
    CHECK_EQUAL(INFERENCE_REFUSED, inference_take(&inference, 1, &fragment, &refusal));
    CHECK_EQUAL(ERROR_BAD_ARGUMENT, refusal.code);
    char expected[ERROR_MAX_TEXT_BYTES];
    snprintf(expected, sizeof expected,
             "infer: image and answer need %zu bytes of staging memory, more than there are", required);
    CHECK(strcmp(expected, refusal.text) == 0);
    CHECK(!inference_run(&inference));
    free(workspace);
}

int main(void) {
    board_random = random_seeded("inference");
    should_answer_everything_in_order(0, LINK_MAX_PAYLOAD_BYTES);
    should_answer_everything_in_order(0, 160);
    // No worse: a link dies when one frame fails eight times.
    for (unsigned i = 0; i < 3; i++) {
        should_answer_everything_in_order(3000, 160);
        should_answer_everything_in_order(30000, LINK_MAX_PAYLOAD_BYTES);
    }
    should_receive_the_next_image_while_a_layer_runs();
    should_keep_the_line_busy_where_it_is_slower();
    should_not_overrun_the_ring_in_300_ms_without_a_yield();
    should_run_layers_of_four_seconds();
    should_abandon_what_belongs_to_the_session_before();
    should_serve_a_host_that_comes_back();
    should_measure_the_peak_to_the_byte();
    should_refuse_where_the_workspace_is_too_small();
    return 0;
}
