// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

/**
 * What flashing took.
 *
 * @param flashBytes of the linked image
 * @param flashSectorsErased sectors erased
 * @param flashHostMs by the host's clock
 */
public record FlashResult(long flashBytes, int flashSectorsErased, long flashHostMs) {}
