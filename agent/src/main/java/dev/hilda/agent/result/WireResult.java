// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import dev.hilda.agent.measure.WireUse;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * How well the line was used, by the board's clock; the shares are empty for fewer than three images.
 *
 * @param inputBytes of one image, without framing
 * @param answerBytes of one answer, likewise
 * @param wireUtilisation share of the line's bits, in the direction with more bytes an image, that carried images or answers
 * @param cyclesPerImage from one result to the next
 * @param cyclesOverIdeal the same as a multiple of what the line or the network needs at least
 */
public record WireResult(
        long inputBytes,
        long answerBytes,
        OptionalDouble wireUtilisation,
        OptionalLong cyclesPerImage,
        OptionalDouble cyclesOverIdeal) {
    public static WireResult of(WireUse use) {
        boolean counted = use.intervals() > 0 && use.boardCycles() > 0;
        return new WireResult(
                use.imageBytes(),
                use.answerBytes(),
                counted ? OptionalDouble.of(Rounding.share(use.utilisation())) : OptionalDouble.empty(),
                counted ? OptionalLong.of(Math.round(use.cyclesPerImage())) : OptionalLong.empty(),
                counted ? OptionalDouble.of(Rounding.share(use.cyclesOverIdeal())) : OptionalDouble.empty());
    }
}
