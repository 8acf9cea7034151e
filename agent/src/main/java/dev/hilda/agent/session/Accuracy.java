package dev.hilda.agent.session;

import dev.hilda.agent.measure.Classification;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How good the board's outputs are, as far as the data set can tell.
 *
 * @param classification of labelled images by a network with several outputs
 * @param auc area under the ROC curve of the last output, of images labelled 0 and 1
 * @param mse mean over all images of the squared error between outputs and input
 */
public record Accuracy(Optional<Classification> classification, OptionalDouble auc, OptionalDouble mse) {}
