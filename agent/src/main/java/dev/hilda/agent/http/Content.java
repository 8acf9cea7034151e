// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.http;

/**
 * An answer that is no document of this program's: a page, or what belongs to one.
 *
 * @param type its media type
 */
@SuppressWarnings("ArrayRecordComponent") // Made once, and only ever sent.
public record Content(String type, byte[] bytes) {}
