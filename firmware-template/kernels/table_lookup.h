// SPDX-License-Identifier: Apache-2.0
// The inner loops of table_convolution.h: tables of what four weights of 2 bits make of four inputs, and sums
// of their entries.
//
// Words hold lanes of several pixels, which never overflow: plain additions are additions of lanes.
#ifndef HILDA_TABLE_LOOKUP_H
#define HILDA_TABLE_LOOKUP_H

#include "words.h"

#define TABLE_ENTRIES 256U

// Lanes of 8 bits hold the sum of seven entries: 7 · 4 · 3 · 3.
#define NARROW_CHUNK 7U

KERNEL void clear_first_entry(uint32_t words, uint32_t *entries) {
    for (uint32_t i = 0; i < words; ++i) {
        entries[i] = 0;
    }
}

// Four inputs, in lanes.
typedef struct TableInputs {
    uint32_t words[4][4];
} TableInputs;

KERNEL TableInputs table_input_lanes(uint32_t lane_bits, uint32_t words, const uint8_t *inputs) {
    TableInputs lanes = {0};
    UNROLL(4)
    for (uint32_t input = 0; input < 4; ++input) {
        UNROLL(4)
        for (uint32_t word = 0; word < words; ++word) {
            if (lane_bits == 8) {
                lanes.words[input][word] = load_word(inputs);
                inputs += 4;
            } else if (words == 1) {
                lanes.words[input][word] = inputs[0] | (uint32_t)inputs[1] << 16;
            } else {
                const uint32_t bytes = load_word(inputs + (word & ~1U) * 2);
                lanes.words[input][word] = word % 2 == 0 ? even_bytes(bytes) : odd_bytes(bytes);
            }
        }
        inputs += lane_bits == 8 ? 0 : 2 * words;
    }
    return lanes;
}

// Four entries, of all weights of the first input; returns where the next go. first: of its weight 0.
KERNEL uint32_t *build_row(uint32_t words, uint32_t step, const TableInputs *inputs, uint32_t *first,
                           uint32_t *to) {
    UNROLL(4)
    for (uint32_t weight = 0; weight < 4; ++weight) {
        UNROLL(4)
        for (uint32_t word = 0; word < words; ++word) {
            to[word] = first[word];
            first[word] += inputs->words[0][word];
        }
        to += step;
    }
    return to;
}

// Each row from one before it. step: words from one entry to the next.
KERNEL void build_table_by_rows(uint32_t words, uint32_t step, const TableInputs *inputs, uint32_t *entries) {
    uint32_t first[4] = {0};
    uint32_t *to = build_row(words, step, inputs, first, entries);
    UNROLL(3)
    for (uint32_t input = 1; input < 4; ++input) {
        const uint32_t before = step << (2 * input);
        for (const uint32_t *end = to + 3 * before; to != end;) {
            UNROLL(4)
            for (uint32_t word = 0; word < words; ++word) {
                first[word] = (to - before)[word] + inputs->words[input][word];
            }
            to = build_row(words, step, inputs, first, to);
        }
    }
}

#ifdef __ARM_FEATURE_DSP
// The compiler finds no registers for so many operands by itself.
#define IN_REGISTER(type, name, number) register type name __asm__(number)

// What build_table_by_steps() keeps in memory.
typedef struct TableSteps {
    TableInputs inputs; // the last less three times the third
    int32_t weights;    // of the last input, this one and those to come
} TableSteps;

// Stores the entry in r0 … r3 and moves on.
#define TABLE_STORE(move) "strd r2, r3, [%[to], #8]\n\tstrd r0, r1, [%[to]], #" move "\n\t"
#define TABLE_STEP(operation, a, b, c, d)                                                                    \
    operation " r0, r0, " a "\n\t" operation " r1, r1, " b "\n\t" operation " r2, r2, " c "\n\t" operation   \
              " r3, r3, " d "\n\t"
#define TABLE_STEP_FIRST(operation) TABLE_STEP(operation, "r4", "r5", "r6", "r7")
#define TABLE_STEP_SECOND(operation) TABLE_STEP(operation, "r8", "r9", "r10", "r11")
// Four entries upwards or downwards in the weight of the first input, then to a weight of the second one.
#define TABLE_ROW(operation, one, move)                                                                      \
    TABLE_STORE(one)                                                                                         \
    TABLE_STEP_FIRST(operation)                                                                              \
    TABLE_STORE(one)                                                                                         \
    TABLE_STEP_FIRST(operation) TABLE_STORE(one) TABLE_STEP_FIRST(operation) TABLE_STORE(move)
