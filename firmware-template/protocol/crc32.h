// SPDX-License-Identifier: Apache-2.0
// CRC-32 as in IEEE 802.3 and zlib: polynomial 0x04C11DB7 reflected (0xEDB88320), start and final XOR
// 0xFFFFFFFF. The check value of "123456789" is 0xCBF43926.
#ifndef HILDA_CRC32_H
#define HILDA_CRC32_H

#include <stddef.h>
#include <stdint.h>

uint32_t crc32_of(const uint8_t *bytes, size_t size);

#endif
