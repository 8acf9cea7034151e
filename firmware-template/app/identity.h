// SPDX-License-Identifier: Apache-2.0
// Which firmware this is. Generated firmware brings its own definitions in place of base_identity.c.
#ifndef HILDA_IDENTITY_H
#define HILDA_IDENTITY_H

#include "protocol/messages.h"

extern const uint8_t identity_firmware_kind; // FIRMWARE_…
extern const char identity_firmware_version[FIRMWARE_VERSION_BYTES];
extern const uint8_t identity_model_hash[MODEL_HASH_BYTES];

#endif
