// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.measure;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What one image of a run came to.
 *
 * @param sha256 of what the image holds, 64 hexadecimal digits: runs of other networks are compared image by image
 * @param label where the data set has one
 * @param prediction the first of the largest outputs, where outputs are classes
 * @param correct whether the prediction is the label
 * @param matched whether every output is the oracle's
 */
public record ImageOutcome(
        String sha256, OptionalInt label, OptionalInt prediction, Optional<Boolean> correct, boolean matched) {}
