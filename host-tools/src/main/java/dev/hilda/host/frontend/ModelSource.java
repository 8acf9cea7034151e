// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.frontend;

/**
 * Where a graph comes from.
 *
 * @param sha256 of the whole file, 64 lower-case hexadecimal digits
 * @param description what the program that wrote the file says about it; may be empty
 */
public record ModelSource(String fileName, long sizeBytes, String sha256, String description, NumberFormat numbers) {}
