// SPDX-License-Identifier: Apache-2.0
#include "identity.h"

const uint8_t identity_firmware_kind = FIRMWARE_BASE;
const uint8_t identity_model_hash[MODEL_HASH_BYTES] = {0};
