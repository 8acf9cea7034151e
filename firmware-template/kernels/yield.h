// SPDX-License-Identifier: Apache-2.0
// Where a kernel lets others have the CPU.
#ifndef HILDA_YIELD_H
#define HILDA_YIELD_H

// Called at least once per output row where a layer computes. The application receives, acknowledges and
// sends here, and keeps the cycles that takes out of the layer's count; host builds define it empty. Writes
// no memory of the network.
void inference_yield(void);

#endif
