// SPDX-License-Identifier: Apache-2.0
package dev.hilda.agent.result;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hilda.agent.dataset.Metric;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccuracyResultTest {
    /** Of 400 images and 10 classes, guessing gets 40 right, with a standard deviation of 6. */
    @ParameterizedTest
    @CsvSource({
        "400,10,0.13,true",
        "400,10,0.1325,false",
        "400,10,0.02,true",
        "29,10,0,false",
        "30,10,0.1,true",
        "400,1,0.5,false",
        "100,2,0.6,true",
        "100,2,0.61,false"
    })
    void shouldTellAccuracyFromGuessing(long images, int classes, double top1, boolean isGuessing) {
        assertEquals(
                isGuessing,
                accuracy(images, classes, OptionalDouble.of(top1)).remark().isPresent());
        assertEquals(
                Optional.empty(),
                accuracy(images, classes, OptionalDouble.empty()).remark());
    }

    private static AccuracyResult accuracy(long images, int classes, OptionalDouble top1) {
        return new AccuracyResult(
                Metric.TOP1,
                images,
                images,
                top1,
                OptionalDouble.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalDouble.empty(),
                OptionalLong.empty(),
                OptionalInt.of(classes),
                Optional.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty());
    }
}
