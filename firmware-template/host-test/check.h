// SPDX-License-Identifier: Apache-2.0
// Checks that name themselves when they fail, and random numbers whose seed is printed.
#ifndef HILDA_CHECK_H
#define HILDA_CHECK_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CHECK(condition)                                                                                     \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #condition);                          \
            exit(1);                                                                                         \
        }                                                                                                    \
    } while (0)

#define CHECK_EQUAL(expected, actual)                                                                        \
    do {                                                                                                     \
        uint64_t expected_value = (uint64_t)(expected), actual_value = (uint64_t)(actual);                   \
        if (expected_value != actual_value) {                                                                \
            fprintf(stderr, "%s:%d: %s: expected %" PRIu64 ", got %" PRIu64 "\n", __FILE__, __LINE__,        \
                    #actual, expected_value, actual_value);                                                  \
            exit(1);                                                                                         \
        }                                                                                                    \
    } while (0)

typedef struct Random {
    uint64_t state;
} Random;

// Steele, Lea, Flood, "Fast splittable pseudorandom number generators": SplitMix64.
static inline uint64_t random_next(Random *random) {
    uint64_t z = random->state += 0x9E3779B97F4A7C15U;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
    z = (z ^ z >> 27) * 0x94D049BB133111EBU;
    return z ^ z >> 31;
}

static inline uint32_t random_below(Random *random, uint32_t bound) {
    return (uint32_t)(random_next(random) % bound);
}

// From HILDA_TEST_SEED, to repeat a failure, or fresh.
static inline Random random_seeded(const char *test) {
    const char *given = getenv("HILDA_TEST_SEED");
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t seed =
        given != NULL ? strtoull(given, NULL, 0) : (uint64_t)now.tv_nsec ^ (uint64_t)now.tv_sec << 20;
    printf("%s: HILDA_TEST_SEED=%" PRIu64 "\n", test, seed);
    fflush(stdout);
    return (Random){seed};
}

#endif
