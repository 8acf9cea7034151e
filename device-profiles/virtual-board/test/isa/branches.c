// SPDX-License-Identifier: GPL-2.0-or-later
// Branches: which way they go, where they land, what they leave in LR. R7 tells which path was taken.
#include "isa_tables.h"
#include "pseudocode.h"

enum { MARKER = 7, RETURN_REGISTER = 6, FELL_THROUGH = 0x111, TAKEN = 0x222, TABLE_ENTRIES = 8 };
enum {
    FAR_BYTES = 1 << 24,
    CONDITIONAL_BYTES = 1 << 20,
    NEAR_BYTES = 400,
    CLEAR_OF_STUB_BYTES = 4096,
    STATES = 32
};

typedef struct BranchCase BranchCase;

typedef struct BranchKind {
    const char *name;
    void (*encode)(const BranchCase *tested, int32_t distance, Code *code); // distance from the branch's PC
    // Whether it branches; does to the state what the branch does besides.
    bool (*take)(const BranchCase *tested, State *state);
    void (*prepare)(const BranchCase *tested, State *state); // NULL = nothing
    uint32_t opcode;
    unsigned reach_bytes;
    bool backward;
} BranchKind;

struct BranchCase {
    const BranchKind *kind;
    unsigned condition, m; // Rm is r0-r5
    uint32_t address, target;
};

static void emit_marker(Code *code, uint32_t value) { // MOVW r7, which leaves the flags alone
    emit32(code, 0xF2400000 | MARKER << 8 | (value >> 8 & 7) << 12 | (value & 0xFF));
}

static uint32_t wide_branch(uint32_t opcode, int32_t distance) { // S:I1:I2:imm10:imm11, J = NOT(I EOR S)
    uint32_t bits = (uint32_t)distance, s = bits >> 31;
    uint32_t j1 = (bits >> 23 & 1) ^ s ^ 1, j2 = (bits >> 22 & 1) ^ s ^ 1;
    return opcode | s << 26 | (bits >> 12 & 0x3FF) << 16 | j1 << 13 | j2 << 11 | (bits >> 1 & 0x7FF);
}

static void encode_narrow_conditional(const BranchCase *tested, int32_t distance, Code *code) {
    emit16(code, tested->kind->opcode | tested->condition << 8 | ((uint32_t)distance >> 1 & 0xFF));
}
static void encode_narrow(const BranchCase *tested, int32_t distance, Code *code) {
    emit16(code, tested->kind->opcode | ((uint32_t)distance >> 1 & 0x7FF));
}
static void encode_wide_conditional(const BranchCase *tested, int32_t distance, Code *code) {
    uint32_t bits = (uint32_t)distance;
    emit32(code, tested->kind->opcode | bits >> 31 << 26 | tested->condition << 22 |
                     (bits >> 12 & 0x3F) << 16 | (bits >> 18 & 1) << 13 | (bits >> 19 & 1) << 11 |
                     (bits >> 1 & 0x7FF));
}
static void encode_wide(const BranchCase *tested, int32_t distance, Code *code) {
    emit32(code, wide_branch(tested->kind->opcode, distance));
}
static void encode_compare(const BranchCase *tested, int32_t distance, Code *code) {
    uint32_t bits = (uint32_t)distance;
    emit16(code, tested->kind->opcode | (bits >> 6 & 1) << 9 | (bits >> 1 & 0x1F) << 3 | tested->m);
}
static void encode_register(const BranchCase *tested, int32_t distance, Code *code) {
    (void)distance;
    emit16(code, tested->kind->opcode | tested->m << 3);
}
static void encode_load(const BranchCase *tested, int32_t distance, Code *code) { // LDR pc, [Rm], #4
    (void)distance;
    emit32(code, tested->kind->opcode | tested->m << 16);
}
static void encode_plain(const BranchCase *tested, int32_t distance, Code *code) {
    (void)distance;
    emit16(code, tested->kind->opcode);
}

