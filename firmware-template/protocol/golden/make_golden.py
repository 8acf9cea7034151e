#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes frames.txt: a third implementation of the framing, from SPEC.md alone and on zlib's CRC, that the C and the
Java codec are compared with.   ./make_golden.py > frames.txt"""
import struct
import zlib


def cobs(data: bytes) -> bytes:
    out = bytearray()
    blocks = data.split(b"\0")
    for index, block in enumerate(blocks):
        while len(block) >= 254:
            out += b"\xff" + block[:254]
            block = block[254:]
            if not block and index == len(blocks) - 1:
                return bytes(out)
        out += bytes([len(block) + 1]) + block
    return bytes(out)


def frame(name, meaning, kind, flags=0, credit=8, session=0x12345678, sequence=0, acknowledge=0, payload=b""):
    header = struct.pack("<BBHIHH", kind, flags, credit, session, sequence, acknowledge)
    sealed = header + payload
    sealed += struct.pack("<I", zlib.crc32(sealed))
    print(f"\nframe {name}\nmeaning {meaning}")
    print(f"header {kind:x} {flags:x} {credit:x} {session:x} {sequence:x} {acknowledge:x}")
    print(f"payload {payload.hex() or '-'}")
    print(f"line {(bytes(1) + cobs(sealed) + bytes(1)).hex()}")


HELLO_REQUEST, HELLO, DATA, ACK = 1, 2, 3, 4
FIRST, LAST, GAP, ACK_REQUEST, KEEPS = 0x01, 0x02, 0x10, 0x20, 0x40


def hello() -> bytes:
    return (
        struct.pack("<HBBBBBBHHHH", 1, 1, 1, 0, 4, 0, 3, 8, 2048, 2, 0)
        + b"0.1.0".ljust(16, b"\0")
        + bytes(range(32))
        + struct.pack("<I", 0x20036450)
        + b"VIRT\x01\x02\x03\x04\x05\x06\x07\x08"
        + struct.pack("<IIIIIII", 2 << 20, 480000000, 240000000, 120000000, 130, 5, 0x01440000)
        + struct.pack("<IIIIII", 0x08001234, 0x08001201, 0x61000000, 0x00008200, 0x40000000, 0x21000000)
    )


def statistics() -> bytes:
    return struct.pack("<QQQQ17I", 1 << 40, 1 << 39, 1234567890123, 9876543210, *range(1, 18))


print("# Frames on the line, all numbers hexadecimal. Made by make_golden.py from SPEC.md, version 1.")
print("# header: type flags credit session sequence acknowledge")
frame("hello-request", "version 1, window 64, payloads to 2048", HELLO_REQUEST, credit=64,
      payload=struct.pack("<HHH", 1, 64, 2048))
frame("hello", "a base firmware on a virtual board of revision V after a bus fault", HELLO, payload=hello())
frame("announcement", "the same, unasked", HELLO, session=0, payload=hello())
frame("ack", "all before 3 have arrived, room for 5 more", ACK, credit=5, sequence=7, acknowledge=3)
frame("ack-gap", "65535 is missing, and answer", ACK, GAP | ACK_REQUEST, acknowledge=0xFFFF)
frame("ack-kept", "3 is missing, 4, 6 and 12 have arrived", ACK, GAP | KEEPS, credit=64, sequence=7, acknowledge=3,
      payload=bytes([0b101, 0b1]))
frame("echo-request", "message 1, tag 0x0102, in one fragment", DATA, FIRST | LAST, sequence=1,
      payload=struct.pack("<HH", 0x0001, 0x0102) + b"hello, board")
frame("statistics-answer", "", DATA, FIRST | LAST, sequence=2, acknowledge=3,
      payload=struct.pack("<HH", 0x8002, 7) + statistics())
frame("error-answer", "unknown message", DATA, FIRST | LAST, sequence=3, acknowledge=4,
      payload=struct.pack("<HHH", 0xFFFF, 8, 1) + "unbekannt: Größe".encode())
frame("empty-payload", "", DATA, LAST)
frame("zeros", "every byte its own block", DATA, payload=bytes(300))
frame("no-zeros", "full blocks", DATA, 1, 0x0101, 0x11111111, 0x0101, 0x0101, payload=b"\x55" * 1000)
for length in (241, 242, 243, 495, 496, 497):
    frame(f"block-edge-{length}", "blocks that end near the end of the payload", DATA, 1, 0x0101, 0x11111111, 0x0101,
          0x0101, payload=b"\xaa" * length)
frame("full", "the longest frame", DATA, FIRST, payload=bytes((i * 7 + i // 256) % 256 for i in range(2048)))