#define TABLE_UP(move) TABLE_ROW("add", "%c[one]", move)
#define TABLE_DOWN(move) TABLE_ROW("sub", "-%c[one]", move)
// Sixteen entries, upwards or downwards in the weight of the second input.
#define TABLE_ROWS(operation, four)                                                                          \
    TABLE_UP(four)                                                                                           \
    TABLE_STEP_SECOND(operation)                                                                             \
    TABLE_DOWN(four) TABLE_STEP_SECOND(operation) TABLE_UP(four) TABLE_STEP_SECOND(operation) TABLE_DOWN("0")
// To the next sixteen entries, of another weight of the third or fourth input.
#define TABLE_FAR_STEP(at)                                                                                   \
    "ldrd r4, r5, [%[steps], #" at "]\n\tldrd r6, r7, [%[steps], #" at " + 8]\n\t" TABLE_STEP_FIRST(         \
        "add") "add %[to], %[to], %[sixteen]\n\tldrd r4, r5, [%[steps]]\n\tldrd r6, r7, [%[steps], #8]\n\t"
#define TABLE_STEP_THIRD TABLE_FAR_STEP("32")
#define TABLE_STEP_FOURTH TABLE_FAR_STEP("48")

// Entries of four words in such an order that each is one step from the one before it: within sixteen of the
// first two inputs' weights there and back, of the third one's next weight back and there.
KERNEL void build_table_by_steps(uint32_t tables, const TableInputs *inputs, uint32_t *entries) {
    const uint32_t one = 16 * tables; // bytes from one entry to the next
    TableSteps in_memory = {.inputs = *inputs, .weights = 4};
    UNROLL(4)
    for (uint32_t word = 0; word < 4; ++word) {
        in_memory.inputs.words[3][word] -= 3 * inputs->words[2][word];
    }
    IN_REGISTER(uint32_t *, to, "r12") = entries;
    IN_REGISTER(TableSteps *, steps, "lr") = &in_memory;
    __asm__ volatile("ldm %[steps], {r4, r5, r6, r7, r8, r9, r10, r11}\n\tmov r0, #0\n\tmov r1, #0\n\t"
                     "mov r2, #0\n\tmov r3, #0\n"
                     "1:\n\t" TABLE_ROWS("add", "%c[four]") TABLE_STEP_THIRD TABLE_ROWS("sub", "-%c[four]")
                         TABLE_STEP_THIRD TABLE_ROWS("add", "%c[four]") TABLE_STEP_THIRD TABLE_ROWS(
                             "sub", "-%c[four]") "ldr r4, [%[steps], #64]\n\tsubs r4, r4, #1\n\tbeq 2f\n\t"
                                                 "str r4, [%[steps], #64]\n\t" TABLE_STEP_FOURTH "b 1b\n"
                                                 "2:"
                     : [to] "+r"(to)
                     : [steps] "r"(steps), [one] "i"(one), [four] "i"(4 * one), [sixteen] "i"(16 * one)
                     : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "cc",
                       "memory");
}
#endif

// The table of four inputs; entries lie as many tables apart as a pass has.
KERNEL void build_table(uint32_t lane_bits, uint32_t words, uint32_t tables, const uint8_t *inputs,
                        uint32_t *entries) {
    const TableInputs lanes = table_input_lanes(lane_bits, words, inputs);
#ifdef __ARM_FEATURE_DSP
    if (words == 4) {
        build_table_by_steps(tables, &lanes, entries);
        return;
    }
#endif
    build_table_by_rows(words, words * tables, &lanes, entries);
}

// Adds lanes to the sums of a channel.
KERNEL void drain_lanes(uint32_t lane_bits, uint32_t words, bool wide_sums, const uint32_t *lanes,
                        uint32_t *sums) {
    UNROLL(4)
    for (uint32_t word = 0; word < words; ++word) {
        if (lane_bits == 8) {
            sums[2 * word] += lanes[word];
            sums[2 * word + 1] += odd_bytes(lanes[word]);
        } else if (wide_sums) {
            sums[2 * word] += lanes[word];
            sums[2 * word + 1] += lanes[word] >> 16;
        } else {
            sums[word] += lanes[word];
        }
    }
}

// How many tables are looked up in before lanes are drained.
KERNEL uint32_t table_chunk(uint32_t lane_bits, uint32_t tables) {
    const uint32_t chunks = lane_bits == 8 ? (tables + NARROW_CHUNK - 1) / NARROW_CHUNK : 1;
    return (tables + chunks - 1) / chunks;
}

