// SPDX-License-Identifier: Apache-2.0
/**
 * Post-training quantization: ranges from calibration data, weight codes that reproduce each layer's sums, corrected
 * biases.
 */
@NullMarked
package dev.hilda.host.quantize;

import org.jspecify.annotations.NullMarked;
