// SPDX-License-Identifier: Apache-2.0
/**
 * Firmware from source: unpacks the firmware template, runs the cross compiler, keeps the result. May import
 * {@code dev.hilda.agent.board}, {@code .cache} and {@code .process}, and {@code dev.hilda.profile}.
 */
@NullMarked
package dev.hilda.host.firmware;

import org.jspecify.annotations.NullMarked;