#define EACH_TABLE(look_up)                                                                                  \
    look_up(0) look_up(1) look_up(2) look_up(3) look_up(4) look_up(5) look_up(6) look_up(7) look_up(8)       \
        look_up(9) look_up(10) look_up(11) look_up(12) look_up(13) look_up(14)

KERNEL void add_entry(uint32_t lane_bits, uint32_t words, uint32_t tables, bool wide_sums, uint32_t table,
                      uint32_t code, const uint32_t *entries, uint32_t *lanes, uint32_t *sums) {
    const uint32_t chunk = table_chunk(lane_bits, tables);
    const uint32_t *entry = entries + (code * tables + table) * words;
    UNROLL(4)
    for (uint32_t word = 0; word < words; ++word) {
        lanes[word] = table % chunk == 0 ? entry[word] : lanes[word] + entry[word];
    }
    if (table % chunk == chunk - 1 || table == tables - 1) {
        drain_lanes(lane_bits, words, wide_sums, lanes, sums);
    }
}

KERNEL void add_lookups_by_words(uint32_t lane_bits, uint32_t words, uint32_t tables, bool wide_sums,
                                 uint32_t channels, const uint8_t *codes, const uint32_t *entries,
                                 uint32_t *sums) {
    const uint32_t step = lane_bits == 8 || wide_sums ? 2 * words : words;
    for (const uint32_t *end = sums + channels * step; sums != end; sums += step) {
        uint32_t lanes[4];
#define ADD_ENTRY(table)                                                                                     \
    if ((table) < tables) {                                                                                  \
        add_entry(lane_bits, words, tables, wide_sums, table, codes[table], entries, lanes, sums);           \
    }
        EACH_TABLE(ADD_ENTRY)
        codes += tables;
    }
}

#ifdef __ARM_FEATURE_DSP
// One lookup takes five cycles: two loads of half an entry, the address of the next entry with the load of
// the byte after that, four additions. The first lookup after draining loads what others add; its address is
// known three cycles before the second one's must be.
#define LOOKUP_FIRST(table)                                                                                  \
    __asm__ volatile("mla %[t3], %[code], %[one], %[tables]\n\tldrb %[code], [%[codes]], #1\n\t"             \
                     "ldrd %[s0], %[s1], [%[at], %[low]]\n\tldrd %[s2], %[s3], [%[at], %[high]]"             \
                     : [s0] "=&r"(s0), [s1] "=&r"(s1), [s2] "=&r"(s2), [s3] "=&r"(s3), [t3] "=&r"(t3),       \
                       [code] "+r"(code), [codes] "+r"(codes)                                                \
                     : [at] "r"(at), [one] "r"(one), [tables] "r"(entries), [low] "i"(16 * (table)),         \
                       [high] "i"(16 * (table) + 8)                                                          \
                     : "memory")
#define LOOKUP_FROM(address, table)                                                                          \
    __asm__ volatile(                                                                                        \
        "ldrd %[t0], %[t1], [%[from], %[low]]\n\tldrd %[t2], %[t3], [%[from], %[high]]\n\t"                  \
        "mla %[at], %[code], %[one], %[tables]\n\tldrb %[code], [%[codes]], #1\n\t"                          \
        "add %[s0], %[s0], %[t0]\n\tadd %[s1], %[s1], %[t1]\n\t"                                             \
        "add %[s2], %[s2], %[t2]\n\tadd %[s3], %[s3], %[t3]"                                                 \
        : [s0] "+r"(s0), [s1] "+r"(s1), [s2] "+r"(s2), [s3] "+r"(s3), [t0] "=&r"(t0), [t1] "=&r"(t1),        \
          [t2] "=&r"(t2), [t3] "+r"(t3), [at] "+r"(at), [code] "+r"(code), [codes] "+r"(codes)               \
        : [from] "r"(address), [one] "r"(one), [tables] "r"(entries), [low] "i"(16 * (table)),               \
          [high] "i"(16 * (table) + 8)                                                                       \
        : "memory")
// Adds the lanes of two words to the next four words of sums; odd: how the odd lanes of a word are added.
#define LOOKUP_DRAIN(odd, first, second)                                                                     \
    __asm__ volatile("ldm %[sums], {r4, r5, r6, r7}\n\tadd r4, r4, %[a]\n\tadd r6, r6, %[b]\n\t" odd(        \
                         "r5", "%[a]") "\n\t" odd("r7", "%[b]") "\n\tstm %[sums]!, {r4, r5, r6, r7}"         \
                     : [sums] "+r"(sums)                                                                     \
                     : [a] "r"(first), [b] "r"(second)                                                       \
                     : "r4", "r5", "r6", "r7", "memory")
