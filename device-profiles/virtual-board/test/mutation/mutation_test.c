// SPDX-License-Identifier: GPL-2.0-or-later
// test_mutations --firmware FOLDER --revision Y|V [--only NAME] [--every N] [--verbose]: the unchanged
// firmware works on this board, and each seeded mistake, or each Nth, shows the symptom that silicon would
// show.
#include "firmware_build.h"
#include "observation.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { EXIT_PASSED = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_SKIPPED = 77 };

static const MutationTable *const TABLES[] = {&clock_mutations, &serial_mutations, &dma_mutations,
                                              &boot_mutations, &flash_mutations};

typedef struct Run {
    FirmwareBuild *build;
    Revision revision;
    const char *only; // NULL = all
    unsigned every;   // 1 = all
    unsigned seen;
    bool verbose;
    unsigned mistakes; // that must be caught here
    unsigned caught;
    unsigned harmless; // on this revision, or because the firmware copes; the expectation says so
    unsigned gaps;     // that the board is known not to show
    unsigned failures;
} Run;

static bool has_lint(const Observation *observation, const char *kind) {
    for (unsigned i = 0; i < observation->lint_count; i++) {
        if (strcmp(observation->lints[i], kind) == 0) {
            return true;
        }
    }
    return false;
}

static bool matches(const Observation *observation, const Expectation *expected) {
    return observation->symptom == expected->symptom &&
           (expected->code == ANY_CODE || observation->code == expected->code) &&
           (expected->lint == NULL || has_lint(observation, expected->lint));
}

static void print_observation(const Run *run, const char *name, const Observation *observation, bool right) {
    printf("%-4s %c %-34s %s", right ? "ok" : "FAIL", run->revision == REVISION_Y ? 'Y' : 'V', name,
           symptom_name(observation->symptom));
    if (observation->symptom == RESETS || observation->symptom == BOOT_ERROR) {
        printf(" (%u)", observation->code);
    }
    for (unsigned i = 0; i < observation->lint_count; i++) {
        printf("%s%s", i == 0 ? "; lints: " : ", ", observation->lints[i]);
    }
    printf("\n");
    if (!right || run->verbose) {
        printf("       %s; %.1f s of processor time so far\n", observation->detail,
               (double)clock() / CLOCKS_PER_SEC);
    }
    fflush(stdout);
}

static void report_miss(const Mutation *mutation, const Expectation *expected) {
    printf("       mistake: %s\n       expected: %s", mutation->mistake, symptom_name(expected->symptom));
    if (expected->symptom == RESETS || expected->symptom == BOOT_ERROR) {
        printf(" (%u)", expected->code);
    }
    printf("%s%s\n", expected->lint != NULL ? ", lint " : "", expected->lint != NULL ? expected->lint : "");
}

static bool observe_built(const Run *run, const char *fault, Procedure procedure, Observation *observation) {
    ElfImage *image = elf_image_read(firmware_build_elf(run->build));
    if (image == NULL) {
        return false;
    }
    bool observed = observe(image, run->revision, fault, procedure, observation);
    elf_image_free(image);
    return observed;
}

static void check_unchanged(Run *run) {
    Observation observation;
    bool right = observe_built(run, NULL, RUN_NORMALLY, &observation) && observation.symptom == WORKS;
    run->failures += !right;
    print_observation(run, "(unchanged firmware)", &observation, right);
}

// What is caught after all is no gap any more, and its entry must say so.
static void report_gap(Run *run, const Mutation *mutation, const Observation *observation, bool caught) {
    run->gaps++;
    run->failures += caught;
    print_observation(run, mutation->name, observation, !caught);
    printf("       %s: %s\n", caught ? "no gap any more, remove the remark" : "known gap of the board",
           mutation->gap);
}

static void check_mutation(Run *run, const Mutation *mutation) {
    const Expectation *expected = mutation_expectation(mutation, run->revision);
    bool is_chosen =
        run->only != NULL ? strcmp(run->only, mutation->name) == 0 : run->seen++ % run->every == 0;
    if (expected->symptom == NOT_RUN || !is_chosen) {
        return;
    }
    Observation observation = {.symptom = NOT_RUN};
    bool right = firmware_build_mutate(run->build, mutation) &&
                 observe_built(run, mutation->fault, mutation->procedure, &observation) &&
                 matches(&observation, expected);
    firmware_build_restore(run->build);
    bool harmless = expected->symptom == WORKS || expected->symptom == FALLS_BACK;
    if (mutation->gap != NULL) {
        report_gap(run, mutation, &observation, right);
        return;
    }
    run->harmless += harmless;
    run->mistakes += !harmless;
    run->caught += right && !harmless;
    run->failures += !right;
    print_observation(run, mutation->name, &observation, right);
    if (!right) {
        report_miss(mutation, expected);
    }
}

static int run_all(Run *run, const char *firmware_folder) {
    run->build = firmware_build_new(firmware_folder);
    if (run->build == NULL) {
        return EXIT_FAILED;
    }
    check_unchanged(run);
    for (size_t t = 0; t < sizeof TABLES / sizeof TABLES[0]; t++) {
        printf("-- %s\n", TABLES[t]->topic);
        for (size_t m = 0; m < TABLES[t]->count; m++) {
            check_mutation(run, &TABLES[t]->mutations[m]);
        }
    }
    firmware_build_free(run->build);
    printf("revision %c: %u of %u mistakes caught, %u more without harm as expected, %u known gaps, %u "
           "failures\n",
           run->revision == REVISION_Y ? 'Y' : 'V', run->caught, run->mistakes, run->harmless, run->gaps,
           run->failures);
    return run->failures == 0 ? EXIT_PASSED : EXIT_FAILED;
}

static bool cross_compiler_missing(void) {
    return system("command -v arm-none-eabi-gcc >/dev/null 2>&1") != 0; // NOLINT: constant
}

int main(int argc, char **argv) {
    Run run = {.revision = REVISION_V, .every = 1};
    const char *firmware_folder = NULL;
    for (int i = 1; i < argc; i++) {
        bool more = i + 1 < argc;
        if (strcmp(argv[i], "--firmware") == 0 && more) {
            firmware_folder = argv[++i];
        } else if (strcmp(argv[i], "--revision") == 0 && more) {
            run.revision = argv[++i][0] == 'Y' ? REVISION_Y : REVISION_V;
        } else if (strcmp(argv[i], "--only") == 0 && more) {
            run.only = argv[++i];
        } else if (strcmp(argv[i], "--every") == 0 && more && atoi(argv[i + 1]) > 0) {
            run.every = (unsigned)atoi(argv[++i]);
        } else if (strcmp(argv[i], "--verbose") == 0) {
            run.verbose = true;
        } else {
            firmware_folder = NULL;
            break;
        }
    }
    if (firmware_folder == NULL) {
        fprintf(stderr, "usage: test_mutations --firmware FOLDER --revision Y|V [--only NAME] [--every N] "
                        "[--verbose]\n");
        return EXIT_USAGE;
    }
    const char *ci = getenv("CI");
    if (cross_compiler_missing() && (ci == NULL || strcmp(ci, "true") != 0)) {
        fprintf(stderr, "skipped: arm-none-eabi-gcc is not installed\n");
        return EXIT_SKIPPED;
    }
    return run_all(&run, firmware_folder);
}
