// SPDX-License-Identifier: Apache-2.0
/**
 * What a run's outputs and cycles say: accuracy, latency, parity with the oracle, use of the line. Pure: numbers in,
 * numbers out. Imports nothing but the JDK.
 */
@NullMarked
package dev.hilda.agent.measure;

import org.jspecify.annotations.NullMarked;
