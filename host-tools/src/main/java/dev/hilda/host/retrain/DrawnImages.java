// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.retrain;

import dev.hilda.host.tensor.Batch;
import java.util.Map;

/**
 * Images of a batch as they were drawn.
 *
 * @param inputs on the codes of the network's input, by name
 * @param images their indices
 * @param others indices of what shines through each
 * @param shares of the images themselves; 1 where nothing does
 */
record DrawnImages(Map<String, Batch> inputs, int[] images, int[] others, float[] shares) {}
