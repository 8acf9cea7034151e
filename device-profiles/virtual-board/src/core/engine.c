// SPDX-License-Identifier: GPL-2.0-or-later
#include "core/engine.h"
#include <stdbool.h>
#include <stdio.h>

// The core relies on details of the 2.0 series (see abort_instruction() and below); earlier ones crash.
static bool version_is_supported(void) {
    unsigned version = uc_version(NULL, NULL); // major, minor, patch, extra: a byte each
    if (version >> 16 == 0x0200 && (version >> 8 & 0xFFu) >= 1) {
        return true;
    }
    fprintf(stderr, "virtual board: Unicorn %u.%u.%u is installed, 2.0.1 or a later 2.0 is needed\n",
            version >> 24, version >> 16 & 0xFFu, version >> 8 & 0xFFu);
    return false;
}

uc_engine *core_open_engine(void) {
    uc_engine *engine = NULL;
    if (!version_is_supported()) {
        return NULL;
    }
    // Not UC_MODE_MCLASS: Unicorn 2.0.1 then ignores the CPU model and gives a Cortex-M33.
    uc_err error = uc_open(UC_ARCH_ARM, UC_MODE_THUMB, &engine);
    if (error == UC_ERR_OK) {
        error = uc_ctl_set_cpu_model(engine, UC_CPU_ARM_CORTEX_M7);
    }
    if (error != UC_ERR_OK) {
        fprintf(stderr, "virtual board: cannot open Unicorn: %s (version 2.0.1 or newer is needed)\n",
                uc_strerror(error));
        if (engine != NULL) {
            uc_close(engine);
        }
        return NULL;
    }
    return engine;
}

// Every store to RAM takes Unicorn 2.0.1's slow path, which builds a tree of "locked" pages around it
// although the locks themselves are compiled out (accel/tcg/translate-all.c): two thirds of the time of a
// store. The library calls both functions through its symbol table, so these take their place; with one
// thread there is nothing to lock. Where a library binds them inside, all still works, slower.
struct page_collection *page_collection_lock_arm(void *engine, uint64_t start, uint64_t end);
void page_collection_unlock_arm(struct page_collection *pages);

struct page_collection *page_collection_lock_arm(void *engine, uint64_t start, uint64_t end) {
    (void)engine;
    (void)start;
    (void)end;
    return NULL;
}

void page_collection_unlock_arm(struct page_collection *pages) { (void)pages; }
