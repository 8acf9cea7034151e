// SPDX-License-Identifier: GPL-2.0-or-later
// The USB commands, as exchanged between OpenOCD 0.12.0 and an ST-Link: requests in hexadecimal, and what
// must come back.
#include "chip/flash.h"
#include "debug/debug_unit.h"
#include "fake_board.h"
#include "stlink/stlink_probe.h"
#include <string.h>

#define SRAM_BASE 0x24000000u
#define SRAM_BYTES 0x10000u

static Board *board;
static StlinkProbe probe;
static _Alignas(4096) uint8_t sram[SRAM_BYTES];
static unsigned written_notices;

static void notice(void *context, uint32_t address, uint32_t size_bytes) {
    (void)context, (void)address, (void)size_bytes;
    written_notices++;
}

static BusResult read_idcode(void *context, BusMaster master, uint32_t offset, unsigned size_bytes,
                             uint32_t *value) {
    (void)context, (void)master, (void)size_bytes;
    *value = offset == 0 ? 0x20036450 : 0;
    return BUS_OK;
}

static void start(ProbePersonality personality) {
    BoardOptions options = {.serial = "TEST", .probe = personality, .fast_flash = true};
    board = fake_board_new(&options);
    Memory memory = {
        .name = "AXI SRAM", .kind = MEMORY_SRAM, .base = SRAM_BASE, .size_bytes = SRAM_BYTES, .host = sram};
    Device dbgmcu = {.name = "DBGMCU", .base = 0x5C001000, .size_bytes = 0x400, .read = read_idcode};
    bus_attach_memory(board->bus, &memory);
    bus_attach_device(board->bus, &dbgmcu);
    bus_on_memory_written(board->bus, notice, NULL);
    board->flash = fake_board_flash(board);
    board->debug = fake_board_debug(board);
    stlink_probe_init(&probe, board);
}

static void stop(void) {
    flash_free(board->flash);
    debug_free(board->debug);
    fake_board_free(board);
}

static uint32_t bytes_of(const char *hex, uint8_t *bytes) {
    uint32_t count = 0;
    for (; hex[0] != '\0'; hex += hex[0] == ' ' ? 1 : 2) {
        if (hex[0] != ' ') {
            unsigned value;
            CHECK_EQUAL(1, sscanf(hex, "%2x", &value));
            bytes[count++] = (uint8_t)value;
        }
    }
    return count;
}

static void show(const char *label, const uint8_t *bytes, uint32_t count) {
    fprintf(stderr, "%s", label);
    for (uint32_t i = 0; i < count; i++) {
        fprintf(stderr, "%02x", bytes[i]);
    }
    fprintf(stderr, "\n");
}

// A read command: the reply has as many bytes as `expected`.
static void reads(const char *command, const char *expected) {
    uint8_t cdb[STLINK_CDB_BYTES] = {0};
    uint8_t wanted[512];
    static uint8_t reply[STLINK_DATA_BYTES_MAX];
    uint8_t nothing[1] = {0};
    bytes_of(command, cdb);
    uint32_t count = bytes_of(expected, wanted);
    memset(reply, 0, sizeof reply);
    stlink_probe_command(&probe, cdb, false, nothing, reply, count);
    if (memcmp(reply, wanted, count) != 0) {
        fprintf(stderr, "command  %s\n", command);
        show("expected ", wanted, count);
        show("got      ", reply, count);
        exit(1);
    }
}

static void writes(const char *command, const char *data) {
    uint8_t cdb[STLINK_CDB_BYTES] = {0};
    static uint8_t bytes[STLINK_DATA_BYTES_MAX];
    static uint8_t reply[STLINK_DATA_BYTES_MAX];
    bytes_of(command, cdb);
    uint32_t count = bytes_of(data, bytes);
    stlink_probe_command(&probe, cdb, true, bytes, reply, count);
}

#define LAST_STATUS_OK() reads("f23e", "80 000000 00000000 00000000")

static void should_introduce_itself_as_v3(void) {
    start(PROBE_V3);
    reads("f1", "300083044e37");
    reads("fb", "03000a030000000083044e37");
    reads("f5", "0100");
    reads("f7", "d205000001080000");
    reads("f262", "800000000000000006000000c05d0000401f0000e40c0000e8030000c800000032000000");
    reads("f2610000e8030000", "80000000e8030000");
    stop();
}

