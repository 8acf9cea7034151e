// SPDX-License-Identifier: Apache-2.0
// Images in, answers out (SPEC.md, "Networks"). Three stages, one request in each at most:
//
//   staging    the next image arrives, then waits
//   running    step by step (network.h), from the main loop only
//   answering  the answer goes out as the link has room
//
// All but inference_run() may be called while a layer runs, from inference_yield().
#ifndef HILDA_INFERENCE_H
#define HILDA_INFERENCE_H

#include "protocol/link.h"
#include "protocol/messages.h"

typedef struct Inference {
    bool fits;         // network and workspace
    uint32_t *answer;  // head, cycles, outputs, as on the wire
    uint32_t *cycles;  // of the layers of the running inference
    uint8_t *staging;  // one image
    uint64_t required; // bytes of workspace
    // Staging.
    uint32_t staged_bytes;
    bool staged; // the image is complete
    uint16_t staged_tag;
    // Running.
    bool running;
    uint16_t running_tag;
    uint32_t step;  // the next one
    uint32_t layer; // of the step that runs
    uint64_t started_at;
    uint64_t finished_at;
    uint64_t inference_cycles;
    uint64_t excluded_cycles; // of the running step
    // Answering.
    uint32_t answer_bytes; // 0: no answer
    uint32_t answered_bytes;
    uint16_t answer_tag;
} Inference;

typedef enum {
    INFERENCE_TAKEN,
    INFERENCE_BUSY, // offer the fragment again later
    INFERENCE_REFUSED,
} InferenceVerdict;

typedef struct InferenceRefusal {
    uint16_t code; // ERROR_…
    char text[ERROR_MAX_TEXT_BYTES + 1U];
} InferenceRefusal;

// Paints the arena.
void inference_init(Inference *inference);
// The same with a workspace of the caller's: for one image, one answer and 4 bytes a layer.
void inference_init_within(Inference *inference, uint32_t *workspace, size_t workspace_bytes);
// The network, and how much of its arena has been written.
void inference_describe(NetworkReport *report);
// Drops all requests; one that runs ends with its step.
void inference_abandon(Inference *inference);
// An image waits or runs, or an answer is not yet queued: other answers would come before their turn.
bool inference_is_busy(const Inference *inference);
// The next fragment of a request. To refuse changes nothing: offered again, the fragment is refused again.
InferenceVerdict inference_take(Inference *inference, uint16_t tag, const LinkFragment *fragment,
                                InferenceRefusal *refusal);
// Queues as much of the answer as the link has room for.
void inference_answer(Inference *inference, Link *link);
// Starts, runs one step or finishes; false when there is nothing to do.
bool inference_run(Inference *inference);
// Keeps cycles out of the count of the layer that runs.
void inference_exclude(Inference *inference, uint64_t cycles);

#endif
