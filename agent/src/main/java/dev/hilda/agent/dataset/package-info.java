// SPDX-License-Identifier: Apache-2.0
/**
 * Data sets: a folder or file and a small YAML that says layout, preprocessing, labels and metric. Samples are read one at
 * a time, never the whole set. May import {@code network}, {@code hash}, {@code dataset.shapes}, {@code
 * dev.hilda.failure}, {@code dev.hilda.yaml} and {@code javax.imageio}.
 */
@NullMarked
package dev.hilda.agent.dataset;

import org.jspecify.annotations.NullMarked;
