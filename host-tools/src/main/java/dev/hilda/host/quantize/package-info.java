/**
 * Post-training quantization: ranges from calibration data, weight codes that reproduce each layer's sums, corrected
 * biases. May import {@code ir}, {@code tensor}, {@code quantize.bits}, {@code dev.hilda.agent.network} and
 * {@code dev.hilda.agent.dataset}.
 */
@NullMarked
package dev.hilda.host.quantize;

import org.jspecify.annotations.NullMarked;
