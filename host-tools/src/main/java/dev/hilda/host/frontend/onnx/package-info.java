// SPDX-License-Identifier: Apache-2.0
/**
 * Reads ONNX files: float32, quantized by QuantizeLinear and DequantizeLinear around operators or by operators on codes, and
 * QONNX. Channels first become channels last. Imports {@code dev.hilda.host.frontend}, {@code dev.hilda.host.ir}, {@code
 * dev.hilda.agent.network} and {@code dev.hilda.agent.hash}; the only package beside {@code dev.hilda.host.tensor} with ONNX's
 * protobuf classes.
 */
@NullMarked
package dev.hilda.host.frontend.onnx;

import org.jspecify.annotations.NullMarked;