static void should_introduce_itself_as_v2_1(void) {
    start(PROBE_V2_1);
    reads("f1", "295b83044b37");
    reads("f2431e03", "8000");
    uint8_t cdb[STLINK_CDB_BYTES] = {0xF2, 0x0C, 0, 0, 0, 0x24, 65};
    static uint8_t reply[65];
    stlink_probe_command(&probe, cdb, false, reply, reply, 65); // more bytes than its USB packet holds
    reads("f23e", "1200");
    cdb[6] = 64;
    stlink_probe_command(&probe, cdb, false, reply, reply, 64);
    LAST_STATUS_OK();
    stop();
}

static void should_enter_and_leave_swd(void) {
    start(PROBE_V3);
    reads("f230a3", "8000");
    reads("f5", "0200");
    reads("f231", "800000007724a06b00000000");
    reads("f221", "");
    reads("f5", "0100");
    stop();
}

static void should_acknowledge_power_requests(void) {
    start(PROBE_V3);
    reads("f245ffff0400", "8000000000000000");
    reads("f246ffff040000000050", "8000");
    reads("f245ffff0400", "80000000000000f0");
    reads("f246ffff040000000010", "8000");
    reads("f245ffff0400", "8000000000000030");
    stop();
}

static void should_have_three_access_ports(void) {
    start(PROBE_V3);
    reads("f24b02", "8000");
    reads("f24602000000000000a2", "8000"); // CSW
    reads("f24502000000", "80000000400000a2");
    reads("f24500 00fc00", "8000000001007784");
    reads("f24500 00f800", "8000000003e00fe0");
    reads("f24502 00f800", "8000000003000ee0");
    reads("f24503 00fc00", "8000000000000000"); // absent
    reads("f24b03", "1d00");
    stop();
}

static void should_access_memory_in_bytes_halfwords_and_words(void) {
    start(PROBE_V3);
    written_notices = 0;
    writes("f20800000024080000 0000aa", "1122334455667788");
    LAST_STATUS_OK();
    CHECK_EQUAL(1, written_notices); // the core is told once for the whole block
    reads("f20700000024080000 0000aa", "1122334455667788");
    reads("f20c01000024010000", "2200"); // one byte is read as two
    LAST_STATUS_OK();
    writes("f20d03000024020000", "aabb");
    reads("f24702000024040000", "33aabb66");
    writes("f24806000024020000", "c1c2");
    reads("f20704000024040000", "bb66c1c2");
    writes("f25000000024080000", "0100000002000000"); // the same address twice
    reads("f25400000024080000", "0200000002000000");
    reads("f20704000024040000", "bb66c1c2");
    stop();
}

static void should_reach_the_debug_bus_behind_port_2_only(void) {
    start(PROBE_V3);
    reads("f20700100ee004000200 00a2", "50640320");
    LAST_STATUS_OK();
    reads("f207001000 5c04000000 00aa", "50640320");
    LAST_STATUS_OK();
    reads("f20700000024040002", "00000000");
    reads("f23e", "110000000000002400000000");
    LAST_STATUS_OK();                        // reading the status clears it
    reads("f207002000e0040001", "00000000"); // nor does port 1 reach the core's private bus
    reads("f23e", "11000000002000e000000000");
    stop();
}

static void should_report_bus_faults_with_their_address(void) {
    start(PROBE_V3);
    reads("f20700000060040000", "00000000");
    reads("f23e", "110000000000006000000000");
    reads("f20702000024040000", "00000000"); // not aligned
    reads("f23e", "120000000200002400000000");
    stop();
}

static void should_move_data_through_drw(void) {
    start(PROBE_V3);
    memcpy(sram, "\x10\x11\x12\x13\x14\x15\x16\x17", 8);
    reads("f24600000000 120000a2", "8000"); // CSW: words, increment
    reads("f246000004000000 0024", "8000"); // TAR
    reads("f24500000c00", "8000000010111213");
    reads("f24500000c00", "8000000014151617");
    reads("f24500000400", "8000000008000024");
    reads("f2460000040000000024", "8000");
    reads("f24500001400", "8000000014151617"); // BD1
    reads("f2460000040000000060", "8000");
    reads("f24500000c00", "1100000000000000");
    reads("f245ffff0400", "8000000020000000"); // STICKYERR
    reads("f246ffff000004000000", "8000");     // ABORT.STKERRCLR
    reads("f245ffff0400", "8000000000000000");
    stop();
}

