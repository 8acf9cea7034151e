// SPDX-License-Identifier: Apache-2.0
/**
 * A data set that is drawn rather than stored: ten shapes, 32×32 pixels. Integers only, so that every JDK draws the same
 * bytes. Imports only the JDK.
 */
@NullMarked
package dev.hilda.agent.dataset.shapes;

import org.jspecify.annotations.NullMarked;