static bool take_always(const BranchCase *tested, State *state) {
    (void)tested;
    (void)state;
    return true;
}
static bool take_conditionally(const BranchCase *tested, State *state) {
    return condition_passed(tested->condition, state->apsr);
}
static bool take_if_zero(const BranchCase *tested, State *state) { return state->r[tested->m] == 0; }
static bool take_if_not_zero(const BranchCase *tested, State *state) { return state->r[tested->m] != 0; }
static bool take_linking(const BranchCase *tested, State *state) {
    bool is_narrow = tested->kind->opcode >> 16 == 0;
    state->r[REGISTER_LR] = (tested->address + (is_narrow ? 2 : 4)) | 1;
    return true;
}
static bool take_and_move_base(const BranchCase *tested, State *state) {
    state->r[tested->m] += 4;
    return true;
}
static bool take_and_load(const BranchCase *tested, State *state) { // LDM Rm, {r8, pc}
    (void)tested;
    state->r[8] = (uint32_t)load_bytes(state, state->address, 4);
    return true;
}
static bool take_and_pop(const BranchCase *tested, State *state) {
    (void)tested;
    state->r[REGISTER_SP] += 4;
    return true;
}

static void prepare_zero(const BranchCase *tested, State *state) {
    if (state->r[tested->m] & 1) {
        state->r[tested->m] = state->r[tested->m] & 2 ? 0 : UINT32_C(1) << (state->r[tested->m] >> 2 & 31);
    }
}
static void prepare_register(const BranchCase *tested, State *state) {
    state->r[tested->m] = tested->target | 1;
}
static void prepare_offset(const BranchCase *tested, State *state) {
    state->r[tested->m] = tested->target - (tested->address + 4);
}
static void prepare_memory(const BranchCase *tested, State *state) {
    state->r[tested->m] = state->address;
    store_bytes(state, state->address, 4, tested->target | 1);
}
static void prepare_pair(const BranchCase *tested, State *state) {
    state->r[tested->m] = state->address;
    store_bytes(state, state->address + 4, 4, tested->target | 1);
}
static void prepare_stack(const BranchCase *tested, State *state) {
    state->r[REGISTER_SP] = state->address;
    store_bytes(state, state->address, 4, tested->target | 1);
}

static const BranchKind kinds[] = {
    {"B<c> T1", encode_narrow_conditional, take_conditionally, NULL, 0xD000, 254, true},
    {"B T2", encode_narrow, take_always, NULL, 0xE000, NEAR_BYTES, true},
    {"B<c>.W T3", encode_wide_conditional, take_conditionally, NULL, 0xF0008000, CONDITIONAL_BYTES, true},
    {"B.W T4", encode_wide, take_always, NULL, 0xF0009000, FAR_BYTES, true},
    {"BL", encode_wide, take_linking, NULL, 0xF000D000, FAR_BYTES, true},
    {"CBZ", encode_compare, take_if_zero, prepare_zero, 0xB100, 126, false},
    {"CBNZ", encode_compare, take_if_not_zero, prepare_zero, 0xB900, 126, false},
    {"BX", encode_register, take_always, prepare_register, 0x4700, NEAR_BYTES, true},
    {"BLX", encode_register, take_linking, prepare_register, 0x4780, NEAR_BYTES, true},
    {"MOV PC", encode_register, take_always, prepare_register, 0x4687, NEAR_BYTES, true},
    {"ADD PC", encode_register, take_always, prepare_offset, 0x4487, NEAR_BYTES, true},
    {"LDR PC", encode_load, take_and_move_base, prepare_memory, 0xF850FB04, NEAR_BYTES, true},
    {"LDM PC", encode_load, take_and_load, prepare_pair, 0xE8908100, NEAR_BYTES, true},
    {"POP PC", encode_plain, take_and_pop, prepare_stack, 0xBD00, NEAR_BYTES, true},
};
enum { KIND_COUNT = sizeof(kinds) / sizeof(kinds[0]) };

static void follow_branch(const void *context, State *state) {
    const BranchCase *tested = context;
    state->r[MARKER] = tested->kind->take(tested, state) ? TAKEN : FELL_THROUGH;
}

