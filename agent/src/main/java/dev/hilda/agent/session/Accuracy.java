// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.session;

import dev.hilda.agent.dataset.Metric;
import dev.hilda.agent.measure.Classification;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How good the board's outputs are, as far as the data set can tell.
 *
 * @param metric by which the data set wants them judged
 * @param classification empty where the metric needs no labels or the network has one output; where the metric is
 *     agreement, the labels are another network's predictions
 * @param auc area under the ROC curve of the last output, of two outputs of their difference; of images labelled 0 and 1
 * @param mse mean over all images of the squared error between outputs and input
 */
public record Accuracy(
        Metric metric, Optional<Classification> classification, OptionalDouble auc, OptionalDouble mse) {}
