// SPDX-License-Identifier: Apache-2.0
/**
 * What is wrong with this host as a bench, each finding with the command that mends it. Checks see the host through {@link
 * dev.hilda.agent.doctor.Host} only and change nothing. May import {@code dev.hilda.agent.board}, {@code .discovery}, {@code
 * .folder}, {@code .process} and {@code .publish.mqtt}, and {@code dev.hilda.profile}.
 */
@NullMarked
package dev.hilda.agent.doctor;

import org.jspecify.annotations.NullMarked;
