// SPDX-License-Identifier: Apache-2.0
package dev.hilda.host.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ImageChoiceTest {
    @Test
    void shouldJudgeOtherImagesThanThoseThatFit() {
        List<Integer> judging = chosen(ImageChoice.judgingHalf(16));
        assertEquals(List.of(1, 3, 5, 7, 9, 11, 13, 15), judging);
        assertEquals(List.of(0, 2, 4, 6, 8, 10, 12, 14), chosen(ImageChoice.fittedHalf(16)));
        assertEquals(16, chosen(ImageChoice.fittedHalf(15)).size());
        assertEquals(List.of(7, 15), chosen(ImageChoice.judging(16)));
    }

    private static List<Integer> chosen(ImageChoice choice) {
        return IntStream.range(0, 16).filter(choice::includes).boxed().toList();
    }
}
