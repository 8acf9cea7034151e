// SPDX-License-Identifier: Apache-2.0
/**
 * Documents in YAML, read strictly: whatever is wrong with one is reported together, each problem with its line and what to
 * do. The only package that imports SnakeYAML.
 */
@NullMarked
package dev.hilda.yaml;

import org.jspecify.annotations.NullMarked;
