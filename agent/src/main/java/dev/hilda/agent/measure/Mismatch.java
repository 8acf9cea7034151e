// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.measure;

/**
 * An output that differs from the oracle's.
 *
 * @param image counted from 0
 * @param output index of the first output of that image that differs
 */
public record Mismatch(long image, int output, int expected, int actual) {}
