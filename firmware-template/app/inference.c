// SPDX-License-Identifier: Apache-2.0
#include "inference.h"

#include "arena.h"
#include "limits.h"
#include "network.h"
#include "port/placement.h"
#include "port/port.h"
#include "protocol/byte_order.h"

#include <string.h>

#define HEAD_WORDS (INFER_ANSWER_HEAD_BYTES / 4U)

static IN_STAGING_MEMORY uint32_t own_workspace[NETWORK_STAGING_BYTES / sizeof(uint32_t)];

void inference_init(Inference *inference) {
    inference_init_within(inference, own_workspace, sizeof own_workspace);
}

void inference_init_within(Inference *inference, uint32_t *workspace, size_t workspace_bytes) {
    const NetworkDescription *network = &network_description;
    uint64_t answer_words = (uint64_t)HEAD_WORDS + network->layer_count + network->output_count;
    uint64_t words = answer_words + network->layer_count;
    memset(inference, 0, sizeof *inference);
    inference->required = 4U * words + network->input_bytes;
    inference->fits = inference->required <= workspace_bytes;
    if (inference->fits) {
        inference->answer = workspace;
        inference->cycles = workspace + answer_words;
        inference->staging = (uint8_t *)(workspace + words);
    }
    arena_paint();
}

void inference_describe(NetworkReport *report) {
    *report = (NetworkReport){
        .input_bytes = network_description.input_bytes,
        .output_count = network_description.output_count,
        .layer_count = network_description.layer_count,
        .arena_bytes = network_description.arena_bytes,
        .arena_peak_bytes = arena_peak_bytes(),
    };
}

void inference_abandon(Inference *inference) {
    inference->staged = false;
    inference->staged_bytes = 0;
    inference->running = false;
    inference->answer_bytes = 0;
}

bool inference_is_busy(const Inference *inference) {
    return inference->staged || inference->running || inference->answer_bytes != 0;
}

// ---- staging ----

static char *append_text(char *to, const char *text) {
    size_t length = strlen(text);
    memcpy(to, text, length + 1U);
    return to + length;
}

static char *append_number(char *to, uint64_t number) {
    char digits[20];
    unsigned count = 0;
    do {
        digits[count++] = (char)('0' + number % 10U);
        number /= 10U;
    } while (number != 0);
    while (count > 0) {
        *to++ = digits[--count];
    }
    *to = '\0';
    return to;
}

static bool accepts(const Inference *inference, uint64_t total_bytes, bool last, InferenceRefusal *refusal) {
    uint32_t expected_bytes = network_description.input_bytes;
    char *text = refusal->text;
    if (!inference->fits) {
        refusal->code = ERROR_BAD_ARGUMENT;
        text = append_text(text, "infer: image and answer need ");
        text = append_number(text, inference->required);
        append_text(text, " bytes of staging memory, more than there are");
        return false;
    }
    if (total_bytes > expected_bytes || (last && total_bytes < expected_bytes)) {
        refusal->code = ERROR_BAD_LENGTH;
        text = append_text(text, "infer: expected an image of ");
        text = append_number(text, expected_bytes);
        text = append_text(text, last ? " bytes, got " : " bytes, got at least ");
        append_number(text, total_bytes);
        return false;
    }
    return true;
}

InferenceVerdict inference_take(Inference *inference, uint16_t tag, const LinkFragment *fragment,
                                InferenceRefusal *refusal) {
    if (inference->staged) {
        return INFERENCE_BUSY;
    }
    size_t header_bytes = fragment->first ? MESSAGE_HEADER_BYTES : 0U;
    size_t body_bytes = fragment->payload_bytes - header_bytes;
    uint32_t before = fragment->first ? 0U : inference->staged_bytes;
    if (!accepts(inference, (uint64_t)before + body_bytes, fragment->last, refusal)) {
        return INFERENCE_REFUSED;
    }
    memcpy(inference->staging + before, fragment->payload + header_bytes, body_bytes);
    inference->staged_bytes = before + (uint32_t)body_bytes;
    inference->staged = fragment->last;
    inference->staged_tag = tag;
    return INFERENCE_TAKEN;
}

// ---- running ----

static void start(Inference *inference) {
    inference->started_at = port_cycles();
    network_write_input(inference->staging);
    inference->running_tag = inference->staged_tag;
    inference->staged = false;
    inference->staged_bytes = 0;
    inference->inference_cycles = 0;
    inference->step = 0;
    memset(inference->cycles, 0, sizeof *inference->cycles * network_description.layer_count);
    inference->running = true;
}

// A layer's cycles are those of all its steps.
static void run_step(Inference *inference) {
    inference->excluded_cycles = 0;
    inference->layer = network_layer_of(inference->step);
    port_mark(inference->layer);
    uint64_t since = port_cycles();
    network_run_step(inference->step);
    uint64_t now = port_cycles();
    port_mark(PORT_MARK_NONE);
    uint64_t cycles = now - since - inference->excluded_cycles;
    uint32_t left = UINT32_MAX - inference->cycles[inference->layer];
    uint32_t counted = cycles < left ? (uint32_t)cycles : left;
    inference->cycles[inference->layer] += counted;
    inference->inference_cycles += counted;
    inference->finished_at = now;
    inference->step++;
}

static void finish(Inference *inference) {
    const NetworkDescription *network = &network_description;
    InferHead head = {
        .finished_at_cycles = inference->finished_at,
        .inference_cycles = inference->inference_cycles,
        .elapsed_cycles = inference->finished_at - inference->started_at,
    };
    infer_head_encode(&head, (uint8_t *)inference->answer);
    uint32_t *cycles = inference->answer + HEAD_WORDS;
    uint32_t *outputs = cycles + network->layer_count;
    memcpy(cycles, inference->cycles, sizeof *cycles * network->layer_count);
    network_read_output((int32_t *)outputs);
    for (uint32_t *word = cycles; word < outputs + network->output_count; word++) {
        put_u32((uint8_t *)word, *word);
    }
    inference->answer_tag = inference->running_tag;
    inference->answered_bytes = 0;
    inference->answer_bytes = INFER_ANSWER_HEAD_BYTES + 4U * (network->layer_count + network->output_count);
    inference->running = false;
}

bool inference_run(Inference *inference) {
    if (!inference->running && !inference->staged) {
        return false;
    }
    if (!inference->running) {
        start(inference);
    }
    if (inference->step < network_description.step_count) {
        run_step(inference);
    } else if (inference->answer_bytes == 0) {
        finish(inference);
    } else {
        return false; // the outputs stay in the arena until the answer before has left
    }
    return true;
}

void inference_exclude(Inference *inference, uint64_t cycles) { inference->excluded_cycles += cycles; }

// ---- answering ----

void inference_answer(Inference *inference, Link *link) {
    uint8_t *out;
    while (inference->answer_bytes != 0 && (out = link_reserve(link)) != NULL) {
        bool first = inference->answered_bytes == 0;
        size_t header_bytes = first ? MESSAGE_HEADER_BYTES : 0U;
        size_t room = link_good_payload(link) - header_bytes;
        size_t left = inference->answer_bytes - inference->answered_bytes;
        bool last = left <= room;
        size_t portion = last ? left : room;
        if (first) {
            message_header_encode((MessageHeader){MESSAGE_INFER | MESSAGE_REPLY, inference->answer_tag}, out);
        }
        memcpy(out + header_bytes, (const uint8_t *)inference->answer + inference->answered_bytes, portion);
        link_commit(link, header_bytes + portion, first, last);
        inference->answered_bytes += (uint32_t)portion;
        inference->answer_bytes = last ? 0U : inference->answer_bytes;
    }
}
