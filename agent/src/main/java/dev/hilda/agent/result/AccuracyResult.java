// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import dev.hilda.agent.dataset.Metric;
import dev.hilda.agent.measure.Classification;
import dev.hilda.agent.measure.ConfusionMatrix;
import dev.hilda.agent.measure.Parity;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How good the board's outputs are, over the images there were. Shares are 0 to 1.
 *
 * @param metric the figure that the data set wants looked at
 * @param images answered
 * @param parityMatched images whose every output is the oracle's
 * @param accuracyTop1 with labels: share of images; equal outputs count as the one with the lowest index
 * @param top1Images images behind it
 * @param agreement where the labels are another network's predictions, instead of the accuracy
 * @param classes outputs of the network, where they are classes
 * @param confusion rows of label, prediction, images: those with images only, by label, then by prediction
 * @param auc area under the ROC curve of the last output, of two outputs of their difference
 * @param mse mean squared error between outputs and input, in real values
 */
public record AccuracyResult(
        Metric metric,
        long images,
        long parityMatched,
        OptionalDouble accuracyTop1,
        OptionalDouble accuracyTop5,
        OptionalLong top1Images,
        OptionalLong top5Images,
        OptionalDouble agreement,
        OptionalLong agreementImages,
        OptionalInt classes,
        Optional<List<List<Long>>> confusion,
        OptionalDouble auc,
        OptionalDouble mse) {
    private static final int LEAST_IMAGES = 30;

    /** The figures that a metric is told by; shares are rounded to six digits. */
    public static AccuracyResult of(
            Metric metric, Parity parity, Optional<Classification> classes, OptionalDouble auc, OptionalDouble mse) {
        Optional<Classification> judged = classes.filter(found -> metric != Metric.AGREEMENT);
        Optional<Classification> compared = classes.filter(found -> metric == Metric.AGREEMENT);
        return new AccuracyResult(
                metric,
                parity.images(),
                parity.matched(),
                share(judged.map(Classification::top1Accuracy)),
                share(judged.map(Classification::top5Accuracy)),
                count(judged.map(Classification::top1)),
                count(judged.map(Classification::top5)),
                share(compared.map(Classification::top1Accuracy)),
                count(compared.map(Classification::top1)),
                classes.map(found -> OptionalInt.of(found.confusion().classes()))
                        .orElseGet(OptionalInt::empty),
                classes.map(found -> found.confusion().cells().stream()
                        .map(cell -> List.of((long) cell.label(), (long) cell.prediction(), cell.images()))
                        .toList()),
                auc.isPresent() ? OptionalDouble.of(Rounding.share(auc.getAsDouble())) : auc,
                mse);
    }

    /** What was taken for what; empty where outputs are no classes. */
    public Optional<ConfusionMatrix> confusionMatrix() {
        return confusion.map(rows -> new ConfusionMatrix(
                classes.orElse(0),
                rows.stream()
                        .map(row -> new ConfusionMatrix.Cell(
                                Math.toIntExact(row.get(0)), Math.toIntExact(row.get(1)), row.get(2)))
                        .toList()));
    }

    /** What to look at where accuracy is within two standard deviations of guessing; empty where there are few images. */
    public Optional<String> remark() {
        if (accuracyTop1.isEmpty() || images < LEAST_IMAGES || classes.orElse(0) < 2) {
            return Optional.empty();
        }
        double guessed = 1.0 / classes.getAsInt();
        double deviation = Math.sqrt(guessed * (1 - guessed) / images);
        return accuracyTop1.getAsDouble() > guessed + 2 * deviation
                ? Optional.empty()
                : Optional.of("accuracy is what guessing among " + classes.getAsInt()
                        + " classes gives: check values (hilda dataset check SET --for MODEL --sheet sheet.html) and that"
                        + " labels count classes in the network's order");
    }

    private static OptionalDouble share(Optional<Double> share) {
        return share.map(value -> OptionalDouble.of(Rounding.share(value))).orElseGet(OptionalDouble::empty);
    }

    private static OptionalLong count(Optional<Long> count) {
        return count.map(OptionalLong::of).orElseGet(OptionalLong::empty);
    }
}
