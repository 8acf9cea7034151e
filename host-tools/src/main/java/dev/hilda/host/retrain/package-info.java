// SPDX-License-Identifier: Apache-2.0
/**
 * Retraining of a network as its codes compute it: fake quantization with learned codes, gradients, distillation from the
 * float network. May import {@code host.quantize} and what all stages share.
 */
@NullMarked
package dev.hilda.host.retrain;

import org.jspecify.annotations.NullMarked;
