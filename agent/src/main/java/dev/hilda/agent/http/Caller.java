// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.http;

/**
 * Who asks.
 *
 * @param name of the token, in the audit and as submitter
 */
public record Caller(String name, Role role) {}