static unsigned branch_bytes(const BranchKind *kind) { return kind->opcode >> 16 == 0 ? 2 : 4; }

static void pad(Code *code, unsigned halfwords) {
    while (halfwords-- > 0) {
        emit16(code, 0xBF00);
    }
}

// branch; marker; B end; padding; target: marker; end
static void lay_out_forward(BranchCase *tested, uint32_t start, unsigned padding, Code *code) {
    tested->address = start;
    tested->target = start + branch_bytes(tested->kind) + 8 + 2 * padding;
    tested->kind->encode(tested, (int32_t)(tested->target - (start + 4)), code);
    emit_marker(code, FELL_THROUGH);
    emit32(code, wide_branch(0xF0009000, (int32_t)(2 * padding + 4)));
    pad(code, padding);
    emit_marker(code, TAKEN);
}

// B branch; target: marker; B end; padding; branch; marker; end
static void lay_out_backward(BranchCase *tested, uint32_t start, unsigned padding, Code *code) {
    tested->target = start + 4;
    tested->address = start + 12 + 2 * padding;
    emit32(code, wide_branch(0xF0009000, (int32_t)(8 + 2 * padding)));
    emit_marker(code, TAKEN);
    emit32(code, wide_branch(0xF0009000, (int32_t)(2 * padding + branch_bytes(tested->kind) + 4)));
    pad(code, padding);
    tested->kind->encode(tested, (int32_t)(tested->target - (tested->address + 4)), code);
    emit_marker(code, FELL_THROUGH);
}

static void check_code(Harness *harness, const BranchCase *tested, const Code *code, uint32_t end,
                       unsigned count) {
    State *states = harness_states(harness, count);
    for (unsigned i = 0; i < count; i++) {
        states[i].apsr = (states[i].apsr & ~APSR_NZCV) | (i % 16) << 28;
        states[i].r[RETURN_REGISTER] = end | 1;
        if (tested->kind->prepare != NULL) {
            tested->kind->prepare(tested, &states[i]);
        }
    }
    harness_check(harness, tested->kind->name, code, STUB_R12, count, follow_branch, NULL, tested);
}

static void check_near(Harness *harness, const BranchKind *kind, unsigned condition, unsigned count) {
    Random *random = harness_random(harness);
    BranchCase tested = {.kind = kind, .condition = condition, .m = random_below(random, 6)};
    unsigned reach = kind->reach_bytes < NEAR_BYTES ? kind->reach_bytes : NEAR_BYTES;
    unsigned padding =
        random_below(random, 4) == 0 ? (reach - 12) / 2 : random_below(random, (reach - 12) / 2);
    Code code = {.count = 0};
    uint32_t start = harness_code_address(harness, STUB_R12);
    if (kind->backward && random_below(random, 2) != 0) {
        lay_out_backward(&tested, start, padding, &code);
    } else {
        lay_out_forward(&tested, start, padding, &code);
    }
    check_code(harness, &tested, &code, start + 2 * code.count, count);
}

// The greatest distances, and random ones that keep clear of the stub.
static int32_t far_distance(Random *random, int32_t reach) {
    uint32_t choice = random_below(random, 4);
    if (choice < 2) {
        return choice == 0 ? -reach : reach - 2;
    }
    int32_t distance = (int32_t)random_below(random, (uint32_t)(reach - CLEAR_OF_STUB_BYTES)) & ~1;
    distance += CLEAR_OF_STUB_BYTES;
    return choice == 2 ? distance - 2 : -distance;
}

static void check_far(Harness *harness, const BranchKind *kind, unsigned condition, unsigned count) {
    BranchCase tested = {.kind = kind, .condition = condition};
    tested.address = harness_code_address(harness, STUB_R12);
    int32_t distance = far_distance(harness_random(harness), (int32_t)kind->reach_bytes);
    tested.target = tested.address + 4 + (uint32_t)distance;
    Code code = {.count = 0}, landing = {.count = 0};
    kind->encode(&tested, distance, &code);
    emit_marker(&code, FELL_THROUGH);
    emit_marker(&landing, TAKEN);
    emit16(&landing, 0x4700 | RETURN_REGISTER << 3); // BX r6
    harness_place_code(harness, tested.target, &landing);
    check_code(harness, &tested, &code, tested.address + 2 * code.count, count);
    harness_forget_code(harness, tested.target, &landing);
}

