// SPDX-License-Identifier: Apache-2.0
/** The rates that serial lines carry, remembered from run to run. */
@NullMarked
package dev.hilda.agent.linerate;

import org.jspecify.annotations.NullMarked;