static void should_run_misc_scripts(void) {
    start(PROBE_V3);
    // port 0; address (nothing is there), write; address FP_CTRL, write 3: the first error ends the script
    writes("f25105000000", "0501020102000000 00000000 fcede00e 00000001 002000e0 03000000");
    reads("f252", "0000000000000000000000000000000000000000 8000000080000000110000001100000011000000");
    // DEMCR instead
    writes("f25105000000", "0501020102000000 00000000 fced00e0 00000001 002000e0 03000000");
    reads("f252", "0000000000000000000000000000000000000000 8000000080000000800000008000000080000000");
    writes("f25103000000", "05030300 00000000 002000e0 fced00e0");
    reads("f252", "000000008100001000000001 800000008000000080000000");
    stop();
}

static void should_drive_the_core_for_the_high_level_transport(void) {
    start(PROBE_V3);
    fake_core.registers[15] = 0x08000400;
    reads("f235f0ed00e003005fa0", "8000"); // halt
    CHECK(fake_core.halted);
    reads("f2330f", "8000000000040008");
    reads("f2340378563412", "8000");
    CHECK_EQUAL(0x12345678, fake_core.registers[3]);
    reads("f236f0ed00e0", "80000000 03000302");
    reads("f23a", "80000000 00000000 00000000 00000000 78563412");
    reads("f232", "8000");
    CHECK(board->reset_pending);
    stop();
}

static void should_drive_nrst(void) {
    start(PROBE_V3);
    reads("f23c00", "8000");
    CHECK(board->nreset_held);
    reads("f20700000024040000", "00000000"); // the bus matrix is in reset
    reads("f23e", "110000000000002400000000");
    reads("f20700100ee0040002", "50640320"); // the debug bus is not
    LAST_STATUS_OK();
    reads("f23c01", "8000");
    CHECK_EQUAL(1, fake_resets);
    reads("f23c02", "8000");
    CHECK_EQUAL(2, fake_resets);
    stop();
}

static void should_find_nobody_on_an_unpowered_board(void) {
    start(PROBE_V3);
    board->powered = false;
    reads("f230a3", "0900");
    reads("f5", "0100");
    reads("f7", "d205000000000000");
    reads("f245ffff0400", "1600000000000000");
    stop();
}

static void should_show_faults(void) {
    start(PROBE_V3);
    fake_arm(board, FAULT_STLINK_ZERO_VOLT, 0, 0);
    reads("f7", "d205000000000000");
    fake_arm(board, FAULT_STLINK_WRONG_IDCODE, 0, 0);
    reads("f207 0010005c 0400 00", "11640010");
    fake_arm(board, FAULT_FLASH_READOUT_PROTECT, 0, 0);
    reads("f20700000008040000", "00000000");
    reads("f23e", "110000000000000800000000");
    fake_disarm(board, FAULT_FLASH_READOUT_PROTECT);
    fake_arm(board, FAULT_FLASH_TORN_WORD, 0x08000040, 0);
    reads("f2073c000008080000", "ffffffff00000000");
    reads("f23e", "110000004000000800000000");
    stop();
}

static void should_program_flash_word_by_word(void) {
    start(PROBE_V3);
    writes("f20804200052040000", "23016745");
    writes("f20804200052040000", "ab89efcd");
    writes("f2080c200052040000", "32000000");
    writes("f20800000008200000", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    LAST_STATUS_OK();
    reads("f2071c000008040000", "1c1d1e1f");
    writes("f20804200052040000", "23016745"); // a key when it is open
    reads("f23e", "110000000420005200000000");
    stop();
}

int main(void) {
    should_introduce_itself_as_v3();
    should_introduce_itself_as_v2_1();
    should_enter_and_leave_swd();
    should_acknowledge_power_requests();
    should_have_three_access_ports();
    should_access_memory_in_bytes_halfwords_and_words();
    should_reach_the_debug_bus_behind_port_2_only();
    should_report_bus_faults_with_their_address();
    should_move_data_through_drw();
    should_run_misc_scripts();
    should_drive_the_core_for_the_high_level_transport();
    should_drive_nrst();
    should_find_nobody_on_an_unpowered_board();
    should_show_faults();
    should_program_flash_word_by_word();
    puts("ST-Link probe: 15 checks passed");
    return 0;
}