#define LOOKUP_DRAIN_WIDE(to, lanes) "add " to ", " to ", " lanes ", lsr #16"
#define LOOKUP_DRAIN_NARROW(to, lanes) "uxtab16 " to ", " to ", " lanes ", ror #8"
#define LOOKUP_SUMS(operation, move)                                                                         \
    operation " %[s2], %[s3], [%[sums], #8]\n\t" operation " %[s0], %[s1], [%[sums]]" move

// A lookup at its place between drains.
#define LOOKUP_IN(table)                                                                                     \
    if ((table) < tables) {                                                                                  \
        if (kept || (table) % chunk > 1) {                                                                   \
            LOOKUP_FROM(at, table);                                                                          \
        } else if ((table) % chunk == 0) {                                                                   \
            LOOKUP_FIRST(table);                                                                             \
        } else {                                                                                             \
            LOOKUP_FROM(t3, table);                                                                          \
        }                                                                                                    \
        if (lane_bits == 8 && ((table) % chunk == chunk - 1 || (table) == tables - 1)) {                     \
            LOOKUP_DRAIN(LOOKUP_DRAIN_NARROW, s0, s1);                                                       \
            LOOKUP_DRAIN(LOOKUP_DRAIN_NARROW, s2, s3);                                                       \
            sums -= (table) == tables - 1 ? 0 : 8;                                                           \
        }                                                                                                    \
    }

// Entries of four words; at most 15 tables, as entries are stepped through by offsets of at most 1020 bytes.
KERNEL void add_lookups_by_steps(uint32_t lane_bits, uint32_t tables, bool wide_sums, uint32_t channels,
                                 const uint8_t *first_codes, const uint32_t *first_entries,
                                 uint32_t *first_sums) {
    const uint32_t chunk = table_chunk(lane_bits, tables);
    const bool kept = lane_bits == 16 && !wide_sums; // the sums are lanes
    const uint32_t *end = first_sums + channels * (kept ? 4 : 8);
    IN_REGISTER(const uint8_t *, codes, "r8") = first_codes + 2;
    IN_REGISTER(uint32_t *, sums, "r9") = first_sums;
    IN_REGISTER(const uint32_t *, entries, "r10") = first_entries;
    IN_REGISTER(uint32_t, one, "r11") = 16 * tables;
    IN_REGISTER(uint32_t, code, "r12") = first_codes[1];
    IN_REGISTER(const uint8_t *, at, "lr") = (const uint8_t *)first_entries + first_codes[0] * 16 * tables;
    do {
        IN_REGISTER(uint32_t, s0, "r0");
        IN_REGISTER(uint32_t, s1, "r1");
        IN_REGISTER(uint32_t, s2, "r2");
        IN_REGISTER(uint32_t, s3, "r3");
        IN_REGISTER(uint32_t, t0, "r4");
        IN_REGISTER(uint32_t, t1, "r5");
        IN_REGISTER(uint32_t, t2, "r6");
        IN_REGISTER(uint32_t, t3, "r7") = 0;
        if (kept) {
            __asm__ volatile(LOOKUP_SUMS("ldrd", "")
                             : [s0] "=&r"(s0), [s1] "=&r"(s1), [s2] "=&r"(s2), [s3] "=&r"(s3)
                             : [sums] "r"(sums)
                             : "memory");
        }
        EACH_TABLE(LOOKUP_IN)
        if (kept) {
            __asm__ volatile(LOOKUP_SUMS("strd", ", #16")
                             : [sums] "+r"(sums)
                             : [s0] "r"(s0), [s1] "r"(s1), [s2] "r"(s2), [s3] "r"(s3)
                             : "memory");
        } else if (lane_bits == 16) {
            LOOKUP_DRAIN(LOOKUP_DRAIN_WIDE, s0, s1);
            LOOKUP_DRAIN(LOOKUP_DRAIN_WIDE, s2, s3);
        }
    } while (sums != end);
}
#endif

// Adds a pass's entries to the sums of channels.
KERNEL void add_lookups(uint32_t lane_bits, uint32_t words, uint32_t tables, bool wide_sums,
                        uint32_t channels, const uint8_t *codes, const uint32_t *entries, uint32_t *sums) {
#ifdef __ARM_FEATURE_DSP
    if (words == 4) {
        add_lookups_by_steps(lane_bits, tables, wide_sums, channels, codes, entries, sums);
        return;
    }
#endif
    add_lookups_by_words(lane_bits, words, tables, wide_sums, channels, codes, entries, sums);
}

#endif
