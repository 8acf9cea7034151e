// SPDX-License-Identifier: Apache-2.0
// What a network may take of the memories it shares with the firmware. The host tools read these lines and
// refuse a network that needs more: decimal literals only.
#ifndef HILDA_LIMITS_H
#define HILDA_LIMITS_H

// Of the memory of data, for what kernels work in, and for the arena where it fits there beside that.
#define NETWORK_SCRATCH_BYTES 110592
// The rest of that memory: the stack and the firmware's own data.
#define FIRMWARE_DATA_BYTES 20480
// Of the D2 domain's memory, for the next image, an answer, and 4 bytes a layer; the rest is the endpoint's.
#define NETWORK_STAGING_BYTES 204800

#endif
