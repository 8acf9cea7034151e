// SPDX-License-Identifier: Apache-2.0
// Which firmware this is. Generated firmware brings its own definitions in place of base_identity.c.
//
// The version is the project's; a test compares them.
#ifndef HILDA_IDENTITY_H
#define HILDA_IDENTITY_H

#include "protocol/messages.h"

#define FIRMWARE_VERSION "0.1.0"

extern const uint8_t identity_firmware_kind; // FIRMWARE_…
extern const uint8_t identity_model_hash[MODEL_HASH_BYTES];

#endif
