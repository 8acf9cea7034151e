// SPDX-License-Identifier: Apache-2.0
// In place of inference.c and a generated network: this firmware has none, and says so.
#include "inference.h"

#include <string.h>

void inference_init(Inference *inference) { memset(inference, 0, sizeof *inference); }

void inference_describe(NetworkReport *report) { memset(report, 0, sizeof *report); }

void inference_abandon(Inference *inference) { (void)inference; }

bool inference_is_busy(const Inference *inference) {
    (void)inference;
    return false;
}

InferenceVerdict inference_take(Inference *inference, uint16_t tag, const LinkFragment *fragment,
                                InferenceRefusal *refusal) {
    (void)inference;
    (void)tag;
    (void)fragment;
    refusal->code = ERROR_BAD_ARGUMENT;
    strcpy(refusal->text, "infer: this firmware has no network");
    return INFERENCE_REFUSED;
}

void inference_answer(Inference *inference, Link *link) {
    (void)inference;
    (void)link;
}

bool inference_run(Inference *inference) {
    (void)inference;
    return false;
}

void inference_exclude(Inference *inference, uint64_t cycles) {
    (void)inference;
    (void)cycles;
}
