// SPDX-License-Identifier: Apache-2.0
/**
 * The wire protocol's host side: frames, the link, hello and messages, as firmware-template/protocol/SPEC.md says. Bytes
 * in, bytes out, time as an argument: no I/O, no threads. Imports nothing but the JDK.
 */
@NullMarked
package dev.hilda.agent.protocol;

import org.jspecify.annotations.NullMarked;