// ---- TBB, TBH: the table after the instruction (Rn = PC) or in the state's memory

typedef struct TableBranch {
    unsigned entry_bytes, n, m;
} TableBranch;

static void follow_table(const void *context, State *state) {
    const TableBranch *tested = context;
    state->r[MARKER] = TAKEN + state->r[tested->m];
}

static uint32_t table_entry(const TableBranch *tested, unsigned index) { // halfwords from the PC
    uint32_t table_bytes = tested->n == REGISTER_PC ? tested->entry_bytes * TABLE_ENTRIES : 0;
    return (table_bytes + 8 * index) / 2;
}

static void emit_table(const TableBranch *tested, Code *code) {
    unsigned each = tested->entry_bytes;
    for (unsigned i = 0; tested->n == REGISTER_PC && i < TABLE_ENTRIES; i += 2 / each) {
        emit16(code,
               each == 2 ? table_entry(tested, i) : table_entry(tested, i) | table_entry(tested, i + 1) << 8);
    }
}

static void check_table_branch(Harness *harness, unsigned entry_bytes, bool in_code, unsigned count) {
    TableBranch tested = {.entry_bytes = entry_bytes, .n = in_code ? (unsigned)REGISTER_PC : 0};
    tested.m = 1 + random_below(harness_random(harness), 5);
    Code code = {.count = 0};
    emit32(&code, 0xE8D0F000 | tested.n << 16 | (entry_bytes == 2 ? 1U << 4 : 0) | tested.m);
    emit_table(&tested, &code);
    for (unsigned i = 0; i < TABLE_ENTRIES; i++) {
        emit_marker(&code, TAKEN + i);
        emit32(&code, wide_branch(0xF0009000, (int32_t)(8 * (TABLE_ENTRIES - 1 - i) - 4 + 4)));
    }
    State *states = harness_states(harness, count);
    for (unsigned i = 0; i < count; i++) {
        states[i].r[tested.m] = i % TABLE_ENTRIES;
        states[i].r[0] = tested.n == 0 ? states[i].address : states[i].r[0];
        for (unsigned k = 0; k < TABLE_ENTRIES; k++) {
            store_bytes(&states[i], states[i].address + k * entry_bytes, entry_bytes,
                        table_entry(&tested, k));
        }
    }
    harness_check(harness, entry_bytes == 2 ? "TBH" : "TBB", &code, STUB_R12, count, follow_table, NULL,
                  &tested);
}

void check_branches_matrix(Harness *harness) {
    for (unsigned k = 0; k < KIND_COUNT; k++) {
        for (unsigned condition = 0; condition < 14; condition++) {
            check_near(harness, &kinds[k], condition, STATES);
            check_near(harness, &kinds[k], condition, STATES);
            if (kinds[k].reach_bytes >= CONDITIONAL_BYTES) {
                check_far(harness, &kinds[k], condition, STATES);
            }
        }
        harness_totals(harness)->instructions++;
    }
    for (unsigned form = 0; form < 4; form++) {
        check_table_branch(harness, 1 + form % 2, form / 2 != 0, STATES);
        harness_totals(harness)->instructions += form % 2;
    }
}

void check_branches_random(Harness *harness, unsigned states) {
    Random *random = harness_random(harness);
    unsigned k = random_below(random, KIND_COUNT + 1), condition = random_below(random, 14);
    if (k == KIND_COUNT) {
        check_table_branch(harness, 1 + random_below(random, 2), random_below(random, 2) != 0, states);
    } else if (kinds[k].reach_bytes >= CONDITIONAL_BYTES && random_below(random, 4) == 0) {
        check_far(harness, &kinds[k], condition, states);
    } else {
        check_near(harness, &kinds[k], condition, states);
    }
}
